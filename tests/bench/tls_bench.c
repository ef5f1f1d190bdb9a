/*
 * tls_bench: what client/net's TLS costs a client beside GnuTLS used by hand, with the same checks:
 * processor time of handshakes, full and resumed, and of 10 MiB written; memory of a session that
 * does nothing. Both ends are in this process; only the client's calls are counted. The two ways
 * take turns, and the medians are compared.
 */
#include <malloc.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tls_ends.h"

enum { ROUNDS = 301, LARGE_ROUNDS = 21, LARGE = 10 << 20, PIECE = 64 << 10, IDLE = 200 };

static struct certificate authority, leaf;
static struct tls_peer peer;
static struct tls_trust *trust;
static gnutls_certificate_credentials_t credentials; /* of the way by hand, with the same file */
static gnutls_priority_t priority;
static uint64_t spent_ns; /* in the client's calls */

static uint64_t cpu_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#define COUNTED(call)                                                                              \
	do {                                                                                       \
		uint64_t before = cpu_ns();                                                        \
		call;                                                                              \
		spent_ns += cpu_ns() - before;                                                     \
	} while (0)

/* One client, made either way. */
struct contender {
	struct tls *ours;
	gnutls_session_t by_hand;
	int descriptor;
	struct tls *server;
	int other;
};

static gnutls_datum_t kept; /* of the way by hand: the session to be resumed */
static struct tls_resumption *resumption;

static void begin_by_hand(struct contender *way, bool resume)
{
	gnutls_init(&way->by_hand, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	gnutls_priority_set(way->by_hand, priority);
	gnutls_credentials_set(way->by_hand, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_server_name_set(way->by_hand, GNUTLS_NAME_DNS, "localhost", 9);
	gnutls_session_set_verify_cert(way->by_hand, "localhost", 0);
	gnutls_transport_set_int(way->by_hand, way->descriptor);
	if (resume && kept.size > 0)
		gnutls_session_set_data(way->by_hand, kept.data, kept.size);
}

static void begin_ours(struct contender *way, bool resume)
{
	struct sentence why = {""};
	struct tls_client_settings settings = {.name = "localhost",
		.host = "localhost",
		.port = 465,
		.trust = trust,
		.resumption = resume ? resumption : NULL};
	way->ours = tls_client_new(&memory_standard, way->descriptor, &settings, &why);
}

static void fail(const char *what)
{
	fprintf(stderr, "tls_bench: %s\n", what);
	exit(1);
}

static void open_way(struct contender *way, bool ours, bool resume)
{
	int pair[2], code = GNUTLS_E_AGAIN;
	enum tls_result client = TLS_AGAIN, server = TLS_AGAIN;
	*way = (struct contender){.ours = NULL};
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		fail("no socket pair");
	tcp_prepare(pair[0]);
	tcp_prepare(pair[1]);
	way->descriptor = pair[0];
	way->other = pair[1];
	way->server = peer_accept(&peer, pair[1]);
	if (ours)
		COUNTED(begin_ours(way, resume));
	else
		COUNTED(begin_by_hand(way, resume));
	while (client == TLS_AGAIN || server == TLS_AGAIN) {
		if (ours && client == TLS_AGAIN)
			COUNTED(client = tls_handshake(way->ours, 0));
		if (!ours && client == TLS_AGAIN) {
			COUNTED(code = gnutls_handshake(way->by_hand));
			client = code == 0		  ? TLS_OK
				 : code == GNUTLS_E_AGAIN ? TLS_AGAIN
							  : TLS_BROKEN;
		}
		if (server == TLS_AGAIN)
			server = tls_handshake(way->server, 0);
		if (client == TLS_BROKEN || server == TLS_BROKEN)
			fail("a handshake failed");
	}
}

/* A greeting, which tickets come before. */
static void hear(struct contender *way)
{
	struct octets word = octets_of("220 mail.example.org ESMTP\r\n");
	uint8_t heard[100];
	size_t count = 0;
	ssize_t got = 0;
	tls_write(way->server, &word, 1, &count);
	if (way->ours != NULL) {
		COUNTED(tls_read(way->ours, heard, sizeof heard, &count));
		got = (ssize_t)count;
	} else {
		do
			COUNTED(got = gnutls_record_recv(way->by_hand, heard, sizeof heard));
		while (got == GNUTLS_E_AGAIN);
	}
	if (got <= 0)
		fail("nothing was heard");
}

static void keep_by_hand(struct contender *way)
{
	gnutls_free(kept.data);
	kept = (gnutls_datum_t){NULL, 0};
	gnutls_session_get_data2(way->by_hand, &kept);
}

static void close_way(struct contender *way, bool resume)
{
	if (way->by_hand != NULL && resume)
		COUNTED(keep_by_hand(way));
	if (way->ours != NULL)
		COUNTED(tls_free(way->ours));
	else
		COUNTED(gnutls_deinit(way->by_hand));
	tls_free(way->server);
	close(way->descriptor);
	close(way->other);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static void show(const char *what, uint64_t *by_hand, uint64_t *ours, size_t count)
{
	qsort(by_hand, count, sizeof *by_hand, compare);
	qsort(ours, count, sizeof *ours, compare);
	double a = (double)by_hand[count / 2] / 1000, b = (double)ours[count / 2] / 1000;
	printf("%-34s %10.1f us %10.1f us %8.3f\n", what, a, b, b / a);
}

static void measure_handshakes(const char *what, const char *wanted, bool resume)
{
	static uint64_t spent[2][ROUNDS];
	peer.priority = wanted;
	resumption = tls_resumption_new(&memory_standard);
	for (size_t i = 0; i < 2 * ROUNDS + 4; i++) {
		struct contender way;
		bool ours = i % 2 != 0;
		spent_ns = 0;
		open_way(&way, ours, resume);
		hear(&way);
		if (resume && i >= 4 &&
			!gnutls_session_is_resumed(ours ? way.ours->session : way.by_hand))
			fail("a session was not resumed");
		close_way(&way, resume);
		if (i >= 4)
			spent[ours][(i - 4) / 2] = spent_ns;
	}
	show(what, spent[0], spent[1], ROUNDS);
	tls_resumption_free(resumption);
	gnutls_free(kept.data);
	kept = (gnutls_datum_t){NULL, 0};
}

/* Writes what fits, and lets the server read. */
static void write_some(struct contender *way, struct octets *left)
{
	static uint8_t sunk[65536];
	size_t count = 0;
	if (way->ours != NULL) {
		/* as a message goes out: a long piece with short ones around it */
		struct octets now = octets_cut(*left, PIECE);
		struct octets pieces[3] = {octets_cut(now, 3), octets_from(now, 3), octets_of("")};
		COUNTED(tls_write(way->ours, pieces, 3, &count));
	} else {
		struct octets now = octets_cut(*left, TLS_RECORD_MAX);
		ssize_t sent = 0;
		COUNTED(sent = gnutls_record_send(way->by_hand, now.at, now.len));
		count = sent > 0 ? (size_t)sent : 0;
	}
	*left = octets_from(*left, count);
	while (tls_read(way->server, sunk, sizeof sunk, &count) == TLS_OK)
		;
}

static void measure_writing(void)
{
	static uint64_t spent[2][LARGE_ROUNDS];
	uint8_t *large = calloc(1, LARGE);
	peer.priority = NULL;
	for (size_t i = 0; large != NULL && i < 2 * LARGE_ROUNDS; i++) {
		struct contender way;
		bool ours = i % 2 != 0;
		struct octets left = octets_make(large, LARGE);
		open_way(&way, ours, false);
		spent_ns = 0;
		while (left.len > 0)
			write_some(&way, &left);
		spent[ours][i / 2] = spent_ns;
		close_way(&way, false);
	}
	free(large);
	show("10 MiB written", spent[0], spent[1], LARGE_ROUNDS);
}

/* What the clients of many sessions hold, by the difference that freeing them makes. */
static void measure_memory(void)
{
	static struct contender ways[IDLE];
	size_t held[2];
	for (int ours = 0; ours < 2; ours++) {
		for (size_t i = 0; i < IDLE; i++) {
			open_way(&ways[i], ours != 0, false);
			hear(&ways[i]);
		}
		size_t before = mallinfo2().uordblks;
		for (size_t i = 0; i < IDLE; i++) {
			if (ours != 0)
				tls_free(ways[i].ours);
			else
				gnutls_deinit(ways[i].by_hand);
		}
		held[ours] = (before - mallinfo2().uordblks) / IDLE;
		for (size_t i = 0; i < IDLE; i++) {
			tls_free(ways[i].server);
			close(ways[i].descriptor);
			close(ways[i].other);
		}
	}
	printf("%-34s %10zu B  %10zu B  %8.3f\n", "memory of an idle session", held[0], held[1],
		(double)held[1] / (double)held[0]);
}

static void prepare(void)
{
	static const char *const names[CERTIFICATE_NAMES] = {"localhost"};
	static const char *const authority_name[CERTIFICATE_NAMES] = {"Test authority"};
	char file[] = "/tmp/tls-bench-XXXXXX";
	struct sentence why = {""};
	int descriptor = mkstemp(file);
	if (descriptor < 0 || !peer_certificate(&authority, NULL, authority_name) ||
		!peer_certificate(&leaf, &authority, names) || !peer_open(&peer, &leaf, NULL) ||
		!certificate_write(&authority, file, &why))
		fail("no certificates");
	close(descriptor);
	trust = tls_trust_new(&memory_standard, file, &why);
	if (trust == NULL)
		fail(why.text);
	gnutls_certificate_allocate_credentials(&credentials);
	gnutls_certificate_set_x509_trust_file(credentials, file, GNUTLS_X509_FMT_PEM);
	gnutls_priority_init(&priority, tls_default_priority, NULL);
	unlink(file);
}

/* The two ends are a test's, and check as they go. */
static void the_client_costs_no_more_than_its_library(void)
{
	prepare();
	printf("%-34s %13s %13s %8s\n", "", "GnuTLS alone", "client/net", "ratio");
	measure_handshakes("handshake, TLS 1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.3", false);
	measure_handshakes("handshake, TLS 1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2", false);
	measure_handshakes("resumed, TLS 1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.3", true);
	measure_handshakes("resumed, TLS 1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.2", true);
	measure_writing();
	measure_memory();
	tls_trust_free(trust);
	peer_close(&peer);
	gnutls_certificate_free_credentials(credentials);
	gnutls_priority_deinit(priority);
	certificate_free(&authority);
	certificate_free(&leaf);
}

#define TESTS(T) T(the_client_costs_no_more_than_its_library)
CHECK_MAIN("tls_bench", TESTS)
