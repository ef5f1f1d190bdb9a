/* bearer: tokens, and what a server says about them. */
#include "bearer.h"

enum { STATUS_MAX = 200 };

/* Of no RFC: as two large providers of mail have it. */
void bearer_xoauth2_start(const struct sasl_login *login, struct buffer *out)
{
	buffer_append_text(out, "user=");
	buffer_append_text(out, login->user);
	buffer_append_text(out, "\1auth=Bearer ");
	buffer_append_text(out, login->password);
	buffer_append_text(out, "\1\1");
}

bool bearer_xoauth2_step(const struct sasl_login *login, unsigned int round,
	const struct challenge *challenge, struct buffer *out)
{
	(void)login;
	(void)challenge;
	(void)out;
	return round == 0;
}

/* RFC 5801 section 4: in a name '=' and ',' are written otherwise. */
static void append_name(struct buffer *out, const char *name)
{
	for (; *name != 0; name++) {
		if (*name == '=')
			buffer_append_text(out, "=3D");
		else if (*name == ',')
			buffer_append_text(out, "=2C");
		else
			buffer_append_byte(out, (uint8_t)*name);
	}
}

/* RFC 7628 section 3.1; where the host is not known, nothing is said about it. */
void bearer_start(const struct sasl_login *login, struct buffer *out)
{
	buffer_append_text(out, "n,a=");
	append_name(out, login->authorize != NULL ? login->authorize : login->user);
	buffer_append_text(out, ",\1");
	if (login->host != NULL)
		buffer_format(out, "host=%s\1port=%u\1", login->host, (unsigned int)login->port);
	buffer_append_text(out, "auth=Bearer ");
	buffer_append_text(out, login->password);
	buffer_append_text(out, "\1\1");
}

/* RFC 7628 section 3.2.3: a lone control character. */
bool bearer_step(const struct sasl_login *login, unsigned int round,
	const struct challenge *challenge, struct buffer *out)
{
	(void)login;
	(void)challenge;
	buffer_append_byte(out, 1);
	return round == 0;
}

static struct octets skip_blanks(struct octets text)
{
	while (text.len > 0 &&
		(octet_is_blank(text.at[0]) || text.at[0] == '\r' || text.at[0] == '\n'))
		text = octets_from(text, 1);
	return text;
}

/* Not a reader of JSON: the word is shown to people, and nothing depends on it. */
struct octets bearer_status(struct octets json)
{
	static const char key[] = "\"status\"";
	struct octets rest = octets_from(json, octets_find_nocase(json, octets_of(key)));
	rest = skip_blanks(octets_from(rest, sizeof key - 1));
	if (rest.len == 0 || rest.at[0] != ':')
		return octets_of("");
	rest = skip_blanks(octets_from(rest, 1));
	bool quoted = rest.len > 0 && rest.at[0] == '"';
	rest = octets_from(rest, quoted);
	size_t len = 0;
	while (len < rest.len && len < STATUS_MAX &&
		(quoted ? rest.at[len] != '"' : octet_is_digit(rest.at[len])))
		len += quoted && rest.at[len] == '\\' && len + 1 < rest.len ? 2 : 1;
	return octets_cut(rest, len);
}
