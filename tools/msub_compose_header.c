/* compose_header: who, what about, when; in ASCII, whatever the options hold. */
#include "msub_compose_part.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <time.h>

#include "msub_compose_words.h"

/* A word is never folded, and a line ends at 998 octets (RFC 5322 2.1.1). */
enum { WORD_MAX = 900 };

/* Text for a field: UTF-8 without control characters, its words not too long. */
static bool check_text(const char *option, const char *text, struct trouble *trouble)
{
	size_t bad, len = strlen(text);
	if (!compose_is_utf8(text, len, &bad))
		return trouble_set(trouble, EX_DATAERR,
			"%s: it is no UTF-8 (octet %zu); convert it, as with iconv", option, bad);
	for (size_t i = 0; i < len; i++) {
		unsigned char octet = (unsigned char)text[i];
		if ((octet < ' ' && octet != '\t') || octet == 0x7F)
			return trouble_set(trouble, EX_DATAERR,
				"%s: there is a line break or control character in it (octet %zu); "
				"take it out",
				option, i);
	}
	for (const char *at = text; *at != 0; at += strspn(at, " \t")) {
		size_t word = strcspn(at, " \t"), ascii = 0;
		while (ascii < word && (unsigned char)at[ascii] < 0x80)
			ascii++;
		if (ascii == word && word > WORD_MAX) /* others are encoded, and folded then */
			return trouble_set(trouble, EX_DATAERR,
				"%s: a word of it has more than %d octets; shorten it", option,
				WORD_MAX);
		at += word;
	}
	return true;
}

/* ---- addresses ---- */

/* Says utf-8 of each name, and compares the addresses with those that we have read ourselves. */
static bool is_as_read(InternetAddressList *list, const struct addresses *read, size_t *index)
{
	for (int i = 0; i < internet_address_list_length(list); i++) {
		InternetAddress *one = internet_address_list_get_address(list, i);
		internet_address_set_charset(one, "utf-8");
		if (INTERNET_ADDRESS_IS_GROUP(one)) {
			InternetAddressGroup *group = INTERNET_ADDRESS_GROUP(one);
			if (!is_as_read(internet_address_group_get_members(group), read, index))
				return false;
			continue;
		}
		const char *address =
			internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one));
		if (*index >= read->count || address == NULL ||
			strcmp(address, read->items[*index]) != 0)
			return false;
		++*index;
	}
	return true;
}

/* What both readers pass over, and nobody means: a blank beside the @, the end of no group. */
static bool is_meant(const char *text)
{
	bool quoted = false, group = false;
	size_t comments = 0;
	for (const char *at = text; *at != 0; at++) {
		if (*at == '\\' && at[1] != 0)
			at++;
		else if (*at == '"' && comments == 0)
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (*at == '(' || *at == ')')
			comments += *at == '(' ? 1 : (size_t)-1;
		else if (comments > 0)
			continue;
		else if ((*at == ' ' && at[1 + strspn(at + 1, " ")] == '@') ||
			 (*at == '@' && at[1] == ' ') || (*at == ';' && !group))
			return false;
		else if (*at == ':' || *at == ';')
			group = *at == ':';
	}
	return true;
}

/* A list of addresses of an option, in both forms; the addresses are added. NULL: see the trouble.
 */
static InternetAddressList *parse_list(
	const char *option, const char *text, struct addresses *addresses, struct trouble *trouble)
{
	struct addresses read = {0};
	size_t index = 0;
	if (!check_text(option, text, trouble))
		return NULL;
	enum addresses_result result = addresses_add(&read, text, strlen(text));
	InternetAddressList *list =
		result == ADDRESSES_TAKEN ? internet_address_list_parse(NULL, text) : NULL;
	if (list == NULL || !is_meant(text) || !is_as_read(list, &read, &index) ||
		index != read.count || read.count == 0) {
		trouble_set(trouble, EX_DATAERR,
			"%s: \"%.200s\" cannot be read; write it as \"Ann B. <ann@example.net>\"",
			option, text);
		g_clear_object(&list);
	}
	for (size_t i = 0; list != NULL && i < read.count; i++)
		addresses_add(addresses, read.items[i], strlen(read.items[i]));
	addresses_free(&read);
	return list;
}

/* Adds each of an option's lists to a field of the message, or (NULL) to the addresses only. */
static bool add_lists(InternetAddressList *field, const char *option,
	const struct option_list *list, struct addresses *addresses, struct trouble *trouble)
{
	for (size_t i = 0; i < list->count; i++) {
		InternetAddressList *parsed =
			parse_list(option, list->items[i], addresses, trouble);
		if (parsed == NULL)
			return false;
		if (field != NULL)
			internet_address_list_append(field, parsed);
		g_object_unref(parsed);
	}
	return true;
}

/* The author, and the domain that a Message-ID is made of (lent by the message). */
static const char *add_author(
	GMimeMessage *message, const char *from, const char *name, struct trouble *trouble)
{
	struct addresses read = {0};
	const char *domain = NULL;
	InternetAddressList *list = parse_list("--from", from, &read, trouble);
	addresses_free(&read);
	if (list == NULL)
		return NULL;
	InternetAddress *author = internet_address_list_get_address(list, 0);
	if (internet_address_list_length(list) != 1 || !INTERNET_ADDRESS_IS_MAILBOX(author)) {
		trouble_set(trouble, EX_USAGE, "--from: a message has one author; name one");
	} else {
		const char *given = internet_address_get_name(author);
		/* GMime: "" where there is none */
		if ((given == NULL || given[0] == 0) && name != NULL &&
			check_text("the full name", name, trouble))
			internet_address_set_name(author, name);
		internet_address_list_add(
			g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_FROM), author);
		domain = strrchr(
			internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(author)),
			'@');
		domain = domain == NULL ? "localhost" : domain + 1;
	}
	g_object_unref(list);
	return trouble->status == 0 ? domain : NULL;
}

/* ---- other fields ---- */

static bool is_own(const char *name, size_t len)
{
	static const char *const names[] = {"From", "To", "Cc", "Bcc", "Reply-To", "Subject",
		"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strlen(names[i]) == len && strncasecmp(names[i], name, len) == 0)
			return true;
	}
	return false;
}

static bool add_field(GMimeMessage *message, const char *field, struct trouble *trouble)
{
	size_t len = strcspn(field, ":");
	bool is_field = field[len] == ':' && len > 0;
	for (size_t i = 0; i < len; i++)
		is_field = is_field && field[i] > ' ' && field[i] < 0x7F;
	if (!is_field)
		return trouble_set(trouble, EX_USAGE,
			"--header: \"%.100s\" is no field; write it as 'X-Name: value'", field);
	if (is_own(field, len))
		return trouble_set(trouble, EX_USAGE,
			"--header: %.*s is made of the options; use --from, --to, --cc, --bcc, "
			"--reply-to, --subject, --attach",
			(int)len, field);
	const char *value = field + len + 1 + strspn(field + len + 1, " \t");
	if (!check_text("--header", value, trouble))
		return false;
	char *name = g_strndup(field, len);
	g_mime_object_append_header(GMIME_OBJECT(message), name, value, "utf-8");
	g_free(name);
	return true;
}

/* A field that is made unless --header has it. */
static bool is_given(const struct compose_options *options, const char *name)
{
	for (size_t i = 0; i < options->headers.count; i++) {
		const char *field = options->headers.items[i];
		if (strlen(name) == strcspn(field, ":") &&
			strncasecmp(field, name, strlen(name)) == 0)
			return true;
	}
	return false;
}

/* Now, here; or the time that a reproducible build is given, in UTC. */
static bool add_date(GMimeMessage *message, struct trouble *trouble)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	GDateTime *date = NULL;
	if (epoch == NULL || epoch[0] == 0) {
		date = g_date_time_new_from_unix_local((gint64)time(NULL));
	} else if (strspn(epoch, "0123456789") == strlen(epoch) && strlen(epoch) <= 11) {
		date = g_date_time_new_from_unix_utc(strtoll(epoch, NULL, 10));
	}
	if (date == NULL)
		return trouble_set(trouble, EX_CONFIG,
			"SOURCE_DATE_EPOCH is no time: it takes a number of seconds");
	g_mime_message_set_date(message, date);
	g_date_time_unref(date);
	return true;
}

static void add_message_id(GMimeMessage *message, const char *domain, struct compose_random *random)
{
	char digits[33];
	compose_random_draw(random, digits);
	char *id = g_strdup_printf("%s@%s", digits, domain);
	g_mime_message_set_message_id(message, id);
	g_free(id);
}

/* What GMime makes of values is not used: msub_compose_words.h. */
static void write_values(GMimeMessage *message)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(GMIME_OBJECT(message));
	for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
		static const char *const names[] = {"From", "Reply-To", "To", "Cc"};
		static const GMimeAddressType types[] = {GMIME_ADDRESS_TYPE_FROM,
			GMIME_ADDRESS_TYPE_REPLY_TO, GMIME_ADDRESS_TYPE_TO, GMIME_ADDRESS_TYPE_CC};
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
		const char *name = g_mime_header_get_name(header);
		struct field_value value;
		size_t type = 0;
		while (type < G_N_ELEMENTS(names) && strcasecmp(names[type], name) != 0)
			type++;
		field_value_begin(&value, name);
		if (type < G_N_ELEMENTS(names))
			field_value_addresses(
				&value, g_mime_message_get_addresses(message, types[type]));
		else
			field_value_text(&value, g_mime_header_get_value(header));
		field_value_end(&value);
		g_mime_header_set_raw_value(header, value.text->str);
		g_string_free(value.text, TRUE);
	}
}

bool compose_header(GMimeMessage *message, const struct compose_options *options, const char *from,
	const char *name, struct compose_random *random, struct addresses *recipients,
	struct trouble *trouble)
{
	struct addresses nobody = {0};
	const char *reply_texts[] = {options->reply_to};
	const struct option_list reply_to = {
		reply_texts, options->reply_to == NULL || options->reply_to[0] == 0 ? 0 : 1};
	if (!is_given(options, "Date") && !add_date(message, trouble))
		return false;
	char *domain = g_strdup(add_author(message, from, name, trouble));
	bool added = domain != NULL &&
		     add_lists(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_TO), "--to",
			     &options->to, recipients, trouble) &&
		     add_lists(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_CC), "--cc",
			     &options->cc, recipients, trouble) &&
		     add_lists(NULL, "--bcc", &options->bcc, recipients, trouble) &&
		     add_lists(g_mime_message_get_addresses(message, GMIME_ADDRESS_TYPE_REPLY_TO),
			     "--reply-to", &reply_to, &nobody, trouble);
	if (added && options->subject != NULL) {
		added = check_text("--subject", options->subject, trouble);
		if (added)
			g_mime_message_set_subject(message, options->subject, "utf-8");
	}
	for (size_t i = 0; added && i < options->headers.count; i++)
		added = add_field(message, options->headers.items[i], trouble);
	if (added && !is_given(options, "Message-ID"))
		add_message_id(message, domain, random);
	if (added)
		write_values(message);
	addresses_free(&nobody);
	g_free(domain);
	return added;
}
