/* moment: ISO 8601 as mail people write it. */
#include "handset_moment.h"

#include "octets.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct written {
	int year, month, day, hour, minute, second;
};

/* Days since 1970-01-01; years are counted from March, so that a leap day ends one. */
static int64_t days_of(const struct written *written)
{
	int64_t year = written->month <= 2 ? written->year - 1 : written->year;
	int64_t month = written->month <= 2 ? written->month + 9 : written->month - 3;
	return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 +
	       written->day - 1 - 719468;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

static bool is_possible(const struct written *written)
{
	return written->year >= 1970 && written->year <= 9999 && written->month >= 1 &&
	       written->month <= 12 && written->day >= 1 &&
	       written->day <= days_in(written->year, written->month) && written->hour >= 0 &&
	       written->hour <= 23 && written->minute >= 0 && written->minute <= 59 &&
	       written->second >= 0 && written->second <= 60;
}

/* "", "Z", "+02:00", "+0200" */
static bool parse_zone(const char *text, int *minutes)
{
	int hour, minute, end = 0;
	*minutes = 0;
	if (*text == 0 || ((*text == 'Z' || *text == 'z') && text[1] == 0))
		return true;
	bool west = *text == '-';
	if (*text != '+' && !west)
		return false;
	if (sscanf(text + 1, "%2d:%2d%n", &hour, &minute, &end) != 2 &&
		sscanf(text + 1, "%2d%2d%n", &hour, &minute, &end) != 2)
		return false;
	if (text[1 + end] != 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*minutes = (west ? -1 : 1) * (hour * 60 + minute);
	return true;
}

bool moment_parse(const char *text, uint64_t *unix_time, int *zone_minutes)
{
	struct written written;
	int end = 0;
	char between;
	*zone_minutes = 0;
	if (octets_number(octets_of(text), unix_time))
		return true;
	if (sscanf(text, "%4d-%2d-%2d%c%2d:%2d:%2d%n", &written.year, &written.month, &written.day,
		    &between, &written.hour, &written.minute, &written.second, &end) != 7)
		return false;
	if ((between != 'T' && between != 't' && between != ' ') || !is_possible(&written) ||
		!parse_zone(text + end, zone_minutes))
		return false;
	int64_t seconds = days_of(&written) * 86400 + written.hour * 3600 + written.minute * 60 +
			  written.second - *zone_minutes * 60;
	*unix_time = (uint64_t)seconds;
	return seconds >= 0;
}

bool moment_is_no_day(const char *text)
{
	struct written written;
	char between;
	if (sscanf(text, "%4d-%2d-%2d%c", &written.year, &written.month, &written.day, &between) !=
			4 ||
		(between != 'T' && between != 't' && between != ' '))
		return false;
	return written.month < 1 || written.month > 12 || written.day < 1 ||
	       written.day > days_in(written.year, written.month);
}

int moment_zone(uint64_t unix_time)
{
	time_t then = (time_t)unix_time;
	struct tm local;
	char zone[16] = "";
	int minutes = 0;
	if (localtime_r(&then, &local) == NULL || strftime(zone, sizeof zone, "%z", &local) == 0 ||
		!parse_zone(zone, &minutes))
		return 0;
	return minutes;
}
