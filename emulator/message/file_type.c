/* file_type: a table of endings. */
#include "file_type.h"

/* Media types as IANA has them; cards and calendars as RFC 2426 and vCalendar 1.0 named them. */
static const struct {
	const char *ending, *type;
} types[] = {
	{"txt", "text/plain"},
	{"text", "text/plain"},
	{"log", "text/plain"},
	{"htm", "text/html"},
	{"html", "text/html"},
	{"css", "text/css"},
	{"csv", "text/csv"},
	{"vcf", "text/directory; profile=vcard"},
	{"vcs", "text/x-vcalendar"},
	{"ics", "text/calendar"},
	{"xml", "text/xml"},
	{"eml", "message/rfc822"},
	{"jpg", "image/jpeg"},
	{"jpeg", "image/jpeg"},
	{"png", "image/png"},
	{"gif", "image/gif"},
	{"bmp", "image/bmp"},
	{"tif", "image/tiff"},
	{"tiff", "image/tiff"},
	{"svg", "image/svg+xml"},
	{"wbmp", "image/vnd.wap.wbmp"},
	{"mp3", "audio/mpeg"},
	{"wav", "audio/x-wav"},
	{"amr", "audio/amr"},
	{"mid", "audio/midi"},
	{"midi", "audio/midi"},
	{"aac", "audio/aac"},
	{"3gp", "video/3gpp"},
	{"mp4", "video/mp4"},
	{"mpg", "video/mpeg"},
	{"mpeg", "video/mpeg"},
	{"pdf", "application/pdf"},
	{"zip", "application/zip"},
	{"doc", "application/msword"},
	{"xls", "application/vnd.ms-excel"},
	{"ppt", "application/vnd.ms-powerpoint"},
	{"rtf", "application/rtf"},
	{"jar", "application/java-archive"},
};

struct octets file_type_base_name(struct octets path)
{
	size_t start = path.len;
	while (start > 0 && path.at[start - 1] != '/' && path.at[start - 1] != '\\')
		start--;
	return octets_from(path, start);
}

struct octets file_type_of(struct octets name)
{
	struct octets base = file_type_base_name(name);
	size_t dot = base.len;
	while (dot > 0 && base.at[dot - 1] != '.')
		dot--;
	if (dot == 0)
		return octets_make(NULL, 0);
	struct octets ending = octets_from(base, dot);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (octets_equal_nocase(ending, octets_of(types[i].ending)))
			return octets_of(types[i].type);
	}
	return octets_make(NULL, 0);
}

bool file_type_is_text(struct octets type)
{
	return octets_start_nocase(octets_trim(type), "text/");
}

bool file_type_is_message(struct octets type)
{
	struct octets name = octets_trim(octets_cut(type, octets_find(type, ';')));
	return octets_equal_nocase(name, octets_of("message/rfc822"));
}
