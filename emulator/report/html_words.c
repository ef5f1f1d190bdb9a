/* html_words: names, links, marks and small elements. */
#include "html.h"

#include "markup.h"

void html_put(const struct html *html, const char *markup)
{
	fputs(markup, html->out);
}

void html_text(const struct html *html, const char *text)
{
	markup_text(html->out, text);
}

void html_element(const struct html *html, const char *name, const char *class, const char *text)
{
	fprintf(html->out, "<%s", name);
	if (class != NULL)
		markup_attribute(html->out, "class", class);
	fputc('>', html->out);
	markup_text(html->out, text);
	fprintf(html->out, "</%s>", name);
}

void html_number(const struct html *html, size_t number)
{
	fprintf(html->out, "%zu", number);
}

void html_name(const struct html *html, const char *kind, const char *name, const char *part)
{
	fputs(html->prefix, html->out);
	fprintf(html->out, "%s-", kind);
	markup_anchor(html->out, name);
	if (part != NULL)
		fprintf(html->out, "-%s", part);
}

void html_id(const struct html *html, const char *kind, const char *name, const char *part)
{
	fputs(" id=\"", html->out);
	html_name(html, kind, name, part);
	fputc('"', html->out);
}

void html_link(const struct html *html, const char *kind, const char *name, const char *part)
{
	fputs("<a href=\"#", html->out);
	html_name(html, kind, name, part);
	fputs("\">", html->out);
}

void html_jump(const struct html *html, const char *part, const char *words)
{
	html_put(html, "<p class=\"back\">");
	html_link(html, "part", part, NULL);
	html_text(html, words);
	html_put(html, "</a></p>\n");
}

void html_sign(const struct html *html, const struct sign *sign)
{
	fprintf(html->out,
		"<span class=\"mark\" aria-hidden=\"true\">%s</span> <span class=\"words\">",
		sign->mark);
	markup_text(html->out, sign->says);
	fputs("</span>", html->out);
}

const char *html_tone(const struct sign *sign)
{
	static const char *const names[TONES] = {[TONE_NONE] = "quiet",
		[TONE_GOOD] = "good",
		[TONE_WARNING] = "warning",
		[TONE_BAD] = "bad",
		[TONE_QUIET] = "quiet",
		[TONE_BOLD] = "quiet"};
	return names[sign->tone];
}

void html_row(const struct html *html, const char *label, const char *text)
{
	if (text[0] == 0)
		return;
	html_element(html, "dt", NULL, label);
	html_element(html, "dd", NULL, text);
	html_put(html, "\n");
}

void html_code_row(const struct html *html, const char *label, const char *text)
{
	html_element(html, "dt", NULL, label);
	html_put(html, "<dd>");
	html_element(html, "code", NULL, text);
	html_put(html, "</dd>\n");
}

void html_sentence(const struct html *html, const char *text)
{
	if (text[0] >= 'a' && text[0] <= 'z') {
		fputc(text[0] - 'a' + 'A', html->out);
		text++;
	}
	markup_text(html->out, text);
}
