/*
 * tls_priority: suites by name, turned into the sets that GnuTLS understands.
 *
 * There is no table of suites here: GnuTLS lists its own, with key exchange, cipher and MAC of
 * each, and names are compared in a common form.
 */
#include "tls_priority.h"

#include <gnutls/gnutls.h>
#include <string.h>

enum { WORDS_MAX = 16, NAME_MAX_LEN = 64, STRING_MAX = 1024 };

static const struct {
	const char *name, *word;
} versions[TLS_VERSION_COUNT] = {
	[TLS_VERSION_SSL3] = {"SSL3.0", "VERS-SSL3.0"},
	[TLS_VERSION_1_0] = {"TLS1.0", "VERS-TLS1.0"},
	[TLS_VERSION_1_1] = {"TLS1.1", "VERS-TLS1.1"},
	[TLS_VERSION_1_2] = {"TLS1.2", "VERS-TLS1.2"},
	[TLS_VERSION_1_3] = {"TLS1.3", "VERS-TLS1.3"},
};

/* An ordered set of words of one kind ("+RSA:+DHE-RSA"); the words are GnuTLS's own. */
struct words {
	const char *items[WORDS_MAX];
	size_t count;
};

struct choice {
	const struct tls_priority_wish *wish;
	unsigned int versions; /* those that can be had */
	struct words exchanges, ciphers, macs;
};

static bool add_word(struct words *words, const char *word)
{
	if (word == NULL)
		return false;
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->items[i], word) == 0)
			return true;
	}
	if (words->count == WORDS_MAX)
		return false;
	words->items[words->count++] = word;
	return true;
}

static void replace(char *name, const char *what, const char *with)
{
	char *found = strstr(name, what);
	if (found == NULL)
		return;
	size_t old = strlen(what), fresh = strlen(with);
	memmove(found + fresh, found + old, strlen(found + old) + 1);
	memcpy(found, with, fresh);
}

/*
 * "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_AES_128_CBC_SHA1" and "RSA-AES128-CBC-SHA" are the same
 * suite: IANA's, GnuTLS's and the profiles' name. None of the replacements makes a name longer.
 */
static void common_form(struct octets name, char out[NAME_MAX_LEN])
{
	size_t len = 0;
	for (; len < name.len && len < NAME_MAX_LEN - 1; len++) {
		uint8_t octet = name.at[len];
		if (octet >= 'a' && octet <= 'z')
			octet = (uint8_t)(octet - ('a' - 'A'));
		out[len] = octet == '_' ? '-' : (char)octet;
	}
	out[len] = 0;
	static const char *const rows[][2] = {{"TLS-", ""}, {"WITH-", ""}, {"AES-", "AES"},
		{"CAMELLIA-", "CAMELLIA"}, {"ARCFOUR-128", "RC4"}, {"RC4-128", "RC4"},
		{"3DES-EDE", "3DES"}, {"POLY1305-SHA256", "POLY1305"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		replace(out, rows[i][0], rows[i][1]);
	len = strlen(out);
	if (len > 5 && strcmp(out + len - 5, "-SHA1") == 0)
		out[len - 1] = 0;
}

static bool same_suite(const char *gnutls_name, struct octets wished)
{
	char ours[NAME_MAX_LEN], theirs[NAME_MAX_LEN];
	common_form(octets_of(gnutls_name), ours);
	common_form(wished, theirs);
	return strcmp(ours, theirs) == 0;
}

static bool is_wished(const struct tls_priority_wish *wish, const char *gnutls_name)
{
	for (size_t i = 0; i < wish->suite_count; i++) {
		if (same_suite(gnutls_name, wish->suites[i]))
			return true;
	}
	return false;
}

static void append_words(struct buffer *out, const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		buffer_format(out, ":+%s", words->items[i]);
}

static void append_versions(struct buffer *out, unsigned int set)
{
	for (int i = TLS_VERSION_COUNT - 1; i >= 0; i--) {
		if ((set & (1u << i)) != 0)
			buffer_format(out, ":+%s", versions[i].word);
	}
}

/* Old suites are in no keyword of GnuTLS: a server that takes old versions takes them too. */
static const char *base(const struct tls_priority_wish *wish)
{
	return wish->server ? "NORMAL:+3DES-CBC:+ARCFOUR-128:+MD5:-VERS-ALL" : "NORMAL:-VERS-ALL";
}

static void append_choice(struct buffer *out, const struct choice *choice)
{
	const struct tls_priority_wish *wish = choice->wish;
	if (wish->suite_count == 0)
		buffer_append_text(out, base(wish));
	else
		buffer_append_text(out, "NONE:+COMP-NULL:+CTYPE-X509:+SIGN-ALL:+GROUP-ALL");
	append_versions(out, choice->versions);
	append_words(out, &choice->exchanges);
	append_words(out, &choice->ciphers);
	append_words(out, &choice->macs);
	if (wish->no_extensions)
		buffer_append_text(out, ":%NO_EXTENSIONS:%DISABLE_SAFE_RENEGOTIATION");
	if (wish->old_chains)
		buffer_append_text(out, ":%PROFILE_VERY_WEAK:%VERIFY_ALLOW_SIGN_WITH_SHA1");
}

/* NULL where GnuTLS can make nothing of it. */
static gnutls_priority_t try_choice(const struct choice *choice)
{
	struct buffer string;
	gnutls_priority_t made = NULL;
	buffer_init(&string, &memory_standard, STRING_MAX);
	append_choice(&string, choice);
	if (buffer_failed(&string) ||
		gnutls_priority_init(&made, buffer_string(&string), NULL) != GNUTLS_E_SUCCESS)
		made = NULL;
	buffer_free(&string);
	return made;
}

static bool version_works(unsigned int version)
{
	static const struct tls_priority_wish anything = {0};
	struct choice choice = {.wish = &anything, .versions = 1u << version};
	gnutls_priority_t made = try_choice(&choice);
	if (made == NULL)
		return false;
	gnutls_priority_deinit(made);
	return true;
}

/* The n-th suite that would be offered; NULL past the end, "" for one that GnuTLS lacks. */
static const char *offered(gnutls_priority_t priority, unsigned int n)
{
	unsigned int index;
	int error = gnutls_priority_get_cipher_suite_index(priority, n, &index);
	if (error == GNUTLS_E_UNKNOWN_CIPHER_SUITE)
		return "";
	if (error != GNUTLS_E_SUCCESS)
		return NULL;
	const char *name = gnutls_cipher_suite_info(index, NULL, NULL, NULL, NULL, NULL);
	return name == NULL ? "" : name;
}

/* True where the choice offers this suite and nothing that was not wished for. */
static bool offers_exactly(const struct choice *choice, struct octets suite)
{
	gnutls_priority_t made = try_choice(choice);
	bool found = false, foreign = false;
	if (made == NULL)
		return false;
	const char *name;
	for (unsigned int n = 0; (name = offered(made, n)) != NULL; n++) {
		if (name[0] == 0)
			continue;
		found = found || same_suite(name, suite);
		foreign = foreign || !is_wished(choice->wish, name);
	}
	gnutls_priority_deinit(made);
	return found && !foreign;
}

/* Adds a suite to the choice if GnuTLS has it and it brings no other one along. */
static bool add_suite(struct choice *choice, struct octets suite)
{
	gnutls_kx_algorithm_t exchange;
	gnutls_cipher_algorithm_t cipher;
	gnutls_mac_algorithm_t mac;
	gnutls_protocol_t least;
	const char *name;
	for (size_t i = 0; (name = gnutls_cipher_suite_info(
				    i, NULL, &exchange, &cipher, &mac, &least)) != NULL;
		i++) {
		if (!same_suite(name, suite))
			continue;
		struct choice more = *choice;
		/* Suites of TLS 1.3 name no key exchange. */
		bool good = (least == GNUTLS_TLS1_3 ||
				    add_word(&more.exchanges, gnutls_kx_get_name(exchange))) &&
			    add_word(&more.ciphers, gnutls_cipher_get_name(cipher)) &&
			    add_word(&more.macs, gnutls_mac_get_name(mac));
		if (!good || !offers_exactly(&more, suite))
			return false;
		*choice = more;
		return true;
	}
	return false;
}

static void name_unavailable(struct buffer *unavailable, size_t start, struct octets name)
{
	if (unavailable->len > start)
		buffer_append_text(unavailable, ", ");
	buffer_append_octets(unavailable, name);
}

bool tls_priority_write(
	const struct tls_priority_wish *wish, struct buffer *priority, struct buffer *unavailable)
{
	struct choice choice = {.wish = wish};
	size_t start = unavailable->len, suites = 0;
	for (unsigned int i = 0; i < TLS_VERSION_COUNT; i++) {
		bool any = wish->versions == 0 &&
			   i >= (wish->server ? TLS_VERSION_1_0 : TLS_VERSION_1_2);
		if (!any && (wish->versions & (1u << i)) == 0)
			continue;
		if (version_works(i))
			choice.versions |= 1u << i;
		else
			name_unavailable(unavailable, start, octets_of(versions[i].name));
	}
	for (size_t i = 0; i < wish->suite_count; i++) {
		if (add_suite(&choice, wish->suites[i]))
			suites++;
		else
			name_unavailable(unavailable, start, wish->suites[i]);
	}
	if (choice.versions == 0 || (wish->suite_count > 0 && suites == 0))
		return false;
	append_choice(priority, &choice);
	return !buffer_failed(priority) && !buffer_failed(unavailable);
}

static void describe_versions(struct buffer *out, gnutls_priority_t priority)
{
	const unsigned int *list;
	int count = gnutls_priority_protocol_list(priority, &list);
	for (int i = 0; i < count; i++) {
		const char *name = gnutls_protocol_get_name((gnutls_protocol_t)list[i]);
		buffer_format(out, "%s%s", i == 0 ? "" : ", ", name == NULL ? "?" : name);
	}
}

bool tls_priority_describe(const char *priority, struct buffer *out)
{
	gnutls_priority_t made;
	const char *name, *before = " with ";
	if (gnutls_priority_init(&made, priority, NULL) != GNUTLS_E_SUCCESS)
		return false;
	describe_versions(out, made);
	for (unsigned int n = 0; (name = offered(made, n)) != NULL; n++) {
		char common[NAME_MAX_LEN];
		if (name[0] == 0)
			continue;
		common_form(octets_of(name), common);
		buffer_format(out, "%s%s", before, common);
		before = ", ";
	}
	gnutls_priority_deinit(made);
	return !buffer_failed(out);
}
