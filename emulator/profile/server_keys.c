/*
 * server_keys: the rows of server profiles. Sources are named as in client_keys.c.
 */
#include "keys.h"
#include "server_words.h"
#include "types.h"

#include <stddef.h>

/* The last argument is the sentence, and after it words, variables and names where it has them. */
#define KEY(key_path, of_type, member, value, ...)                                                 \
	{                                                                                          \
		.path = (key_path), .type = &type_##of_type,                                       \
		.offset = offsetof(struct server_profile, member), .correct = (value),             \
		.sentence = __VA_ARGS__                                                            \
	}

LOCAL_WORDS(server_line_end_words, NULL, "crlf", "lf");
LOCAL_WORDS(exchange_words, NULL, "data", "fails", "executes");
LOCAL_WORDS(dot_where_words, NULL, "anywhere", "one-chunk");
LOCAL_WORDS(command_end_words, NULL, "line", "cr");
LOCAL_WORDS(bare_lf_words, NULL, "refuse", "keep", "repair");
LOCAL_WORDS(also_end_words, NULL, "lf.lf", "lf.crlf", "crlf.lf", "cr.cr");
LOCAL_WORDS(octets_behind_words, NULL, "discard", "obey");
LOCAL_WORDS(server_version_words, NULL, "SSL3.0", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3");

static const struct key keys[] = {
	KEY("host", text, host, "mx.example.net",
		"The name of the server, {host} in its replies (RFC 5321 4.2)."),
	KEY("offers", texts, offers,
		"[PIPELINING, 8BITMIME, \"SIZE 26214400\", ENHANCEDSTATUSCODES, STARTTLS, "
		"\"AUTH PLAIN LOGIN CRAM-MD5\"]",
		"Lines of the EHLO reply, octet by octet; what is not offered is answered by "
		"replies.unknown (RFC 5321 4.1.1.1; S18, S26, S27)."),
	KEY("offers-in-tls", texts, offers_in_tls, NULL,
		"The same inside TLS; not written: as offers, without STARTTLS (RFC 3207 4.2)."),
	KEY("offers-after-auth", texts, offers_after_auth, NULL,
		"The same once authenticated; not written: as before (some then offer an empty AUTH, measured)."),
	KEY("verbs", texts, verbs, "[]",
		"Only these verbs are known, others are answered by replies.unknown; []: all "
		"(S21, mail guards in firewalls)."),
	KEY("replies.greeting", reply, replies[REPLY_GREETING], "\"220 {host} ESMTP\"",
		"What is said first (RFC 5321 3.1).", .variables = REPLY_VARIABLES),
	KEY("replies.ehlo", reply, replies[REPLY_EHLO], "\"{host} Hello {name}\"",
		"First line of the EHLO reply, without its code (RFC 5321 4.1.1.1).",
		.variables = REPLY_VARIABLES),
	KEY("replies.helo", reply, replies[REPLY_HELO], "\"250 {host}\"",
		"Reply to HELO (RFC 5321 4.1.1.1).", .variables = REPLY_VARIABLES),
	KEY("replies.starttls", reply, replies[REPLY_STARTTLS], "\"220 2.0.0 Ready to start TLS\"",
		"Reply to STARTTLS (RFC 3207 4).", .variables = REPLY_VARIABLES),
	KEY("replies.auth-ok", reply, replies[REPLY_AUTH_OK],
		"\"235 2.7.0 Authentication succeeded\"", "Reply to a good login (RFC 4954 6).",
		.variables = REPLY_VARIABLES),
	KEY("replies.auth-failed", reply, replies[REPLY_AUTH_FAILED],
		"\"535 5.7.8 Authentication credentials invalid\"",
		"Reply to a bad login (RFC 4954 6).", .variables = REPLY_VARIABLES),
	KEY("replies.reset", reply, replies[REPLY_RESET], "\"250 2.0.0 Ok\"",
		"Reply to RSET (RFC 5321 4.1.1.5).", .variables = REPLY_VARIABLES),
	KEY("replies.noop", reply, replies[REPLY_NOOP], "\"250 2.0.0 Ok\"",
		"Reply to NOOP (RFC 5321 4.1.1.9).", .variables = REPLY_VARIABLES),
	KEY("replies.vrfy", reply, replies[REPLY_VRFY],
		"\"252 2.5.0 Cannot verify the user, but will take mail for it\"",
		"Reply to VRFY (RFC 5321 3.5.3).", .variables = REPLY_VARIABLES),
	KEY("replies.help", reply, replies[REPLY_HELP],
		"\"214 2.0.0 RFC 5321 and RFC 6409 say it all\"",
		"Reply to HELP (RFC 5321 4.1.1.8).", .variables = REPLY_VARIABLES),
	KEY("replies.mail", reply, replies[REPLY_MAIL], "\"250 2.1.0 Sender ok\"",
		"Reply to MAIL (RFC 5321 4.1.1.2).", .variables = REPLY_VARIABLES),
	KEY("replies.recipient", reply, replies[REPLY_RECIPIENT], "\"250 2.1.5 Recipient ok\"",
		"Reply to RCPT (RFC 5321 4.1.1.3).", .variables = REPLY_VARIABLES),
	KEY("replies.data", reply, replies[REPLY_DATA],
		"\"354 End the message with a dot on a line of its own\"",
		"Reply to DATA (RFC 5321 4.1.1.4).", .variables = REPLY_VARIABLES),
	KEY("replies.chunk", reply, replies[REPLY_CHUNK], "\"250 2.0.0 Chunk taken\"",
		"Reply to BDAT without LAST; to the last one it is replies.end (RFC 3030 2).",
		.variables = REPLY_VARIABLES),
	KEY("replies.end", reply, replies[REPLY_END], "\"250 2.6.0 Message accepted as {number}\"",
		"Reply to the final dot, or the last chunk (RFC 5321 4.1.1.4, RFC 3030 2).",
		.variables = REPLY_VARIABLES),
	KEY("replies.quit", reply, replies[REPLY_QUIT],
		"\"221 2.0.0 {host} closes the connection\"", "Reply to QUIT (RFC 5321 4.1.1.10).",
		.variables = REPLY_VARIABLES),
	KEY("replies.unknown", reply, replies[REPLY_UNKNOWN],
		"\"500 5.5.2 Command not recognised\"",
		"Reply to anything unknown or not offered (RFC 5321 4.2.4).",
		.variables = REPLY_VARIABLES),
	KEY("replies.line-end", word, line_end_lf, "crlf",
		"Line ends of the server (RFC 5321 2.3.8).", .words = &server_line_end_words),
	KEY("refuses.VERB.CONDITION", refusal, refusals, NULL,
		"Which requests are refused, and how: the written ones are asked first, then the "
		"default table (RFC 5321 4.2.4, 4.3.2); none: not refused.",
		.names = {&refusing_verb_words, &condition_words}),
	KEY("forgets.authentication", forgets, forgets[FORGET_AUTHENTICATION], "[starttls]",
		"What takes the right to send away, and the memory of the login (RFC 3207 4.2; "
		"RFC 4954 4 keeps it over RSET).",
		.words = &forget_event_words),
	KEY("forgets.login", forgets, forgets[FORGET_LOGIN], "[]",
		"What makes only the memory go: a second AUTH is taken again (S02).",
		.words = &forget_event_words),
	KEY("forgets.right", forgets, forgets[FORGET_RIGHT], "[]",
		"What makes only the right to send go: a second AUTH is refused as one too many "
		"(a relay of 2026 after EHLO, frappe#38558).",
		.words = &forget_event_words),
	KEY("forgets.hello", forgets, forgets[FORGET_HELLO], "[starttls]",
		"What makes EHLO be forgotten (RFC 3207 4.2).", .words = &forget_event_words),
	KEY("forgets.tls", forgets, forgets[FORGET_TLS], "[]",
		"What makes it believe that TLS is off (server log of 16 August 2007).",
		.words = &forget_event_words),
	KEY("forgets.starttls", forgets, forgets[FORGET_STARTTLS], "[]",
		"What makes STARTTLS no longer available (measured).",
		.words = &forget_event_words),
	KEY("forgets.transaction", forgets, forgets[FORGET_TRANSACTION],
		"[reset, hello, helo, starttls, end]",
		"What ends the transaction (RFC 5321 4.1.4, 4.1.1.5; RFC 3207 4.2).",
		.words = &forget_event_words),
	KEY("auth.exchange", word, auth.exchange, "data",
		"What a command line inside an AUTH exchange is: data, the end of AUTH (with "
		"refuses.auth.exchange, or replies.auth-failed), or executed (RFC 4954 4; all "
		"measured).",
		.words = &exchange_words),
	KEY("auth.cancel", cancel, auth.cancel, "\"501 5.7.0 Authentication cancelled\"",
		"Reply to a cancelling * (RFC 4954 4), or as-data where it is taken as data "
		"(measured).",
		.variables = REPLY_VARIABLES),
	KEY("auth.prompts", texts, auth.prompts, "[\"Username:\", \"Password:\"]",
		"Prompts of LOGIN before base64; \"\" is an empty 334 (draft-murchison-sasl-login; "
		"S13)."),
	KEY("auth.empty-challenge", flag, auth.empty_challenge, "true",
		"PLAIN without an initial response gets an empty 334; false: no reply at all (RFC "
		"4954 4; S31)."),
	KEY("auth.unusable", texts, auth.unusable, "[]",
		"Mechanisms that are offered and always refused with replies.auth-failed (S20)."),
	KEY("data.dot", word, data.dot_one_chunk, "anywhere",
		"one-chunk: the end is seen only if CR LF . CR LF arrive together (S22).",
		.words = &dot_where_words),
	KEY("data.command-end", word, data.command_end_cr, "line",
		"cr: DATA CR alone starts the body if LF arrives later (S25).",
		.words = &command_end_words),
	KEY("data.bare-lf", word, data.bare_lf, "refuse",
		"A bare LF in the body: refused by refuses.end.bare-lf, kept, or repaired (RFC "
		"5321 2.3.8).",
		.words = &bare_lf_words),
	KEY("data.also-ends", words, data.also_ends, "[]",
		"What ends a message besides CR LF . CR LF, so that a second one can be hidden in it "
		"(RFC 5321 4.1.1.4 forbids it; SMTP smuggling, SEC Consult, 18 December 2023, "
		"CVE-2023-51764 to -51766; measured).",
		.words = &also_end_words),
	KEY("limits.KIND", limit, limits[0], NULL,
		"Replies from the next one past count on: nonmail commands, unknown ones, errors, "
		"messages, recipients, octets of a line, idle time; a delay slows every reply past "
		"count, good ones too (measured); not written: none (RFC 5321 4.5.3.1, 7.8; S10, "
		"S19).",
		.is_cell = true, .names = {&limit_words}),
	KEY("faults", faults, faults, "[]",
		"Faults: at a verb, from the nth on, so many times (0: ever after), another "
		"reply, a delay, a cut or split reply, or then: drop, where it is done but "
		"nothing is said (RFC 1047; S07, S23, S28, S29)."),
	KEY("tls.versions", words, tls.versions, "[]",
		"TLS versions that are taken; []: the library's (RFC 8996).",
		.words = &server_version_words),
	KEY("tls.ciphers", texts, tls.ciphers, "[]",
		"Cipher suites that are taken; []: the library's."),
	KEY("tls.session-ids", flag, tls.session_ids, "true",
		"Session ids are issued (RFC 5246 7.4.1.3; S33)."),
	KEY("tls.octets-behind", word, tls.obeys_behind, "discard",
		"What came in clear behind STARTTLS, where refuses.starttls.octets-behind is none: "
		"thrown away (RFC 3207 4.2; measured), or obeyed as if it came inside TLS "
		"(CVE-2011-0411).",
		.words = &octets_behind_words),
	KEY("tls.ca-names", number, tls.ca_names, "0",
		"Names of authorities in a request for a client certificate, 0 = no request "
		"(catalogue 96)."),
	KEY("recipients.local", texts, local, "[]",
		"Patterns (* stands for anything) of recipients that need no AUTH (RFC 6409 3.3)."),
	KEY("recipients.unknown", texts, unknown, "[]",
		"Patterns of recipients that are refused by refuses.recipient.unknown-user."),
};

const struct key *server_keys(size_t *count)
{
	*count = sizeof keys / sizeof *keys;
	return keys;
}
