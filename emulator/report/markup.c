/* markup: text inside XML and HTML. */
#include "markup.h"

static const char *reference_of(uint8_t octet)
{
	switch (octet) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void markup_octets(FILE *out, struct octets text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char *reference = reference_of(text.at[i]);
		if (reference != NULL)
			fputs(reference, out);
		else
			fputc(text.at[i], out);
	}
}

void markup_text(FILE *out, const char *text)
{
	markup_octets(out, octets_of(text));
}

void markup_attribute(FILE *out, const char *name, const char *text)
{
	fprintf(out, " %s=\"", name);
	markup_text(out, text);
	fputc('"', out);
}

void markup_anchor(FILE *out, const char *text)
{
	static const char fit[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	for (; *text != 0; text++) {
		if (strchr(fit, *text) != NULL)
			fputc(*text, out);
		else
			fprintf(out, ".%02X", (unsigned char)*text);
	}
}
