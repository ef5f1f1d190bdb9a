/*
 * client_keys: the rows of client profiles.
 *
 * A sentence names where the difference is known from: an RFC; "Sy NAME", a named behaviour of the
 * phones whose messaging source was published; "catalogue N" and "SNN", the numbered differences
 * of clients and reactions of servers. profiles/README.md has more about these.
 */
#include "keys.h"
#include "types.h"

#include <stddef.h>

/* The last argument is the sentence, and after it words, variables and names where it has them. */
#define KEY(key_path, of_type, member, value, ...)                                                 \
	{                                                                                          \
		.path = (key_path), .type = &type_##of_type,                                       \
		.offset = offsetof(struct client_profile, member), .correct = (value),             \
		.sentence = __VA_ARGS__                                                            \
	}

/* {local} and {domain} are the sender's; in RCPT, the recipient's. */
#define SENDER_VARIABLES "sender local domain"
#define HELLO_VARIABLES "name " SENDER_VARIABLES
#define RECIPIENT_VARIABLES "recipient " SENDER_VARIABLES
#define HEADER_VARIABLES                                                                           \
	"from reply-to to cc bcc subject date receipt-to x-priority importance message-id "        \
	"mailer description type disposition encoding"

#define PART_VARIABLES "type encoding filename filename-parameter description"

LOCAL_WORDS(addresses_words, NULL, "all", "first");
LOCAL_WORDS(probe_words, NULL, "none", "tls");
LOCAL_WORDS(place_words, NULL, "before-hello-retry", "after-tls", "after-auth", "before-first",
	"before-next", "before-next-if-failed", "before-next-if-begun", "after-message",
	"after-failure", "before-quit");
static const uint8_t extra_values[] = {STEP_RESET, STEP_NOOP, STEP_HELLO};
LOCAL_WORDS(extra_words, extra_values, "reset", "noop", "hello");
LOCAL_WORDS(verb_words, NULL, "ehlo", "helo");
LOCAL_WORDS(verb_plain_words, NULL, "ehlo", "helo", "sniff");
LOCAL_WORDS(case_words, NULL, "any", "exact");
LOCAL_WORDS(offers_starttls_words, NULL, "keyword", "anywhere", "after-dash");
LOCAL_WORDS(offers_auth_words, NULL, "keyword", "anywhere");
LOCAL_WORDS(auth_equals_words, NULL, "too", "ignored", "only");
LOCAL_WORDS(line_end_words, NULL, "crlf", "lf");
LOCAL_WORDS(writes_words, NULL, "whole", "line-end-apart", "cr-lf-apart");
LOCAL_WORDS(body_words, NULL, "block", "line");
LOCAL_WORDS(dot_words, NULL, "joined", "own");
/* The connection, the handshake and the body have no reply. */
static const uint8_t layer_values[] = {STEP_GREETING, STEP_HELLO, STEP_STARTTLS, STEP_AUTH,
	STEP_RESET, STEP_NOOP, STEP_MAIL, STEP_RECIPIENT, STEP_DATA, STEP_END, STEP_QUIT,
	READING_SESSION, READING_TRANSACTION, READING_ELSE};
LOCAL_WORDS(layer_words, layer_values, "greeting", "hello", "starttls", "auth", "reset", "noop",
	"mail", "recipient", "data", "end", "quit", "session", "transaction", "else");
static const uint8_t reading_values[] = {
	READING_WHOLE, READING_FIRST_LINE, READING_REFUSALS_BY_LINE};
LOCAL_WORDS(reading_words, reading_values, "whole", "first-line", "refusals-by-line");
LOCAL_WORDS(reply_end_words, NULL, "any", "crlf");
LOCAL_WORDS(code_words, NULL, "three-digits", "number");
LOCAL_WORDS(cram_key_words, NULL, "padded", "unpadded");
LOCAL_WORDS(challenge_words, NULL, "strict", "loose", "carried-over");
LOCAL_WORDS(go_ahead_words, NULL, "2xx", "220-anywhere");
LOCAL_WORDS(tls_start_words, NULL, "as-asked", "at-once", "starttls", "never");
LOCAL_WORDS(version_words, NULL, "SSL3.0", "TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3");
LOCAL_WORDS(extensions_words, NULL, "all", "none");
LOCAL_WORDS(verify_words, NULL, "yes", "never", "ask");
LOCAL_WORDS(close_how_words, NULL, "fin", "rst");
LOCAL_WORDS(order_words, NULL, "to", "self", "cc", "bcc");
LOCAL_WORDS(bcc_words, NULL, "with-others", "own-transactions");
LOCAL_WORDS(duplicates_words, NULL, "removed", "kept", "first-bcc-once");
LOCAL_WORDS(envelope_address_words, NULL, "checked", "as-typed", "found");
LOCAL_WORDS(parameter_words, NULL, "SIZE", "SIZE-IF-LIMITED", "BODY", "AUTH", "SMTPUTF8");
LOCAL_WORDS(pipelining_words, NULL, "none", "envelope", "envelope-and-data", "recipients-and-data");
LOCAL_WORDS(stuffing_words, NULL, "full", "per-write", "not-first", "none");
LOCAL_WORDS(line_ends_words, NULL, "crlf", "as-is", "lf");
/* The client says nothing in connecting or before the greeting; the handshake is TLS's affair. */
static const uint8_t think_values[] = {STEP_HELLO, STEP_STARTTLS, STEP_AUTH, STEP_RESET, STEP_NOOP,
	STEP_MAIL, STEP_RECIPIENT, STEP_DATA, STEP_BODY, STEP_END, STEP_QUIT, THINK_AUTH_ANSWER,
	THINK_MESSAGE, THINK_CERTIFICATE, THINK_ELSE};
LOCAL_WORDS(think_words, think_values, "hello", "starttls", "auth", "reset", "noop", "mail",
	"recipient", "data", "body", "end", "quit", "auth-answer", "message", "certificate",
	"else");
LOCAL_WORDS(keep_words, NULL, "4xx", "5xx", "lost", "unsure");
LOCAL_WORDS(outbox_again_words, NULL, "missing", "whole");
LOCAL_WORDS(regenerate_words, NULL, "once", "each-time");
LOCAL_WORDS(text_encoding_words, NULL, "7bit", "quoted-printable", "base64");
LOCAL_WORDS(non_breaking_words, NULL, "kept", "plain");
LOCAL_WORDS(qp_words, NULL, "strict", "word-wise");
LOCAL_WORDS(aliases_words, NULL, "anew", "as-typed");
LOCAL_WORDS(word_encoding_words, NULL, "Q", "B", "raw");
LOCAL_WORDS(word_span_words, NULL, "each", "first-to-last");

static const struct key keys[] = {
	KEY("connect.addresses", word, connect.addresses, "all",
		"How many of the addresses of the server's name are tried (RFC 5321 5.1; Sy "
		"first-address-only).",
		.words = &addresses_words),
	KEY("connect.probe", word, connect.probe, "none",
		"One connection before the real one: a ClientHello at once, then closed on any "
		"answer (seen in logs of 2014; catalogue 80).",
		.words = &probe_words),
	KEY("flow.PLACE", words, flow[0], "[]",
		"Extra commands at a place; before-first: [reset] is the difference that Handset "
		"was written for (Sy rset-before-message; RFC 5321 4.1.1.5 makes it a no-op). "
		"before-next-if-begun: the message before failed behind an accepted MAIL (libESMTP "
		"1.1.0, measured).",
		.words = &extra_words, .is_cell = true, .names = {&place_words}),
	KEY("flow.hello-after-tls", flag, hello_after_tls, "true",
		"EHLO is said again after STARTTLS (RFC 3207 4.2; catalogue 178)."),
	KEY("flow.nested-mail", flag, nested_mail, "false",
		"A new MAIL may follow an envelope that was left open (RFC 5321 4.1.4 forbids "
		"it; two libraries do so)."),
	KEY("flow.per-connection", number, per_connection, "0",
		"Messages per connection, 0 = all (catalogue 48)."),
	KEY("hello.names", texts, hello.names, "[\"[{address}]\"]",
		"Arguments of EHLO, tried in turn by next-name; for HELO the list starts anew "
		"(RFC 5321 4.1.3; Sy ehlo-*).",
		.variables = "address host device domain local"),
	KEY("hello.ipv6-tag", text, hello.ipv6_tag, "\"IPv6:\"",
		"What stands before an IPv6 {address}; its scope is always cut (RFC 5321 4.1.3; "
		"Sy ehlo-ipv6-no-tag)."),
	KEY("hello.verb", word, hello.verb, "ehlo",
		"First verb where the account asks for AUTH or STARTTLS (RFC 5321 3.2; catalogue "
		"166).",
		.words = &verb_words),
	KEY("hello.verb-plain", word, hello.verb_plain, "ehlo",
		"First verb where it asks for neither; sniff: EHLO only if the greeting holds "
		"hello.sniff (Sy helo-unless-esmtp-word).",
		.words = &verb_plain_words),
	KEY("hello.sniff", text, hello.sniff, "\"ESMTP\"",
		"What is looked for in every line of the greeting, case counts (catalogue 8)."),
	KEY("offers.case", word, offers.exact_case, "any",
		"Whether keywords of the EHLO reply are compared with case (RFC 5321 4.1.1.1; Sy "
		"auth-keyword-case-sensitive).",
		.words = &case_words),
	KEY("offers.starttls", word, offers.starttls, "keyword",
		"How STARTTLS is found: as first word of a line, anywhere, or only as "
		"\"-STARTTLS\" (RFC 3207 2; catalogue 15, 43).",
		.words = &offers_starttls_words),
	KEY("offers.auth", word, offers.auth, "keyword",
		"How AUTH and its mechanisms are found: as first word of a line, or anywhere in "
		"it (RFC 4954 3; Sy capability parse).",
		.words = &offers_auth_words),
	KEY("offers.auth-equals", word, offers.auth_equals, "too",
		"Whether the old form AUTH= is read beside AUTH (before RFC 2554; catalogue 14, "
		"90).",
		.words = &auth_equals_words),
	KEY("wire.hello", text, wire[WIRE_TEXT_HELLO], "\"EHLO {name}\"",
		"EHLO as it is said (RFC 5321 4.1.1.1).", .variables = HELLO_VARIABLES,
		.is_cell = true),
	KEY("wire.helo", text, wire[WIRE_TEXT_HELO], "\"HELO {name}\"",
		"HELO as it is said (RFC 5321 4.1.1.1).", .variables = HELLO_VARIABLES,
		.is_cell = true),
	KEY("wire.starttls", text, wire[WIRE_TEXT_STARTTLS], "\"STARTTLS\"",
		"STARTTLS as it is said (RFC 3207 4).", .variables = SENDER_VARIABLES,
		.is_cell = true),
	KEY("wire.auth", text, wire[WIRE_TEXT_AUTH], "\"AUTH {mechanism}\"",
		"AUTH as it is said, before an initial response (RFC 4954 4).",
		.variables = "mechanism", .is_cell = true),
	KEY("wire.reset", text, wire[WIRE_TEXT_RESET], "\"RSET\"",
		"RSET as it is said (RFC 5321 4.1.1.5).", .variables = SENDER_VARIABLES,
		.is_cell = true),
	KEY("wire.noop", text, wire[WIRE_TEXT_NOOP], "\"NOOP\"",
		"NOOP as it is said (RFC 5321 4.1.1.9).", .variables = SENDER_VARIABLES,
		.is_cell = true),
	KEY("wire.mail", text, wire[WIRE_TEXT_MAIL], "\"MAIL FROM:<{sender}>\"",
		"MAIL as it is said, before parameters (RFC 5321 4.1.1.2; a blank after the "
		"colon: catalogue 42).",
		.variables = SENDER_VARIABLES, .is_cell = true),
	KEY("wire.mail-null", text, wire[WIRE_TEXT_MAIL_NULL], "\"MAIL FROM:<>\"",
		"MAIL with the null sender (RFC 5321 4.5.5).", .variables = "", .is_cell = true),
	KEY("wire.recipient", text, wire[WIRE_TEXT_RECIPIENT], "\"RCPT TO:<{recipient}>\"",
		"RCPT as it is said (RFC 5321 4.1.1.3; Sy rcpt-trailing-space).",
		.variables = RECIPIENT_VARIABLES, .is_cell = true),
	KEY("wire.data", text, wire[WIRE_TEXT_DATA], "\"DATA\"",
		"DATA as it is said (RFC 5321 4.1.1.4).", .variables = SENDER_VARIABLES,
		.is_cell = true),
	KEY("wire.quit", text, wire[WIRE_TEXT_QUIT], "\"QUIT\"",
		"QUIT as it is said (RFC 5321 4.1.1.10).", .variables = SENDER_VARIABLES,
		.is_cell = true),
	KEY("wire.line-end", word, wire_line_end_lf, "crlf",
		"What ends a command line (RFC 5321 2.3.8; devices that send LF alone).",
		.words = &line_end_words),
	KEY("writes.command", word, writes.command, "whole",
		"How a command is cut into writes (catalogue 60, S25).", .words = &writes_words),
	KEY("writes.body", word, writes.body_by_line, "block",
		"One write per block, or per line of the body (Sy write-per-line).",
		.words = &body_words),
	KEY("writes.dot", word, writes.dot_own, "joined",
		"Whether the final dot has a write of its own (catalogue 18, S22).",
		.words = &dot_words),
	KEY("reactions.ROW.EVENT", reaction, reactions, NULL,
		"What follows a reply or an event: the first possible action; not written: the "
		"default table (RFC 5321 4.2; Sy section 1). Only what can happen in a row: "
		"connect, tls and body have no reply, connect and tls know no lost (a "
		"connection that fails is none yet), and without a connection only drop and "
		"hang are possible.",
		.is_cell = true, .names = {&row_words, &event_words}, .accepts = reaction_accepts),
	KEY("replies.reading.LAYER", word, replies.reading[0], NULL,
		"How much of a reply is read before acting; not written: the layer session or "
		"transaction, then else, and whole at last (RFC 5321 4.2.1; Sy "
		"txn-multiline-desync).",
		.words = &reading_words, .is_cell = true, .names = {&layer_words}),
	KEY("replies.line-end", word, replies.line_end_crlf, "any",
		"Whether a reply's line also ends at LF alone (RFC 5321 2.3.8; Sy "
		"reply-requires-crlf).",
		.words = &reply_end_words),
	KEY("replies.line-limit", number, replies.line_limit, "0",
		"A longer line counts as unreadable, 0 = none does (RFC 5321 4.5.3.1.5; Sy "
		"reply-line-limit-1000)."),
	KEY("replies.text-required", flag, replies.text_required, "false",
		"A reply of a code without text is unreadable (RFC 5321 4.2 has the text "
		"optional; catalogue 69)."),
	KEY("replies.code", word, replies.code_is_number, "three-digits",
		"What a line begins with: three digits and a blank or dash (RFC 5321 4.2); or a "
		"number of any length, which goes on where no white space follows it (Sy "
		"replies).",
		.words = &code_words),
	KEY("replies.drain", flag, replies.drain, "true",
		"After a failure in a flight the outstanding replies are read before anything is "
		"said (RFC 2920 3.1; measured)."),
	KEY("auth.mechanisms", texts, auth.mechanisms, "[PLAIN, LOGIN, CRAM-MD5]",
		"Mechanisms in order of choice; []: never authenticates (RFC 4954 4; Sy "
		"auth-order)."),
	KEY("auth.initial-response", texts, auth.initial_response, "[PLAIN]",
		"Mechanisms that are said with an initial response (RFC 4954 4; Sy "
		"auth-login-no-initial)."),
	KEY("auth.unadvertised", flag, auth.unadvertised, "false",
		"AUTH also where it was not offered, or after HELO (catalogue 71, 179)."),
	KEY("auth.before-tls", flag, auth.before_tls, "false",
		"AUTH first if it is offered, although STARTTLS was asked for (catalogue 92)."),
	KEY("auth.prompts", texts, auth.prompts, "[]",
		"What LOGIN prompts must begin with once decoded, in any case; else the event "
		"bad-prompt (Sy auth-login-prompt-check)."),
	KEY("auth.cut", number, auth.cut, "0",
		"Octets of user and password that PLAIN keeps, 0 = all (RFC 4616 has no limit; "
		"catalogue 33)."),
	KEY("auth.cram-key", word, auth.cram_key_unpadded, "padded",
		"Whether CRAM-MD5 keys over 64 octets are padded after hashing (RFC 2104 2; Sy "
		"auth-cram-long-password-broken).",
		.words = &cram_key_words),
	KEY("auth.challenge", word, auth.challenge, "strict",
		"How a challenge is decoded. strict: CRAM-MD5 takes no other than base64 (else "
		"bad-prompt); loose: what is not base64 is left out; carried-over: and bits left "
		"by one prompt go into the next (Sy section 2; cured by change 084 of the same "
		"source).",
		.words = &challenge_words),
	KEY("tls.start", word, tls.start, "as-asked",
		"When TLS starts, whatever the account says (catalogue 127, 160).",
		.words = &tls_start_words),
	KEY("tls.starttls-ports", ports, tls.starttls_ports, "[]",
		"Ports on which \"TLS\" means STARTTLS, elsewhere implicit TLS; []: as asked (RFC "
		"8314 3; catalogue 93)."),
	KEY("tls.inside-tls", flag, tls.inside_tls, "false",
		"STARTTLS also inside TLS from the first octet, if it is offered there (RFC 3207 "
		"4.2; catalogue 44)."),
	KEY("tls.versions", words, tls.versions, "[TLS1.2, TLS1.3]",
		"Versions that are offered (RFC 8996; Sy tls-version).", .words = &version_words),
	KEY("tls.ciphers", texts, tls.ciphers, "[]",
		"Cipher suites in order; []: the library's (Sy tls-cipher-list)."),
	KEY("tls.extensions", word, tls.no_extensions, "all",
		"Whether the ClientHello has an extensions block, SNI and the renegotiation "
		"signal (RFC 6066; Sy tls-no-sni).",
		.words = &extensions_words),
	KEY("tls.verify", word, tls.verify, "yes",
		"Whether the certificate is verified; ask: the handshake stalls for "
		"think.certificate where it does not hold, then goes on as the user says (Sy "
		"tls-cert-prompt-delay-ms).",
		.words = &verify_words),
	KEY("tls.resume", flag, tls.resume, "false",
		"Offers a session id that it has kept (RFC 5246 7.4.1.2; Sy tls-session-resume)."),
	KEY("tls.needs-session-id", flag, tls.needs_session_id, "false",
		"Fails where the server issues no session id (catalogue 95, S33)."),
	KEY("tls.keep-plaintext", flag, tls.keep_plaintext, "false",
		"Octets behind the 220 of STARTTLS are read as if they came under TLS (RFC 3207 6 "
		"forbids it; Sy starttls-keep-buffer)."),
	KEY("tls.go-ahead", word, tls.go_ahead_anywhere, "2xx",
		"What in a line of the reply to STARTTLS lets the handshake begin: its code, or 220 "
		"anywhere in it (RFC 3207 4; Sy starttls-refused-no-quit).",
		.words = &go_ahead_words),
	KEY("close.quit", flag, close.quit, "true",
		"QUIT is said at all (RFC 5321 4.1.1.10; catalogue 48, 67)."),
	KEY("close.wait", flag, close.wait, "true",
		"The reply to QUIT is waited for (RFC 5321 4.1.1.10; catalogue 97, 135)."),
	KEY("close.how", word, close.rst, "fin", "How TCP ends (catalogue 97).",
		.words = &close_how_words),
	KEY("close.tls-bye", flag, close.tls_bye, "true",
		"close_notify is sent before the end (RFC 5246 7.2.1; Sy tls-no-close-notify)."),
	KEY("envelope.order", words, envelope.order, "[to, cc, bcc]",
		"Order of the recipients; self is a copy for the sender (Sy rcpt-order-to-cc).",
		.words = &order_words),
	KEY("envelope.bcc", word, envelope.bcc_apart, "with-others",
		"Whether each Bcc has a transaction of its own, whose header may show {bcc} (RFC "
		"5322 3.6.3; Sy bcc-*).",
		.words = &bcc_words),
	KEY("envelope.duplicates", word, envelope.duplicates, "removed",
		"Whether a recipient named twice is sent twice; first-bcc-once: all are kept but "
		"repeats of the first Bcc (Sy dup-rcpt-kept; change 053 of the same source).",
		.words = &duplicates_words),
	KEY("envelope.addresses", word, envelope.addresses, "checked",
		"What goes between the angle brackets. checked: the bare mailbox, and no other; "
		"as-typed: all of it; found: what the brackets hold, else the address found in it, "
		"else all of it, characters cut to eight bits, and a sender without address is "
		"noticed only when MAIL is due (Sy addr-unvalidated).",
		.words = &envelope_address_words),
	KEY("envelope.parameters", words, envelope.parameters, "[BODY]",
		"Parameters of MAIL, each only if offered, BODY and SMTPUTF8 only if the message "
		"needs it (RFC 1870, 6152, 4954 5, 6531).",
		.words = &parameter_words),
	KEY("envelope.pipelining", word, envelope.pipelining, "none",
		"What goes in one flight if PIPELINING is offered (RFC 2920); recipients-and-data: "
		"after the reply to MAIL (libESMTP 1.1.0, measured).",
		.words = &pipelining_words),
	KEY("envelope.pipelining-reset", flag, envelope.reset_in_flight, "false",
		"RSET before a message leaves in one flight with its MAIL, and with what "
		"envelope.pipelining adds to that (RFC 2920 3.1; two libraries, played to on "
		"Debian 12)."),
	KEY("data.stuffing", word, data.stuffing, "full",
		"Which lines with a dot in front get another: all, those at the start of a write, "
		"all but the first, none (RFC 5321 4.5.2; Sy dot-stuff-per-buffer).",
		.words = &stuffing_words),
	KEY("data.before-dot", text, data.before_dot, "\"\"",
		"Octets between the last line end of the body and the line of the final dot (RFC "
		"5321 4.1.1.4; Sy trailing-blank-line)."),
	KEY("data.line-ends", word, data.line_ends, "crlf",
		"Line ends of the body on the wire (RFC 5321 2.3.8; catalogue 171).",
		.words = &line_ends_words),
	KEY("think.STEP", span, think[0], NULL,
		"Time before a step is said; not written: else, and 0 ms at last (measured in a "
		"server's log of 16 August 2007). body: before its first octet; end: only a "
		"dot that has a write of its own; message: before the first command of a "
		"message.",
		.names = {&think_words}),
	KEY("timeouts.connect", timeout, timeouts_ms[STEP_CONNECT], "5 min",
		"Longest wait for the connection; no RFC names one (catalogue 51)."),
	KEY("timeouts.greeting", timeout, timeouts_ms[STEP_GREETING], "5 min",
		"Longest wait for the greeting (RFC 5321 4.5.3.2.1)."),
	KEY("timeouts.hello", timeout, timeouts_ms[STEP_HELLO], "5 min",
		"Longest wait for the reply to EHLO or HELO (as RFC 5321 4.5.3.2.2)."),
	KEY("timeouts.starttls", timeout, timeouts_ms[STEP_STARTTLS], "5 min",
		"Longest wait for the reply to STARTTLS (as RFC 5321 4.5.3.2.2)."),
	KEY("timeouts.tls", timeout, timeouts_ms[STEP_TLS], "5 min",
		"Longest wait for the handshake; no RFC names one."),
	KEY("timeouts.auth", timeout, timeouts_ms[STEP_AUTH], "5 min",
		"Longest wait for each reply of AUTH (as RFC 5321 4.5.3.2.2; catalogue 138)."),
	KEY("timeouts.reset", timeout, timeouts_ms[STEP_RESET], "5 min",
		"Longest wait for the reply to RSET (as RFC 5321 4.5.3.2.2)."),
	KEY("timeouts.noop", timeout, timeouts_ms[STEP_NOOP], "5 min",
		"Longest wait for the reply to NOOP (as RFC 5321 4.5.3.2.2)."),
	KEY("timeouts.mail", timeout, timeouts_ms[STEP_MAIL], "5 min",
		"Longest wait for the reply to MAIL (RFC 5321 4.5.3.2.2)."),
	KEY("timeouts.recipient", timeout, timeouts_ms[STEP_RECIPIENT], "5 min",
		"Longest wait for the reply to RCPT (RFC 5321 4.5.3.2.3)."),
	KEY("timeouts.data", timeout, timeouts_ms[STEP_DATA], "2 min",
		"Longest wait for the 354 (RFC 5321 4.5.3.2.4)."),
	KEY("timeouts.body", timeout, timeouts_ms[STEP_BODY], "3 min",
		"Longest wait for a block of the body to leave (RFC 5321 4.5.3.2.5)."),
	KEY("timeouts.end", timeout, timeouts_ms[STEP_END], "10 min",
		"Longest wait for the reply to the final dot (RFC 5321 4.5.3.2.6; Sy "
		"timeout-dot-600)."),
	KEY("timeouts.quit", timeout, timeouts_ms[STEP_QUIT], "5 min",
		"Longest wait for the reply to QUIT (as RFC 5321 4.5.3.2.2)."),
	KEY("timeouts.else", timeout, timeouts_ms[TIMEOUT_ELSE], NULL,
		"Longest wait for every step that is not written itself; not written: those of "
		"RFC 5321 4.5.3.2."),
	KEY("outbox.keep", words, outbox.keep, "[4xx, lost]",
		"Which failures leave the message queued for the next connection (RFC 5321 "
		"4.5.4.1; Sy waiting-messages-join).",
		.words = &keep_words),
	KEY("outbox.again", word, outbox.whole_again, "missing",
		"To whom a message that waits goes next time: missing, who has not got it (RFC "
		"5321 4.2.5); whole, everybody once more, whatever copies of it arrived (the "
		"store of a phone has one entry for a message; no source).",
		.words = &outbox_again_words),
	KEY("outbox.retry", times, outbox.retry_ms, "[]",
		"Waits before further connections, the last repeats; []: one connection only (RFC "
		"5321 4.5.4.1; catalogue 36, 72)."),
	KEY("outbox.attempts", number, outbox.attempts, "1",
		"Tries per message, 0 = no end (RFC 5321 4.5.4.1; catalogue 72, 98)."),
	KEY("message.regenerate", word, message.regenerate_each_time, "once",
		"each-time: every copy and every try has a Message-ID and a Date of its own (RFC "
		"5322 3.6.4; Sy msgid-form).",
		.words = &regenerate_words),
	KEY("message.headers", texts, message.headers,
		"[\"Date: {date}\", \"From: {from}\", \"Reply-To: {reply-to}\", "
		"\"To: {to}\", \"Cc: {cc}\", \"Message-ID: {message-id}\", "
		"\"Subject: {subject}\", \"Disposition-Notification-To: {receipt-to}\", "
		"\"X-Priority: {x-priority}\", \"Importance: {importance}\", "
		"\"X-Mailer: {mailer}\", \"MIME-Version: 1.0\", \"Content-Type: {type}\", "
		"\"Content-Disposition: {disposition}\", "
		"\"Content-Transfer-Encoding: {encoding}\"]",
		"The header lines; one whose variable is absent is left out, one whose variable "
		"is empty stays (RFC 5322 3.6; Sy hdr-*).",
		.variables = HEADER_VARIABLES),
	KEY("message.mailer", text, message.mailer, NULL,
		"The value of {mailer}; not written: absent (Sy hdr-x-mailer)."),
	KEY("message.date", text, message.date, "\"%a, %d %b %Y %H:%M:%S %z\"",
		"The form of {date}, as strftime() has it in the C locale (RFC 5322 3.3; %e, "
		"blank-padded: catalogue 29)."),
	KEY("message.id", text, message.id, "\"<{random 24}@{host}>\"",
		"The form of {message-id}; {random N} draws from message.id-alphabet, {server} is "
		"the server as typed (RFC 5322 3.6.4; Sy msgid-form).",
		.variables = "random host server device domain local"),
	KEY("message.id-alphabet", text, message.id_alphabet,
		"\"abcdefghijklmnopqrstuvwxyz0123456789\"",
		"What {random N} of message.id draws from (Sy msgid-form)."),
	KEY("message.aliases", word, message.aliases_as_typed, "anew",
		"Whether names before an address are read and quoted anew (RFC 5322 3.2.5), or "
		"kept as typed: From and Reply-to then only get their quotes, To and Cc only "
		"where a comma stands in the name (Sy alias-backslash).",
		.words = &aliases_words),
	KEY("message.alias-escapes", text, message.alias_escapes, "\"\\\"\\\\\"",
		"Characters that get a backslash in a quoted name, where names are kept as typed "
		"only in To and Cc (RFC 5322 3.2.4; Sy alias-backslash)."),
	KEY("message.address-fold", text, message.address_fold, "\"\\r\\n \"",
		"What stands behind the comma before an address with which the line would have 76 "
		"octets or more (RFC 5322 2.2.3; Sy fold-two-spaces)."),
	KEY("message.subject-fold", number, message.subject_fold, "0",
		"Where a subject of 76 octets or more is folded: at the first blank at or after "
		"this octet of what is left; 0: so that lines stay within 76 (RFC 5322 2.1.1; Sy "
		"fold-subject-38).",
		.most = 998),
	KEY("message.header-limit", number, message.header_limit, "0",
		"A longer header line raises the event broken in the body; 0: none does (RFC 5322 "
		"2.1.1; Sy overlong-header-fails)."),
	KEY("message.words.encoding", word, message.words.encoding, "Q",
		"How characters beyond ASCII leave in a header: as encoded words with Q or B, or "
		"raw (RFC 2047 4; Sy rfc2047-b-only, catalogue 161).",
		.words = &word_encoding_words),
	KEY("message.words.span", word, message.words.first_to_last, "each",
		"What is encoded: each word that needs it, or all from the first such word to the "
		"last, halved until each piece fits (RFC 2047 2; Sy rfc2047-span).",
		.words = &word_span_words),
	KEY("message.words.in-quotes", flag, message.words.in_quotes, "false",
		"Encoded words stand inside the quotes of a name (RFC 2047 5 forbids it; Sy "
		"rfc2047-in-quotes)."),
	KEY("message.words.in-filenames", flag, message.words.in_filenames, "false",
		"Encoded words stand in the name of a file, instead of RFC 2231's form (RFC 2047 5 "
		"forbids it; Sy filename-rfc2047-in-quotes)."),
	KEY("message.words.blank-before-fold", flag, message.words.blank_before_fold, "false",
		"A line that is folded before an encoded word keeps its blank at the end (RFC 2047 "
		"2; Sy fold-encoded-trailing-space)."),
	KEY("message.charset", text, message.charset, "UTF-8",
		"The charset of text and header, where the user names none (RFC 2046 4.1.2; Sy "
		"charset-default)."),
	KEY("message.latin1-is-cp1252", flag, message.latin1_is_cp1252, "false",
		"Text is converted to Windows-1252 under the names ISO-8859-1 and US-ASCII (RFC "
		"2046 4.1.2; Sy latin1-is-cp1252)."),
	KEY("message.mime", flag, message.mime, "true",
		"False, and the user does not ask for it: no MIME; raw 8-bit text, wrapped at 78, "
		"files uuencoded in it (before RFC 2045; Sy plain-mode-raw8bit)."),
	KEY("message.non-breaking", word, message.plain_blanks, "kept",
		"What becomes of a non-breaking blank (U+00A0) and hyphen (U+2011) in the text: "
		"kept, or a plain blank and hyphen (Sy editor codes).",
		.words = &non_breaking_words),
	KEY("message.text-encoding", word, message.text_encoding, "7bit",
		"How the text is encoded; 7bit where it fits, else quoted-printable (RFC 2045 6; "
		"Sy body-qp-always).",
		.words = &text_encoding_words),
	KEY("message.qp", word, message.qp, "strict",
		"How quoted-printable breaks lines: at 76 octets, or word by word at 77 to 79 "
		"(RFC 2045 6.7; Sy qp-*).",
		.words = &qp_words),
	KEY("message.base64-width", number, message.base64_width, "76",
		"Characters of a line of base64, down to a multiple of four (RFC 2045 6.8; Sy "
		"b64-width-60).",
		.least = 4, .most = 996),
	KEY("message.base64-lines-per-write", number, message.base64_lines_per_write, "0",
		"Lines of base64 in one write, where the body goes line by line; 0: one. A client "
		"with such blocks hands an embedded message through in blocks of as many octets, "
		"unrepaired (RFC 2046 5.2.1; Sy write-per-line).",
		.most = 10000),
	KEY("message.boundary", text, message.boundary, "\"=_{random 24}\"",
		"The boundary; {random N} draws from message.boundary-alphabet (RFC 2046 5.1.1; Sy "
		"boundary-form).",
		.variables = "random"),
	KEY("message.boundary-alphabet", text, message.boundary_alphabet,
		"\"abcdefghijklmnopqrstuvwxyz0123456789\"",
		"What {random N} of message.boundary draws from (RFC 2046 5.1.1; Sy boundary-form)."),
	KEY("message.multipart", text, message.multipart,
		"\"multipart/mixed; boundary=\\\"{boundary}\\\"\"",
		"The value of {type} of a message with files (RFC 2046 5.1.3; Sy "
		"boundary-own-line).",
		.variables = "boundary"),
	KEY("message.preamble", text, message.preamble, "\"\"",
		"What stands before the first boundary, a line; empty: nothing (RFC 2046 5.1.1; Sy "
		"mime-preamble)."),
	KEY("message.text-part", texts, message.text_part,
		"[\"Content-Type: {type}\", \"Content-Transfer-Encoding: {encoding}\"]",
		"Header lines of the text beside files (RFC 2045 5, 6; Sy "
		"part-filename-tab).",
		.variables = PART_VARIABLES),
	KEY("message.file-part", texts, message.file_part,
		"[\"Content-Type: {type}\", "
		"\"Content-Disposition: attachment;\\r\\n {filename-parameter}\", "
		"\"Content-Transfer-Encoding: {encoding}\"]",
		"Header lines of a file; {filename-parameter} is filename=\"…\", or what RFC 2231 "
		"makes of a name beyond ASCII (RFC 2183 2; Sy part-filename-tab, "
		"no-ct-name-param).",
		.variables = PART_VARIABLES),
	KEY("message.unknown-type", text, message.unknown_type, "application/octet-stream",
		"{type} of a file whose type nobody knows (RFC 2046 4.5.1; Sy "
		"octet-stream-two-spaces)."),
};

const struct key *client_keys(size_t *count)
{
	*count = sizeof keys / sizeof *keys;
	return keys;
}
