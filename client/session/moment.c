/* moment: reads date-times of RFC 3339 5.6, with T and Z as capitals, as everybody writes them. */
#include "moment.h"

/* "YYYY-MM-DDTHH:MM:SS", the part of fixed length: what stands where. */
static const char shape[] = "dddd-dd-ddTdd:dd:dd";

enum { SHAPE_LEN = sizeof shape - 1 };

static bool fits(const struct octets text, const char *pattern)
{
	for (size_t i = 0; pattern[i] != 0; i++) {
		bool fine = i < text.len && (pattern[i] == 'd' ? octet_is_digit(text.at[i])
							       : text.at[i] == (uint8_t)pattern[i]);
		if (!fine)
			return false;
	}
	return true;
}

/* The number in `len` digits from `start` on; the shape was looked at before. */
static int64_t number(struct octets text, size_t start, size_t len)
{
	int64_t value = 0;
	for (size_t i = start; i < start + len; i++)
		value = value * 10 + (text.at[i] - '0');
	return value;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_of(int64_t year, int64_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1 January 1970 to the first of January of this year; years begin at 0. */
static int64_t days_before(int64_t year)
{
	int64_t last = year - 1 + 400; /* so that no division sees a negative number */
	return 365 * year + last / 4 - last / 100 + last / 400 - 97 - 719528 + 1;
}

static bool read_date(struct octets text, int64_t *days)
{
	int64_t year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
	if (month < 1 || month > 12 || day < 1 || day > days_of(year, month))
		return false;
	*days = days_before(year) + day - 1;
	for (int64_t before = 1; before < month; before++)
		*days += days_of(year, before);
	return true;
}

/* "Z", "+02:00", "-00:30" */
static bool read_offset(struct octets text, int64_t *seconds)
{
	*seconds = 0;
	if (text.len == 1)
		return text.at[0] == 'Z';
	if (text.len != 6 || !fits(octets_from(text, 1), "dd:dd"))
		return false;
	int64_t hours = number(text, 1, 2), minutes = number(text, 4, 2);
	*seconds = (hours * 60 + minutes) * 60;
	if (text.at[0] == '-')
		*seconds = -*seconds;
	return (text.at[0] == '+' || text.at[0] == '-') && hours < 24 && minutes < 60;
}

/* Without the fraction ".123" at the front; false where a dot has no digit behind it. */
static bool skip_fraction(struct octets *text)
{
	size_t len = 1;
	if (text->len == 0 || text->at[0] != '.')
		return true;
	while (len < text->len && octet_is_digit(text->at[len]))
		len++;
	*text = octets_from(*text, len);
	return len > 1;
}

bool moment_read(struct octets text, int64_t *seconds)
{
	int64_t days, offset;
	if (text.len > MOMENT_TEXT_MAX || !fits(text, shape) || !read_date(text, &days))
		return false;
	int64_t hour = number(text, 11, 2), minute = number(text, 14, 2);
	int64_t second = number(text, 17, 2); /* 60 is a leap second */
	struct octets rest = octets_from(text, SHAPE_LEN);
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	if (!skip_fraction(&rest) || !read_offset(rest, &offset))
		return false;
	*seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - offset;
	return true;
}
