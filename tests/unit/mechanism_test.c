/* mechanism: what is said to prove who we are. */
#include "mechanism.h"
#include "check.h"

static const struct credentials tim = {"tim", "tanstaaftanstaaf"};

static const struct mechanism *find(const char *name)
{
	return mechanism_at(mechanism_find(octets_of(name)));
}

static void are_found_by_name_strongest_first(void)
{
	CHECK_INT(mechanism_find(octets_of("cram-md5")), 0);
	CHECK_INT(mechanism_find(octets_of("Plain")), 1);
	CHECK_INT(mechanism_find(octets_of("LOGIN")), 2);
	CHECK_INT(mechanism_find(octets_of("LOGI")), mechanism_count());
	CHECK_INT(mechanism_find(octets_of("")), mechanism_count());
	CHECK(!find("CRAM-MD5")->clear);
	CHECK(find("PLAIN")->clear);
	CHECK(find("LOGIN")->clear);
}

static void answer_challenges(void)
{
	static const struct {
		const char *mechanism;
		unsigned round;
		const char *challenge;
		bool readable;
		const char *answer; /* NULL: none */
		size_t len;
	} rows[] = {
		/* the example of RFC 2195 */
		{"CRAM-MD5", 0, "<1896.697170952@postoffice.reston.mci.net>", true,
			"tim b913a602c7eda7a495b4e6e7334d3890", 36},
		{"CRAM-MD5", 0, "", true, NULL, 0},
		{"CRAM-MD5", 0, "", false, NULL, 0},
		{"CRAM-MD5", 1, "<again>", true, NULL, 0},
		{"PLAIN", 0, "", true, "\0tim\0tanstaaftanstaaf", 21},
		{"PLAIN", 0, "whatever", false, "\0tim\0tanstaaftanstaaf", 21},
		{"PLAIN", 1, "", true, NULL, 0},
		/* prompts of any wording, and none */
		{"LOGIN", 0, "Username:", true, "tim", 3},
		{"LOGIN", 1, "Password:", true, "tanstaaftanstaaf", 16},
		{"LOGIN", 0, "Wie heisst du?", true, "tim", 3},
		{"LOGIN", 0, "", false, "tim", 3},
		{"LOGIN", 1, "", true, "tanstaaftanstaaf", 16},
		{"LOGIN", 2, "And your PIN:", true, NULL, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		struct challenge challenge = {octets_of(rows[i].challenge), rows[i].readable};
		CHECK_CASE("row %zu, %s", i, rows[i].mechanism);
		buffer_init(&out, &memory_standard, 1000);
		CHECK_INT(find(rows[i].mechanism)->step(&tim, rows[i].round, &challenge, &out),
			rows[i].answer != NULL);
		CHECK_OCTETS(buffer_octets(&out), octets_make(rows[i].answer, rows[i].len));
		buffer_free(&out);
	}
}

static void speak_first_where_they_may(void)
{
	struct buffer out;
	buffer_init(&out, &memory_standard, 1000);
	CHECK(find("CRAM-MD5")->start == NULL);
	CHECK(find("LOGIN")->start == NULL);
	CHECK(find("PLAIN")->start(&tim, &out));
	CHECK_OCTETS(buffer_octets(&out), octets_make("\0tim\0tanstaaftanstaaf", 21));
	buffer_free(&out);
}

#define TESTS(T)                                                                                   \
	T(are_found_by_name_strongest_first)                                                       \
	T(answer_challenges)                                                                       \
	T(speak_first_where_they_may)
CHECK_MAIN("mechanism", TESTS)
