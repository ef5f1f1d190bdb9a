/* extensions: the capability list in its states; RFC 5321 4.1.1.1, RFC 3207, RFC 4954, RFC 1870. */
#include "extensions.h"

#include "state.h"

enum { MESSAGE_MAX = 64 * 1024 * 1024 };

static const struct text_list *list_by_tls(const struct server *server)
{
	const struct server_profile *profile = server->profile;
	if (server->session.tls_believed && profile->offers_in_tls.items != NULL)
		return &profile->offers_in_tls;
	return &profile->offers;
}

static const struct text_list *list_now(const struct server *server)
{
	if (server->session.login && server->profile->offers_after_auth.items != NULL)
		return &server->profile->offers_after_auth;
	return list_by_tls(server);
}

/* The keyword of a line, and what follows it; "AUTH=LOGIN" is the old way of saying AUTH LOGIN. */
static bool is_keyword(struct octets line, const char *keyword, struct octets *rest)
{
	struct octets name = octets_of(keyword);
	struct octets after = octets_from(line, name.len);
	if (!octets_equal_nocase(octets_cut(line, name.len), name))
		return false;
	if (after.len > 0 && after.at[0] != ' ' && after.at[0] != '=')
		return false;
	*rest = octets_from(after, 1);
	return true;
}

/* STARTTLS is offered where it can be had: not without a TLS library, nor where it was forgotten.
 */
static bool is_hidden(const struct server *server, const struct text_list *list, struct octets line)
{
	struct octets rest;
	if (!is_keyword(line, "STARTTLS", &rest))
		return false;
	bool same_in_tls = server->session.tls_believed && list == &server->profile->offers;
	return same_in_tls || server->session.starttls_forgotten || !server->settings.tls_available;
}

static bool has_line(const struct text_list *list, const char *keyword)
{
	struct octets rest;
	for (size_t i = 0; i < list->count; i++) {
		if (is_keyword(list->items[i], keyword, &rest))
			return true;
	}
	return false;
}

/* The line that the operator adds to a profile without STARTTLS. */
static bool adds_starttls(const struct server *server)
{
	return server->settings.offer_starttls && server->settings.tls_available &&
	       !has_line(&server->profile->offers, "STARTTLS");
}

bool extensions_next(const struct server *server, size_t *index, struct octets *line)
{
	const struct text_list *list = list_now(server);
	if (*index == 0) {
		/* the line that may be added: not as the last one, which some clients overlook */
		*index = 1;
		*line = octets_of("STARTTLS");
		if (adds_starttls(server) && !server->session.tls_believed &&
			!server->session.starttls_forgotten)
			return true;
	}
	while (*index <= list->count) {
		*line = list->items[(*index)++ - 1];
		if (!is_hidden(server, list, *line))
			return true;
	}
	return false;
}

bool extensions_offer(const struct server *server, const char *keyword, struct octets *rest)
{
	struct octets line, ignored;
	for (size_t index = 0; extensions_next(server, &index, &line);) {
		if (is_keyword(line, keyword, rest != NULL ? rest : &ignored))
			return true;
	}
	return false;
}

bool extensions_know(const struct server *server, enum server_verb verb)
{
	if (verb == SERVER_STARTTLS)
		return adds_starttls(server) ||
		       (server->settings.tls_available &&
			       has_line(&server->profile->offers, "STARTTLS"));
	if (verb == SERVER_CHUNK)
		return extensions_offer(server, "CHUNKING", NULL);
	return verb != SERVER_AUTH || has_line(list_by_tls(server), "AUTH");
}

static bool has_word(struct octets words, struct octets word)
{
	while (words.len > 0) {
		struct octets next = octets_cut(words, octets_find(words, ' '));
		if (octets_equal_nocase(next, word))
			return true;
		words = octets_from(words, next.len + 1);
	}
	return false;
}

bool extensions_offer_mechanism(const struct server *server, struct octets mechanism)
{
	const struct text_list *list = list_by_tls(server);
	struct octets words;
	for (size_t i = 0; i < list->count; i++) {
		if (is_keyword(list->items[i], "AUTH", &words) && has_word(words, mechanism))
			return true;
	}
	return false;
}

size_t extensions_largest(const struct server *server)
{
	struct octets rest;
	uint64_t declared = 0;
	size_t allowed =
		server->settings.message_max == 0 ? MESSAGE_MAX : server->settings.message_max;
	if (!extensions_offer(server, "SIZE", &rest) ||
		!octets_number(octets_trim(rest), &declared))
		return allowed;
	return declared != 0 && declared < allowed ? (size_t)declared : allowed;
}
