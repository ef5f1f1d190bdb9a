/* date: from seconds to words; the calendar is Gregorian throughout. */
#include "date.h"

struct moment {
	unsigned int year, month, day, weekday, hour, minute, second;
	int zone_minutes;
};

/* Days since 1970-01-01 to a date, counted in eras of 400 years that begin on 1 March. */
static void set_day(struct moment *moment, uint64_t days)
{
	uint64_t shifted = days + 719468; /* since 0000-03-01 */
	uint64_t era = shifted / 146097, day = shifted % 146097;
	uint64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	uint64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * day_of_year + 2) / 153; /* from March */
	moment->day = (unsigned int)(day_of_year - (153 * month + 2) / 5 + 1);
	moment->month = (unsigned int)(month < 10 ? month + 3 : month - 9);
	moment->year = (unsigned int)(year + era * 400 + (moment->month <= 2));
	moment->weekday = (unsigned int)((days + 4) % 7);
}

static struct moment moment_of(uint64_t unix_time, int zone_minutes)
{
	enum { DAY = 86400 };
	struct moment moment = {.zone_minutes = zone_minutes};
	uint64_t latest = (uint64_t)9999 * 366 * DAY; /* beyond it no four-digit year */
	uint64_t shift = (uint64_t)(zone_minutes < 0 ? -zone_minutes : zone_minutes) * 60;
	uint64_t local = unix_time < latest ? unix_time : latest;
	if (zone_minutes >= 0)
		local += shift;
	else
		local -= shift < local ? shift : local;
	set_day(&moment, local / DAY);
	moment.hour = (unsigned int)(local % DAY / 3600);
	moment.minute = (unsigned int)(local % 3600 / 60);
	moment.second = (unsigned int)(local % 60);
	return moment;
}

static void append_part(struct buffer *out, uint8_t specifier, const struct moment *moment)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	unsigned int zone = (unsigned int)(moment->zone_minutes < 0 ? -moment->zone_minutes
								    : moment->zone_minutes);
	switch (specifier) {
	case 'a':
		buffer_append_text(out, days[moment->weekday]);
		break;
	case 'b':
		buffer_append_text(out, months[moment->month - 1]);
		break;
	case 'd':
		buffer_format(out, "%02u", moment->day);
		break;
	case 'e':
		buffer_format(out, "%2u", moment->day);
		break;
	case 'Y':
		buffer_format(out, "%u", moment->year);
		break;
	case 'H':
		buffer_format(out, "%02u", moment->hour);
		break;
	case 'M':
		buffer_format(out, "%02u", moment->minute);
		break;
	case 'S':
		buffer_format(out, "%02u", moment->second);
		break;
	case 'z':
		buffer_format(out, "%c%02u%02u", moment->zone_minutes < 0 ? '-' : '+', zone / 60,
			zone % 60);
		break;
	case '%':
		buffer_append_byte(out, '%');
		break;
	default:
		buffer_append_byte(out, '%');
		buffer_append_byte(out, specifier);
		break;
	}
}

bool date_append(struct buffer *out, struct octets format, uint64_t unix_time, int zone_minutes)
{
	struct moment moment = moment_of(unix_time, zone_minutes);
	for (size_t i = 0; i < format.len; i++) {
		if (format.at[i] == '%' && i + 1 < format.len)
			append_part(out, format.at[++i], &moment);
		else
			buffer_append_byte(out, format.at[i]);
	}
	return !buffer_failed(out);
}
