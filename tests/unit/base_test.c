/* base: octets, base64, text, digest, memory. */
#include "base64.h"
#include "check.h"
#include "digest.h"
#include "octets.h"
#include "random.h"
#include "secrets.h"
#include "text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct memory *const memory = &memory_standard;

static void base64_encodes_and_decodes(void)
{
	/* RFC 4648 section 10, and octets with the high bit */
	static const struct {
		const char *plain, *coded;
	} rows[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfd", "//79"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		buffer_init(&out, memory, 100);
		CHECK_CASE("%s", rows[i].coded);
		CHECK(base64_encode(&out, octets_of(rows[i].plain)));
		CHECK_TEXT(buffer_string(&out), rows[i].coded);
		buffer_clear(&out);
		CHECK(base64_decode(&out, octets_of(rows[i].coded)));
		CHECK_OCTETS(buffer_octets(&out), octets_of(rows[i].plain));
		buffer_free(&out);
	}
}

static void base64_refuses_what_no_encoder_writes(void)
{
	static const char *const rows[] = {"Z", "Zg", "Zg=", "Zg=x",
		"=g==", "Zh==", "Zm9=", "Zm9v====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Z===", "===="};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		buffer_init(&out, memory, 100);
		buffer_append_text(&out, "kept");
		CHECK_CASE("%s", rows[i]);
		CHECK(!base64_decode(&out, octets_of(rows[i])));
		CHECK_TEXT(buffer_string(&out), "kept");
		buffer_free(&out);
	}
}

static void text_escapes_what_could_harm_a_reader(void)
{
	static const struct {
		const char *raw, *shown;
	} rows[] = {{"250 ok", "250 ok"}, {"a\\b", "a\\\\b"}, {"\x1b[2J", "\\x1B[2J"},
		{"gr\xc3\xbc\xc3\x9f"
		 "e",
			"gr\xc3\xbc\xc3\x9f"
			"e"},
		{"\xc3", "\\xC3"}, {"\xc2\x9b", "\\xC2\\x9B"},
		{"\xe2\x80\xae"
		 "evil",
			"\\xE2\\x80\\xAE"
			"evil"},
		{"\xed\xa0\x80", "\\xED\\xA0\\x80"}, {"\xc0\xaf", "\\xC0\\xAF"},
		{"\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"}, {"\r\n\t", "\\x0D\\x0A\\x09"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out, back;
		buffer_init(&out, memory, 200);
		buffer_init(&back, memory, 200);
		CHECK_CASE("%s", rows[i].shown);
		CHECK(text_escape(&out, octets_of(rows[i].raw)));
		CHECK_TEXT(buffer_string(&out), rows[i].shown);
		CHECK(text_unescape(&back, buffer_octets(&out)));
		CHECK_OCTETS(buffer_octets(&back), octets_of(rows[i].raw));
		buffer_free(&out);
		buffer_free(&back);
	}
}

static void text_unescape_refuses_unknown_escapes(void)
{
	static const char *const rows[] = {"\\", "\\q", "\\x1", "\\xZZ", "abc\\"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer out;
		buffer_init(&out, memory, 100);
		CHECK_CASE("%s", rows[i]);
		CHECK(!text_unescape(&out, octets_of(rows[i])));
		CHECK_INT(out.len, 0);
		buffer_free(&out);
	}
}

static void secrets_are_found_again(void)
{
	struct secrets secrets;
	struct buffer out;
	secrets_init(&secrets, memory);
	buffer_init(&out, memory, 1000);
	CHECK(!secrets_are_kept(&secrets));
	CHECK(secrets_remember(&secrets, octets_of("AHBob25lAHMza3JpdA==")));
	CHECK(secrets_remember(&secrets, octets_of("ab")));
	CHECK(secrets_are_kept(&secrets));
	CHECK(secrets_mask(&secrets, octets_of("s3krit, AHBob25lAHMza3JpdA== of phone; ab"), &out));
	CHECK_TEXT(buffer_string(&out), "<secret>, <secret> of <secret>; ab");
	buffer_clear(&out);
	CHECK(!secrets_mask(&secrets, octets_of("s3kri"), &out));
	CHECK_TEXT(buffer_string(&out), "s3kri");
	secrets_forget(&secrets);
	buffer_clear(&out);
	CHECK(!secrets_mask(&secrets, octets_of("s3krit"), &out));
	secrets_free(&secrets);
	buffer_free(&out);
}

static void passwords_are_found_in_all_that_holds_them(void)
{
	static const struct {
		const char *text, *masked;
	} rows[] = {
		{"pencil", "<secret>"},
		{"a pencil, pencils", "a <secret>, <secret>s"},
		/* "pencil", "xpencil", "xxpencil", "is pencil yours", "\0user\0pencil" in base64 */
		{"cGVuY2ls", "<secret>"},
		{"eHBlbmNpbA==", "eH<secret>A=="},
		{"eHhwZW5jaWw=", "eHh<secret>w="},
		{"aXMgcGVuY2lsIHlvdXJz", "aXMg<secret>IHlvdXJz"},
		{"AHVzZXIAcGVuY2ls", "AHVzZXIA<secret>"},
		{"", ""},
		{"pencil"
		 "pencil",
			"<secret><secret>"},
		{"penci", "penci"},
		{"Pencil", "Pencil"},
		{"pen cil", "pen cil"},
		{"2.1.0 Ok", "2.1.0 Ok"},
	};
	struct secrets secrets;
	secrets_init(&secrets, memory);
	CHECK(!secrets_may_be_in(&secrets, octets_of("pencil")));
	CHECK(secrets_remember_password(&secrets, octets_of("pencil")));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buffer out;
		CHECK_CASE("%s", rows[i].text);
		buffer_init(&out, memory, 1000);
		bool found = secrets_mask(&secrets, octets_of(rows[i].text), &out);
		CHECK_TEXT(buffer_string(&out), rows[i].masked);
		CHECK(!found || secrets_may_be_in(&secrets, octets_of(rows[i].text)));
		buffer_free(&out);
	}
	CHECK(!secrets_may_be_in(&secrets, octets_of("2.0.0 Ok: queued as 4DF0A2C1")));
	secrets_forget(&secrets);
	CHECK(!secrets_may_be_in(&secrets, octets_of("pencil")));
	secrets_free(&secrets);
}

/* Wherever one stands, and however many of which length there are. */
static void no_secret_is_overlooked(void)
{
	static const char *const kept[] = {"abc", "sunflower", "quixotically", "xyzzy!"};
	for (size_t first = 0; first < COUNT(kept); first++) {
		struct secrets secrets;
		secrets_init(&secrets, memory);
		for (size_t i = first; i < COUNT(kept); i++)
			CHECK(secrets_remember_password(&secrets, octets_of(kept[i])));
		for (size_t i = first; i < COUNT(kept); i++) {
			for (size_t before = 0; before < 40; before++) {
				char text[80];
				int len = snprintf(text, sizeof text, "%.*s%s%.*s", (int)before,
					"........................................", kept[i],
					(int)(before % 7), "-------");
				CHECK_CASE("%s", text);
				CHECK(secrets_may_be_in(&secrets, octets_make(text, (size_t)len)));
			}
		}
		secrets_free(&secrets);
	}
}

static void digests_are_read_from_text(void)
{
	static const struct {
		const char *text, *hex; /* hex NULL: refused */
	} rows[] = {
		{"00", "00"},
		{"00ff10Ab", "00ff10ab"},
		{"00:fF:10:Ab", "00ff10ab"},
		{"A0:B1", "a0b1"},
		{"", NULL},
		{"0", NULL},
		{"000", NULL},
		{"0g", NULL},
		{"00:", NULL},
		{":00", NULL},
		{"00:1", NULL},
		{"00:11:", NULL},
		{"00:1122", NULL},
		{"0011:22", NULL},
		{"00 11", NULL},
		{"00-11", NULL},
		{"/0", NULL},
		{"@0", NULL},
		{"`0", NULL},
		{" 00", NULL},
	};
	char longest[2 * DIGEST_MAX + 3];
	uint8_t digest[DIGEST_MAX];
	size_t len;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer hex;
		buffer_init(&hex, &memory_standard, 1000);
		CHECK_CASE("\"%s\"", rows[i].text);
		CHECK_INT(digest_unhex(octets_of(rows[i].text), digest, &len), rows[i].hex != NULL);
		if (rows[i].hex != NULL && digest_hex(&hex, digest, len))
			CHECK_TEXT(buffer_string(&hex), rows[i].hex);
		buffer_free(&hex);
	}
	memset(longest, '5', sizeof longest);
	CHECK(digest_unhex(octets_make(longest, sizeof longest - 3), digest, &len));
	CHECK_INT(len, DIGEST_MAX);
	CHECK(!digest_unhex(octets_make(longest, sizeof longest - 1), digest, &len));
}

static void digest_answers_the_challenge_of_rfc_2195(void)
{
	uint8_t digest[DIGEST_MD5_LEN];
	struct buffer hex;
	buffer_init(&hex, memory, 100);
	digest_hmac_md5(octets_of("tanstaaftanstaaf"),
		octets_of("<1896.697170952@postoffice.reston.mci.net>"), digest);
	digest_hex(&hex, digest, sizeof digest);
	CHECK_TEXT(buffer_string(&hex), "b913a602c7eda7a495b4e6e7334d3890");
	buffer_free(&hex);
}

static void buffer_stops_at_its_cap_and_says_so(void)
{
	struct buffer buffer;
	buffer_init(&buffer, memory, 4);
	CHECK(buffer_append_text(&buffer, "abcd"));
	CHECK(!buffer_append_text(&buffer, "e"));
	CHECK(buffer_failed(&buffer));
	CHECK(!buffer_append_text(&buffer, ""));
	buffer_clear(&buffer);
	CHECK(buffer_format(&buffer, "%d", 1234));
	CHECK_TEXT(buffer_string(&buffer), "1234");
	buffer_consume(&buffer, 3);
	CHECK_TEXT(buffer_string(&buffer), "4");
	buffer_consume(&buffer, 9);
	CHECK_INT(buffer.len, 0);
	buffer_free(&buffer);
}

static void octets_number_knows_its_limits(void)
{
	uint64_t number = 7;
	CHECK(octets_number(octets_of("18446744073709551615"), &number));
	CHECK(number == UINT64_MAX);
	CHECK(!octets_number(octets_of("18446744073709551616"), &number));
	CHECK(!octets_number(octets_of(""), &number));
	CHECK(!octets_number(octets_of("-1"), &number));
	CHECK(!octets_number(octets_of("1 "), &number));
}

static void random_is_decided_by_its_seed(void)
{
	struct random a, b;
	random_init(&a, 42);
	random_init(&b, 42);
	for (int i = 0; i < 100; i++) {
		uint32_t drawn = random_below(&a, 52);
		CHECK(drawn < 52);
		CHECK_INT(drawn, random_below(&b, 52));
	}
	CHECK_INT(random_below(&a, 0), 0);
}

#define TESTS(T)                                                                                   \
	T(base64_encodes_and_decodes)                                                              \
	T(base64_refuses_what_no_encoder_writes)                                                   \
	T(text_escapes_what_could_harm_a_reader)                                                   \
	T(text_unescape_refuses_unknown_escapes)                                                   \
	T(secrets_are_found_again)                                                                 \
	T(passwords_are_found_in_all_that_holds_them)                                              \
	T(no_secret_is_overlooked)                                                                 \
	T(digests_are_read_from_text)                                                              \
	T(digest_answers_the_challenge_of_rfc_2195)                                                \
	T(buffer_stops_at_its_cap_and_says_so)                                                     \
	T(octets_number_knows_its_limits)                                                          \
	T(random_is_decided_by_its_seed)
CHECK_MAIN("base", TESTS)
