/* forgetful: a server's side of a conversation, a line at a time, and the driver that joins them.
 */
#include "forgetful.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

enum { RECIPIENT_ROOM = 400, BUFFER_ROOM = 16 * 1024 * 1024, CALLS_MAX = 4 * 1000 * 1000 };

struct server {
	const struct forgetful_options *options;
	struct forgetful_result *result;
	struct buffer in, out, mail;
	bool hello, login, mail_open, in_data, closing;
	bool in_chunk, chunk_is_last;
	size_t chunk_left;
	char recipients[RECIPIENT_ROOM][64];
	size_t recipient_count, message_count, login_count;
	struct msub_session *session; /* NULL: nobody is connected */
	bool open;
};

/* All the servers of a run: each has one connection. */
struct servers {
	struct server at[FORGETFUL_MOST];
	uint64_t now_ms;
};

static void reply(struct server *server, const char *text)
{
	buffer_append_text(&server->out, text);
	buffer_append_text(&server->out, "\r\n");
}

static bool starts(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static bool holds(const char *line, const char *part)
{
	return part != NULL && strstr(line, part) != NULL;
}

static void forget(struct server *server, enum forgets on)
{
	if (server->options->forgets == on)
		server->login = false;
}

static void do_hello(struct server *server)
{
	const struct forgetful_options *options = server->options;
	forget(server, FORGETS_ON_HELLO);
	server->hello = true;
	reply(server, "250-forgetful.example");
	if (options->pipelining)
		reply(server, "250-PIPELINING");
	if (options->chunking)
		reply(server, "250-CHUNKING");
	if (options->limits != NULL)
		buffer_format(&server->out, "250-LIMITS %s\r\n", options->limits);
	if (options->size != 0)
		buffer_format(&server->out, "250-SIZE %zu\r\n", options->size);
	reply(server, "250 AUTH PLAIN");
}

static void do_auth(struct server *server, const char *line)
{
	/* NUL, "user", NUL, "password" */
	bool right = strcmp(line, "AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=") == 0 &&
		     (server->options->logins_max == 0 ||
			     server->result->logins < server->options->logins_max);
	server->result->disorder += !server->hello || server->login || server->mail_open;
	server->login = right;
	server->login_count += right;
	server->result->logins += right;
	reply(server, right ? "235 go ahead" : "535 5.7.8 wrong");
}

static void do_mail(struct server *server, const char *line)
{
	const struct forgetful_options *options = server->options;
	server->result->disorder += !server->hello;
	server->result->mails++;
	if (server->mail_open) {
		server->result->nested++;
		reply(server, "503 5.5.1 nested MAIL command");
	} else if (options->at_mail && !server->login) {
		reply(server, "550 authentication required");
	} else if (holds(line, options->mail_refused)) {
		reply(server, "550 5.1.0 not from you");
	} else {
		server->mail_open = true;
		server->recipient_count = 0;
		reply(server, "250 ok");
	}
}

static void do_recipient(struct server *server, const char *line)
{
	const struct forgetful_options *options = server->options;
	if (!server->mail_open) {
		server->result->disorder += !options->pipelining;
		reply(server, "503 MAIL first");
	} else if (!server->login && !options->at_end) {
		reply(server, "535 authentication required (#5.7.1)");
	} else if (holds(line, options->refused)) {
		reply(server,
			options->refusal == NULL ? "550 5.1.1 no such user" : options->refusal);
	} else if (server->recipient_count == RECIPIENT_ROOM ||
		   (options->recipient_max != 0 &&
			   server->recipient_count >= options->recipient_max)) {
		reply(server, "452 4.5.3 too many recipients");
	} else {
		snprintf(server->recipients[server->recipient_count++], 64, "%.*s",
			(int)strcspn(line + 9, ">"), line + 9);
		reply(server, "250 ok");
	}
}

static void do_data(struct server *server)
{
	bool refused = server->recipient_count == 0 && !server->options->always_354;
	if (!server->mail_open || refused) {
		server->result->disorder += !server->options->pipelining;
		reply(server, "503 5.5.1 no valid recipients");
		return;
	}
	server->in_data = true;
	reply(server, "354 go on");
}

static void keep_copy(struct server *server, const char *recipient)
{
	const char *mail = buffer_string(&server->mail);
	struct forgetful_result *result = server->result;
	if (result->copy_count == FORGETFUL_COPIES)
		return;
	struct forgetful_copy *copy = &result->copies[result->copy_count++];
	snprintf(copy->recipient, sizeof copy->recipient, "%s", recipient);
	snprintf(copy->subject, sizeof copy->subject, "%.*s",
		starts(mail, "Subject: ") ? (int)strcspn(mail + 9, "\r") : 0, mail + 9);
}

static void keep_copies(struct server *server)
{
	const struct forgetful_options *options = server->options;
	for (size_t i = 0; i < server->recipient_count; i++) {
		bool full = options->lmtp && holds(server->recipients[i], options->full);
		if (!full)
			keep_copy(server, server->recipients[i]);
		if (options->lmtp)
			reply(server, full ? "452 4.2.2 mailbox full" : "250 stored");
	}
	if (!options->lmtp)
		reply(server, "250 queued");
}

/* The message is here. */
static void end_message(struct server *server)
{
	server->in_data = server->mail_open = false;
	if (server->recipient_count == 0) {
		reply(server, "554 no valid recipients");
	} else if (!server->login && server->options->at_end) {
		reply(server, "530 5.7.0 authentication required");
	} else {
		keep_copies(server);
	}
	buffer_clear(&server->mail);
	if (server->options->dies_of_haste &&
		octets_start_nocase(buffer_octets(&server->in), "MAIL ")) {
		buffer_clear(&server->out);
		server->closing = true;
		return;
	}
	forget(server, FORGETS_ON_END);
	if (++server->message_count == server->options->closes_after) {
		reply(server, "421 enough for today");
		server->closing = true;
	}
}

static void do_content(struct server *server, const char *line)
{
	if (strcmp(line, ".") == 0) {
		end_message(server);
		return;
	}
	buffer_append_text(&server->mail, line);
	buffer_append_text(&server->mail, "\r\n");
}

/* ---- chunks ---- */

static void end_chunk(struct server *server)
{
	server->in_chunk = false;
	if (!server->mail_open || server->recipient_count == 0) {
		server->result->disorder += !server->options->pipelining;
		reply(server, "503 5.5.1 no valid recipients");
		buffer_clear(&server->mail);
	} else if (server->chunk_is_last) {
		end_message(server);
	} else {
		reply(server, "250 go on");
	}
}

static void do_chunk(struct server *server, const char *line)
{
	char last[8] = "";
	server->result->disorder += sscanf(line, "BDAT %zu %7s", &server->chunk_left, last) < 1;
	server->chunk_is_last = strcmp(last, "LAST") == 0;
	server->in_chunk = true;
}

/* What has come of it; false where more is to come. */
static bool take_chunk(struct server *server)
{
	struct octets part = octets_cut(buffer_octets(&server->in), server->chunk_left);
	buffer_append_octets(&server->mail, part);
	server->chunk_left -= part.len;
	buffer_consume(&server->in, part.len);
	if (server->chunk_left > 0)
		return false;
	end_chunk(server);
	return true;
}

static void do_command(struct server *server, const char *line)
{
	if (starts(line, server->options->lmtp ? "LHLO " : "EHLO ")) {
		do_hello(server);
	} else if (starts(line, "AUTH ")) {
		do_auth(server, line);
	} else if (starts(line, "MAIL FROM:<")) {
		do_mail(server, line);
	} else if (starts(line, "RCPT TO:<")) {
		do_recipient(server, line);
	} else if (strcmp(line, "DATA") == 0) {
		do_data(server);
	} else if (server->options->chunking && starts(line, "BDAT ")) {
		do_chunk(server, line);
	} else if (strcmp(line, "NOOP") == 0) {
		reply(server, "250 here");
	} else if (strcmp(line, "QUIT") == 0) {
		reply(server, "221 bye");
		server->closing = true;
	} else {
		bool reset = starts(line, "RSET");
		server->result->resets += reset;
		server->result->disorder += !reset;
		forget(server, FORGETS_ON_RESET);
		reply(server, "250 whatever");
	}
}

/* Works through all whole lines that have come. */
static void work(struct server *server)
{
	for (size_t lines = 1; !server->closing; lines++) {
		if (server->in_chunk && !take_chunk(server))
			return;
		struct octets all = buffer_octets(&server->in);
		size_t len = octets_find(all, '\n');
		char line[2048];
		if (len == all.len)
			return;
		snprintf(line, sizeof line, "%.*s", (int)len, (const char *)all.at);
		line[strcspn(line, "\r")] = 0;
		buffer_consume(&server->in, len + 1);
		if (!server->in_data && lines > server->result->ahead)
			server->result->ahead = lines;
		if (server->in_data)
			do_content(server, line);
		else
			do_command(server, line);
	}
}

/* ---- the driver ---- */

static size_t passes(const struct server *server, size_t len)
{
	size_t cut = server->options->cut;
	return cut == 0 || len < cut ? len : cut;
}

/* How many of len octets still pass before the connection breaks. */
static size_t before_loss(
	struct server *server, size_t lose_after, size_t passed, size_t len, bool *lost)
{
	bool *once = &server->result->lost;
	*lost = lose_after != 0 && !*once && passed + len >= lose_after;
	*once = *once || *lost;
	if (*lost)
		server->result->mails_before_loss = server->result->mails;
	return *lost ? lose_after - passed : len;
}

static bool take_output(struct server *server, struct msub_session *session, uint64_t now_ms)
{
	struct msub_piece piece;
	bool lost;
	if (msub_session_output(session, &piece, 1) == 0)
		return false;
	size_t len = passes(server, piece.len);
	len = before_loss(server, server->options->lose_said, server->result->said, len, &lost);
	server->result->said += len;
	buffer_append(&server->in, piece.at, len);
	buffer_append(&server->result->talk, piece.at, len);
	msub_session_taken(session, len, now_ms);
	if (lost) {
		work(server);
		msub_session_end_of_input(session, "broken", now_ms);
	}
	return true;
}

static bool give_input(struct server *server, struct msub_session *session, uint64_t now_ms)
{
	bool lost;
	work(server);
	if (server->out.len == 0)
		return false;
	size_t len = passes(server, server->out.len);
	len = before_loss(server, server->options->lose_heard, server->result->heard, len, &lost);
	server->result->heard += len;
	msub_session_input(session, server->out.at, len, now_ms);
	buffer_consume(&server->out, len);
	if (lost)
		msub_session_end_of_input(session, "broken", now_ms);
	return true;
}

/* What can be counted over all of them: connections that are open, and those not logged in. */
static void count_most(struct servers *servers)
{
	size_t open = 0, opening = 0;
	struct forgetful_result *result = servers->at[0].result;
	for (size_t i = 0; i < FORGETFUL_MOST; i++) {
		const struct server *server = &servers->at[i];
		open += server->open;
		opening += server->open && server->login_count == 0 && !server->closing;
	}
	if (open > result->most)
		result->most = open;
	if (opening > result->most_opening)
		result->most_opening = opening;
}

static size_t count_open(const struct servers *servers)
{
	size_t open = 0;
	for (size_t i = 0; i < FORGETFUL_MOST; i++)
		open += servers->at[i].open;
	return open;
}

static void begin_connection(struct servers *servers, struct server *server)
{
	const struct forgetful_options *options = server->options;
	bool full =
		options->connections_max != 0 && count_open(servers) >= options->connections_max;
	buffer_clear(&server->in);
	buffer_clear(&server->out);
	buffer_clear(&server->mail);
	server->hello = server->login = server->mail_open = server->in_data = false;
	server->in_chunk = false;
	server->message_count = server->login_count = 0;
	server->closing = full;
	server->open = true;
	server->result->connections++;
	buffer_append_byte(&server->result->talk, '|');
	reply(server, full ? "421 too many connections" : "220 forgetful");
	msub_session_connected(server->session, "192.0.2.7", servers->now_ms);
	count_most(servers);
}

/* One thing that the session wants; false where only time can help. */
static bool step(struct servers *servers, struct server *server)
{
	struct msub_session *session = server->session;
	unsigned wants = msub_session_wants(session);
	if ((wants & MSUB_WANTS_CONNECT) != 0) {
		begin_connection(servers, server);
	} else if ((wants & MSUB_WANTS_CLOSE) != 0) {
		server->open = false;
		msub_session_closed(session, servers->now_ms);
	} else if ((wants & MSUB_WANTS_SEND) != 0 &&
		   take_output(server, session, servers->now_ms)) {
		return true;
	} else if ((wants & MSUB_WANTS_RECEIVE) != 0 &&
		   give_input(server, session, servers->now_ms)) {
		return true;
	} else if ((wants & MSUB_WANTS_RECEIVE) != 0 && server->closing) {
		msub_session_end_of_input(session, NULL, servers->now_ms);
	} else {
		return false;
	}
	return true;
}

/* A session that is over is gone with the next question to the sender. */
static void leave(struct server *server)
{
	if (server->session == NULL || msub_session_wants(server->session) != 0)
		return;
	server->session = NULL;
	server->open = false;
}

/* Each session does one thing; false where nobody can. */
static bool step_all(struct servers *servers)
{
	bool any = false;
	for (size_t i = 0; i < FORGETFUL_MOST; i++) {
		struct server *server = &servers->at[i];
		if (server->session == NULL)
			continue;
		any = step(servers, server) || any;
		leave(server);
	}
	return any;
}

/* To the next deadline; false where there is none. */
static bool pass_time(struct servers *servers)
{
	uint64_t next = MSUB_NEVER;
	for (size_t i = 0; i < FORGETFUL_MOST; i++) {
		struct msub_session *session = servers->at[i].session;
		uint64_t deadline =
			session == NULL ? MSUB_NEVER : msub_session_deadline_ms(session);
		next = deadline < next ? deadline : next;
	}
	servers->now_ms = next > servers->now_ms && next != MSUB_NEVER ? next : servers->now_ms;
	for (size_t i = 0; i < FORGETFUL_MOST; i++) {
		if (servers->at[i].session != NULL)
			msub_session_tick(servers->at[i].session, servers->now_ms);
		leave(&servers->at[i]);
	}
	return next != MSUB_NEVER;
}

/* Once, when nothing is left to do: the clock goes on, and there is more. */
static bool bring_more(struct servers *servers, struct msub_sender *sender, bool *brought)
{
	const struct forgetful_options *options = servers->at[0].options;
	if (*brought || options->more == NULL || !msub_sender_is_finished(sender))
		return false;
	*brought = true;
	servers->now_ms += 6000;
	options->more(options->more_context);
	return true;
}

/* Seats those that the sender wants driven, where they have no server yet. */
static void seat(struct servers *servers, struct msub_sender *sender)
{
	struct msub_session *session;
	while ((session = msub_sender_session(sender, servers->now_ms)) != NULL) {
		struct server *free_one = NULL;
		for (size_t i = 0; i < FORGETFUL_MOST; i++) {
			if (servers->at[i].session == session)
				return;
			if (servers->at[i].session == NULL)
				free_one = &servers->at[i];
		}
		if (!CHECK(free_one != NULL))
			return;
		free_one->session = session;
	}
}

static void init_all(struct servers *servers, const struct forgetful_options *options,
	struct forgetful_result *result)
{
	*servers = (struct servers){.now_ms = 1000};
	for (size_t i = 0; i < FORGETFUL_MOST; i++) {
		struct server *server = &servers->at[i];
		server->options = options;
		server->result = result;
		buffer_init(&server->in, &memory_standard, BUFFER_ROOM);
		buffer_init(&server->out, &memory_standard, BUFFER_ROOM);
		buffer_init(&server->mail, &memory_standard, BUFFER_ROOM);
	}
}

static void free_all(struct servers *servers)
{
	for (size_t i = 0; i < FORGETFUL_MOST; i++) {
		buffer_free(&servers->at[i].in);
		buffer_free(&servers->at[i].out);
		buffer_free(&servers->at[i].mail);
	}
}

void forgetful_run(struct msub_sender *sender, const struct forgetful_options *options,
	struct forgetful_result *result)
{
	static struct servers servers;
	size_t calls = 0;
	bool going = true, brought = false;
	*result = (struct forgetful_result){0};
	init_all(&servers, options, result);
	buffer_init(&result->talk, &memory_standard, BUFFER_ROOM);
	while (going && calls++ < CALLS_MAX) {
		seat(&servers, sender);
		going = step_all(&servers) || bring_more(&servers, sender, &brought) ||
			pass_time(&servers);
	}
	result->endless = calls >= CALLS_MAX;
	result->took_ms = servers.now_ms - 1000;
	free_all(&servers);
}

size_t forgetful_count(
	const struct forgetful_result *result, const char *subject, const char *recipient)
{
	size_t count = 0;
	for (size_t i = 0; i < result->copy_count; i++) {
		const struct forgetful_copy *copy = &result->copies[i];
		count += strcmp(copy->subject, subject) == 0 &&
			 (recipient == NULL || strcmp(copy->recipient, recipient) == 0);
	}
	return count;
}
