/* suspicion: which refusals may come from a forgotten login. */
#include "suspicion.h"
#include "check.h"

static void read_reply(struct reply_reader *reader, const char *text)
{
	size_t used;
	reply_reader_init(reader, &memory_standard);
	reply_reader_feed(reader, octets_of(text), &used);
	reply_reader_feed(reader, octets_of("\r\n"), &used);
}

static void suspects_what_servers_say_without_a_login(void)
{
	static const struct {
		const char *reply;
		bool at_mail, at_recipient, at_data, at_end;
	} rows[] = {
		{"535 authentication required (#5.7.1)", true, true, true, true},
		{"530 5.7.0 Authentication required", true, true, true, true},
		{"530 Authorization required (#5.7.1)", true, true, true, true},
		{"502 5.7.0 Please authenticate first", true, true, true, true},
		{"503 5.5.1 authenticate first", true, true, true, true},
		{"554 5.0.0 auth required", true, true, true, true},
		{"513 Relaying denied.", true, true, true, true},
		{"550 relay not permitted", true, true, true, false},
		{"550 5.7.1 anything", true, true, true, false},
		{"553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", true,
			true, true, false},
		{"554 5.7.1 <a@b>: Relay access denied", true, true, true, false},
		{"550 you must LOG IN", true, true, true, true},
		/* a refusal at MAIL is suspected whatever it says */
		{"550", true, false, false, false},
		{"550 5.1.1 no such user", true, false, false, false},
		{"552 5.2.2 mailbox full", true, false, false, false},
		{"450 4.7.1 greylisted, please log in", true, false, false, false},
		{"452 4.7.0 too many messages", true, false, false, false},
		{"421 4.7.0 log in again", false, false, false, false},
		{"554 5.7.1 message looks like spam", true, true, true, false},
		{"250 authentication", false, false, false, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reply_reader reader;
		CHECK_CASE("%s", rows[i].reply);
		read_reply(&reader, rows[i].reply);
		CHECK_INT(suspicion_from(MSUB_PHASE_MAIL, &reader.reply), rows[i].at_mail);
		CHECK_INT(
			suspicion_from(MSUB_PHASE_RECIPIENT, &reader.reply), rows[i].at_recipient);
		CHECK_INT(suspicion_from(MSUB_PHASE_DATA, &reader.reply), rows[i].at_data);
		CHECK_INT(suspicion_from(MSUB_PHASE_BODY, &reader.reply), rows[i].at_end);
		reply_reader_free(&reader);
	}
}

static void tells_too_many_recipients_from_other_lacks_of_room(void)
{
	static const struct {
		const char *reply;
		bool too_many;
	} rows[] = {{"452 too many recipients", true}, {"452", true},
		{"552 Too many recipients", true}, {"452 4.5.3 Error", true},
		{"552 5.5.3 recipients", true}, {"452 4.3.1 Too many recipients", true},
		{"452 4.3.1 Insufficient system storage", false}, {"552 5.2.2 mailbox full", false},
		{"550 5.5.3 too many", false}, {"450 too many", false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct reply_reader reader;
		CHECK_CASE("%s", rows[i].reply);
		read_reply(&reader, rows[i].reply);
		CHECK_INT(suspicion_of_too_many(&reader.reply), rows[i].too_many);
		reply_reader_free(&reader);
	}
}

#define TESTS(T)                                                                                   \
	T(suspects_what_servers_say_without_a_login)                                               \
	T(tells_too_many_recipients_from_other_lacks_of_room)
CHECK_MAIN("suspicion", TESTS)
