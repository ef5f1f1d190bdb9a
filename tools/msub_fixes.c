/* fixes: new fields in front, some fields left out. */
#include "msub_fixes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "msub_place.h"

/* An encoded word may take 75 octets and its line 76 (RFC 2047 2), of which "From: " has six. */
enum { RANDOM_OCTETS = 16, ENCODED_WORD_MAX = 70, LINE_FULL = 76 };

struct fixes fixes_of(const struct account *account, const char *sender)
{
	return (struct fixes){.sender = sender,
		.full_name = account_text(account, KEY_FROM_FULL_NAME),
		.from = account_word(account, KEY_SET_FROM_HEADER, FROM_AUTO),
		.date = account_word(account, KEY_SET_DATE_HEADER, FIELD_AUTO) == FIELD_AUTO,
		.message_id = account_word(account, KEY_SET_MSGID_HEADER, FIELD_AUTO) == FIELD_AUTO,
		.remove_bcc = account_is_on(account, KEY_REMOVE_BCC_HEADERS, true),
		.undisclosed = account_is_on(account, KEY_UNDISCLOSED_RECIPIENTS, false)};
}

/* ---- a name ---- */

/* Atoms and blanks need no quotes (RFC 5322 3.2.3). */
static bool is_phrase(const char *name)
{
	for (; *name != 0; name++) {
		bool letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
			      (*name >= '0' && *name <= '9');
		if (!letter && strchr(" !#$%&'*+-/=?^_`{|}~", *name) == NULL)
			return false;
	}
	return true;
}

static bool is_printable_ascii(const char *name)
{
	for (; *name != 0; name++) {
		if (*name < ' ' || *name > '~')
			return false;
	}
	return true;
}

static void print_quoted(FILE *to, const char *name)
{
	fputc('"', to);
	for (; *name != 0; name++) {
		if (*name == '"' || *name == '\\')
			fputc('\\', to);
		fputc(*name, to);
	}
	fputc('"', to);
}

/* Encoded words (RFC 2047) that never cut a character in two. */
static void print_encoded(FILE *to, const char *name)
{
	static const char begin[] = "=?UTF-8?Q?", end[] = "?=";
	size_t len = sizeof begin - 1;
	fputs(begin, to);
	for (; *name != 0; name++) {
		unsigned char octet = (unsigned char)*name;
		bool plain = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
			     (octet >= '0' && octet <= '9');
		bool begins = (octet & 0xC0) != 0x80;
		/* the longest character takes twelve octets here */
		if (begins && len + 12 + sizeof end - 1 > ENCODED_WORD_MAX) {
			fprintf(to, "%s\n %s", end, begin);
			len = sizeof begin - 1;
		}
		len += plain || octet == ' ' ? 1 : 3;
		if (plain || octet == ' ')
			fputc(octet == ' ' ? '_' : octet, to);
		else
			fprintf(to, "=%02X", octet);
	}
	fputs(end, to);
}

char *fixes_display_name(const char *name)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	if (to == NULL)
		return NULL;
	if (!is_printable_ascii(name))
		print_encoded(to, name);
	else if (is_phrase(name))
		fputs(name, to);
	else
		print_quoted(to, name);
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

/* ---- new fields ---- */

/* Lines end as those of the header do, so that nothing of it has to be repaired. */
struct writing {
	FILE *to;
	const char *end_of_line;
	bool good;
};

/* The address has no room on the last line of an encoded name. */
static bool is_full(const char *name, const char *address)
{
	const char *last = strrchr(name, '\n');
	size_t before = last == NULL ? strlen("From: ") + strlen(name) : strlen(last + 1);
	return strncmp(name, "=?", 2) == 0 && before + strlen(" <>") + strlen(address) > LINE_FULL;
}

static void print_from(struct writing *writing, const struct fixes *fixes)
{
	char *name = fixes->full_name == NULL ? NULL : fixes_display_name(fixes->full_name);
	writing->good &= name != NULL || fixes->full_name == NULL;
	if (name == NULL)
		fprintf(writing->to, "From: %s%s", fixes->sender, writing->end_of_line);
	else
		fprintf(writing->to, "From: %s%s <%s>%s", name,
			is_full(name, fixes->sender) ? writing->end_of_line : "", fixes->sender,
			writing->end_of_line);
	free(name);
}

static void print_date(struct writing *writing)
{
	char text[64];
	time_t now = time(NULL);
	struct tm parts;
	if (localtime_r(&now, &parts) == NULL ||
		strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S %z", &parts) == 0)
		return;
	fprintf(writing->to, "Date: %s%s", text, writing->end_of_line);
}

static bool random_octets(unsigned char *octets, size_t len)
{
	int descriptor = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	ssize_t got = descriptor < 0 ? -1 : read(descriptor, octets, len);
	if (descriptor >= 0)
		close(descriptor);
	return got == (ssize_t)len;
}

/* Chance, at the sender's domain: it tells nothing about who wrote it, where or when. */
static void print_message_id(struct writing *writing, const struct fixes *fixes)
{
	unsigned char chance[RANDOM_OCTETS];
	const char *at = strrchr(fixes->sender, '@');
	char *host = at == NULL ? place_substitute("%H") : NULL;
	const char *domain = at != NULL ? at + 1 : host != NULL && *host != 0 ? host : "localhost";
	if (random_octets(chance, sizeof chance)) {
		fputs("Message-ID: <", writing->to);
		for (size_t i = 0; i < sizeof chance; i++)
			fprintf(writing->to, "%02x", chance[i]);
		fprintf(writing->to, "@%s>%s", domain, writing->end_of_line);
	}
	free(host);
}

static bool has_field(const struct headers *headers, const char *name)
{
	for (size_t i = 0; i < headers->count; i++) {
		if (headers_is_named(headers, &headers->fields[i], name))
			return true;
	}
	return false;
}

static bool wants_from(const struct fixes *fixes, const struct headers *headers)
{
	return fixes->sender[0] != 0 &&
	       (fixes->from == FROM_ALWAYS ||
		       (fixes->from == FROM_AUTO && !has_field(headers, "From")));
}

/* A text without any header: what is put in front of it becomes one. */
static bool is_bare_text(const struct headers *headers)
{
	return headers->count == 0 && headers->odd_line == 1;
}

static void print_new_fields(
	struct writing *writing, const struct fixes *fixes, const struct headers *headers)
{
	if (wants_from(fixes, headers))
		print_from(writing, fixes);
	if (fixes->undisclosed)
		fprintf(writing->to, "To: undisclosed-recipients:;%s", writing->end_of_line);
	if (fixes->date && !has_field(headers, "Date"))
		print_date(writing);
	if (fixes->message_id && !has_field(headers, "Message-ID"))
		print_message_id(writing, fixes);
	if (is_bare_text(headers) && ftell(writing->to) > 0)
		fputs(writing->end_of_line, writing->to);
}

char *fixes_front(const struct fixes *fixes, const struct headers *headers)
{
	char *text = NULL;
	size_t len = 0;
	const char *line = memchr(headers->text, '\n', headers->len);
	struct writing writing = {.good = true,
		.end_of_line =
			line != NULL && line > headers->text && line[-1] == '\r' ? "\r\n" : "\n",
		.to = open_memstream(&text, &len)};
	if (writing.to == NULL)
		return NULL;
	print_new_fields(&writing, fixes, headers);
	if (fclose(writing.to) == 0 && writing.good)
		return text;
	free(text);
	return NULL;
}

/* ---- old fields ---- */

unsigned int fixes_left_out(const struct fixes *fixes)
{
	unsigned int left_out = 0;
	if (fixes->remove_bcc)
		left_out |= FIXES_NO_BCC;
	if (fixes->undisclosed)
		left_out |= FIXES_NO_BCC | FIXES_NO_TO_CC;
	if (fixes->from == FROM_ALWAYS && fixes->sender[0] != 0)
		left_out |= FIXES_NO_FROM;
	return left_out;
}

static bool is_left_out(
	unsigned int left_out, const struct headers *headers, const struct header_field *field)
{
	static const struct {
		const char *name;
		unsigned int set;
	} rows[] = {{"Bcc", FIXES_NO_BCC}, {"Resent-Bcc", FIXES_NO_BCC}, {"To", FIXES_NO_TO_CC},
		{"Cc", FIXES_NO_TO_CC}, {"From", FIXES_NO_FROM}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if ((left_out & rows[i].set) != 0 && headers_is_named(headers, field, rows[i].name))
			return true;
	}
	return false;
}

char *fixes_apply(
	const char *front, unsigned int left_out, const struct headers *headers, size_t *len)
{
	size_t at = 0, written = strlen(front);
	char *text = malloc(written + headers->len + 1);
	if (text == NULL)
		return NULL;
	memcpy(text, front, written);
	for (size_t i = 0; i < headers->count; i++) {
		const struct header_field *field = &headers->fields[i];
		if (!is_left_out(left_out, headers, field))
			continue;
		memcpy(text + written, headers->text + at, field->start - at);
		written += field->start - at;
		at = field->end;
	}
	memcpy(text + written, headers->text + at, headers->len - at);
	*len = written + (headers->len - at);
	return text;
}
