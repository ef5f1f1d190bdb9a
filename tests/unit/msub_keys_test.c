/* Tests of tools/msub_keys: the table holds together. */
#include "check.h"
#include "msub_keys.h"
#include "msub_options.h"

/* Every option of an account is the command's name with dashes, and no two are the same. */
static void options_and_commands_have_the_same_names(void)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		char dashed[64];
		snprintf(dashed, sizeof dashed, "%s", keys[i].name);
		for (char *at = dashed; *at != 0; at++)
			*at = *at == '_' ? '-' : *at;
		CHECK_CASE("%s", keys[i].name);
		CHECK(keys[i].option == NULL || strcmp(keys[i].option, dashed) == 0);
		CHECK_INT(keys_find(keys[i].name), i);
		CHECK_INT(keys[i].words != NULL,
			keys[i].kind == KIND_WORD || keys[i].kind == KIND_WORD_OR_NONE);
	}
	CHECK_INT(keys_find("no-such-key"), KEY_COUNT);
}

static void options_keep_their_order_and_their_values(void)
{
	char words[][24] = {"msub", "--port=1", "--tls", "--tls=off", "-X", "log", "--port", "2",
		"--auth", "-Nnever", "--", "a@x"};
	static const struct {
		enum key key;
		const char *value;
	} want[] = {{KEY_PORT, "1"}, {KEY_TLS, ""}, {KEY_TLS, "off"}, {KEY_LOGFILE, "log"},
		{KEY_PORT, "2"}, {KEY_AUTH, ""}, {KEY_DSN_NOTIFY, "never"}};
	enum { COUNT = sizeof words / sizeof *words, WANTED = sizeof want / sizeof *want };
	struct msub_options options;
	char *argv[COUNT + 1] = {0};
	int first = 0;
	for (size_t i = 0; i < COUNT; i++)
		argv[i] = words[i];
	CHECK_INT(msub_options_parse(&options, COUNT, argv, &first), OPTIONS_TAKEN);
	CHECK_INT(first, COUNT - 1);
	if (CHECK_INT(options.settings.count, WANTED)) {
		for (size_t i = 0; i < WANTED; i++) {
			CHECK_INT(options.settings.items[i].number, want[i].key);
			CHECK_TEXT(options.settings.items[i].value, want[i].value);
		}
	}
	msub_options_free(&options);
}

static void what_an_argument_is_not_is_told(void)
{
	char why[256];
	CHECK(keys_check(KEY_TLS, "", why, sizeof why));
	CHECK(keys_check(KEY_TLS_FINGERPRINT, "", why, sizeof why));
	CHECK(keys_check(KEY_TLS_FINGERPRINT, "000102030405060708090a0b0c0d0e0f10111213", why, sizeof why));
	CHECK(!keys_check(KEY_SET_FROM_HEADER, "no", why, sizeof why));
	CHECK_TEXT(why, "takes on, auto or off, not \"no\"");
	CHECK(keys_check(KEY_CONNECTIONS, "10000", why, sizeof why));
	CHECK(!keys_check(KEY_CONNECTIONS, "10001", why, sizeof why));
	CHECK_TEXT(why, "takes a number from 1 to 10000, not \"10001\"");
	CHECK(!keys_check(KEY_TLS_MIN_DH_PRIME_BITS, "-1", why, sizeof why));
	CHECK_TEXT(why, "takes a number from 1 to 999999, not \"-1\"");
}

#define TESTS(T)                                                                                   \
	T(options_and_commands_have_the_same_names)                                                \
	T(options_keep_their_order_and_their_values)                                               \
	T(what_an_argument_is_not_is_told)
CHECK_MAIN("msub_keys", TESTS)
