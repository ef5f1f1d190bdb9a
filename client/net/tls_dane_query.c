/* tls_dane_query: asks for TLSA records through libgnutls-dane, where this build has it. */
#include "tls_dane.h"

#ifdef HANDSET_DANE

#include <gnutls/dane.h>

enum { RECORDS_MAX = 64, ASSOCIATIONS_MAX = 128 * 1024 };

/* The records of an answer, each as in RFC 6698 2.1, one behind the other in `all`. */
static size_t collect(dane_query_t query, struct buffer *all, struct octets records[RECORDS_MAX])
{
	size_t ends[RECORDS_MAX];
	size_t count = 0;
	unsigned int entries = dane_query_entries(query);
	for (unsigned int i = 0; i < entries && count < RECORDS_MAX; i++) {
		unsigned int usage, selector, match;
		gnutls_datum_t data;
		if (dane_query_data(query, i, &usage, &selector, &match, &data) < 0)
			continue;
		buffer_append_byte(all, (uint8_t)usage);
		buffer_append_byte(all, (uint8_t)selector);
		buffer_append_byte(all, (uint8_t)match);
		buffer_append(all, data.data, data.size);
		ends[count++] = all->len;
	}
	for (size_t i = 0, start = 0; i < count; start = ends[i++])
		records[i] = octets_make(all->at + start, ends[i] - start);
	return count;
}

static struct tls_dane *read_answer(const struct memory *memory, dane_query_t query)
{
	struct octets records[RECORDS_MAX];
	struct buffer all;
	/* an answer that DNSSEC does not protect is no answer (RFC 7671 10.1.1) */
	if (dane_query_status(query) != DANE_QUERY_DNSSEC_VERIFIED)
		return tls_dane_new(memory, NULL, 0);
	buffer_init(&all, memory, ASSOCIATIONS_MAX);
	size_t count = collect(query, &all, records);
	struct tls_dane *dane = buffer_failed(&all) ? NULL : tls_dane_new(memory, records, count);
	buffer_free(&all);
	return dane;
}

static bool is_absence(int error)
{
	return error == DANE_E_REQUESTED_DATA_NOT_AVAILABLE || error == DANE_E_NO_DANE_DATA ||
	       error == DANE_E_NO_DNSSEC_SIG;
}

bool tls_dane_can_query(void)
{
	return true;
}

struct tls_dane *tls_dane_query(const struct memory *memory, const char *host, uint16_t port)
{
	dane_state_t state = NULL;
	dane_query_t query = NULL;
	struct tls_dane *dane;
	int error = dane_state_init(&state, 0);
	if (error == DANE_E_SUCCESS)
		error = dane_query_tlsa(state, &query, host, "tcp", port);
	if (error == DANE_E_SUCCESS) {
		dane = read_answer(memory, query);
	} else if (is_absence(error)) {
		dane = tls_dane_new(memory, NULL, 0);
	} else {
		struct sentence why;
		sentence_set(&why, "its TLSA records cannot be looked up safely: %s",
			dane_strerror(error));
		dane = tls_dane_bogus(memory, &why);
	}
	if (query != NULL)
		dane_query_deinit(query);
	if (state != NULL)
		dane_state_deinit(state);
	return dane;
}

#else

bool tls_dane_can_query(void)
{
	return false;
}

struct tls_dane *tls_dane_query(const struct memory *memory, const char *host, uint16_t port)
{
	(void)host;
	(void)port;
	return tls_dane_bogus(memory, &(struct sentence){"this build cannot ask for TLSA records"});
}

#endif
