/* moment: date-times of RFC 3339. */
#include "check.h"
#include "moment.h"

static void reads_date_times(void)
{
	static const struct {
		const char *text;
		int64_t want;
	} rows[] = {
		{"1970-01-01T00:00:00Z", 0},
		{"1970-01-01T00:00:01.5Z", 1},
		{"1970-03-01T00:00:00Z", 59 * 86400},
		{"2000-02-29T12:00:00Z", 951825600},
		{"2000-03-01T00:00:00Z", 951868800},
		{"2026-12-31T23:59:60Z", 1798761600},
		{"2026-11-23T20:00:00+02:00", 1795456800},
		{"2026-11-23T17:30:00-00:30", 1795456800},
		{"0000-01-01T00:00:00Z", -62167219200},
		{"9999-12-31T23:59:59Z", 253402300799},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t got;
		CHECK_CASE("%s", rows[i].text);
		CHECK(moment_read(octets_of(rows[i].text), &got));
		CHECK_INT(got, rows[i].want);
	}
}

static void refuses_what_is_none(void)
{
	static const char *const rows[] = {"", "tomorrow", "2026-12-31", "2026-12-31T23:59Z",
		"2026-12-31T23:59:59", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+1:00",
		"2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60",
		"2026-01-01T00:00:00*01:00", "2026-01-01 00:00:00Z", "2026\r01-01T00:00:00Z",
		"2026-01-01T00:00:00Z ", "2026-01-01T00:00:00.0000000000000000000Z",
		"+026-01-01T00:00:00Z"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t got;
		CHECK_CASE("%s", rows[i]);
		CHECK(!moment_read(octets_of(rows[i]), &got));
	}
}

#define TESTS(T)                                                                                   \
	T(reads_date_times)                                                                        \
	T(refuses_what_is_none)
CHECK_MAIN("moment", TESTS)
