/* handset_control_esmtp: starts the program, writes the request, waits for the answer, reads it. */
#include "handset_control_esmtp.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 4 * 1024 * 1024, LOOK_MS = 200, WAITS = 10, GRACE_MS = 5000 };

/* --- where it is --- */

static bool find_program(char path[2 * PATH_MAX])
{
	static const char *const places[] = {HANDSET_LIBEXEC_FROM_PROGRAM, "."};
	char folder[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", folder, sizeof folder - 1);
	folder[len > 0 ? len : 0] = 0;
	char *slash = strrchr(folder, '/');
	for (size_t i = 0; slash != NULL && i < sizeof places / sizeof *places; i++) {
		*slash = 0;
		snprintf(path, 2 * PATH_MAX, "%s/%s/handset-esmtp-control", folder, places[i]);
		if (access(path, X_OK) == 0)
			return true;
	}
	snprintf(path, 2 * PATH_MAX, "%s/handset-esmtp-control", HANDSET_INSTALLED_LIBEXEC);
	return access(path, X_OK) == 0;
}

bool handset_control_esmtp_is_there(void)
{
	char path[2 * PATH_MAX];
	return find_program(path);
}

/* --- the request --- */

static json_t *text_of(struct octets octets)
{
	return octets.len == 0 ? NULL : json_stringn((const char *)octets.at, octets.len);
}

static void put(json_t *request, const char *key, json_t *value)
{
	if (value != NULL)
		json_object_set_new(request, key, value);
}

/* NULL for want of memory, or for texts that are no UTF-8. The caller wipes what it dumps. */
static char *request_of(const struct ground_tcp_settings *settings)
{
	const struct phone_account *account = settings->account;
	char message[1400];
	snprintf(message, sizeof message,
		"From: <%.320s>\r\nTo: <%.320s>\r\nSubject: handset: the control by libESMTP\r\n\r\n"
		"This message was sent by handset check, by way of libESMTP, to see whether a client "
		"that is correct can send.\r\n",
		settings->sender, settings->recipient);
	json_t *request = json_pack("{s:s, s:i, s:s, s:b, s:s, s:s, s:s, s:I}", "host",
		settings->host, "port", (int)settings->port, "security",
		account->security == PHONE_STARTTLS ? "starttls" : "none", "insecure",
		(int)settings->insecure, "from", settings->sender, "to", settings->recipient,
		"message", message, "patience-ms",
		(json_int_t)(settings->patience_ms == 0 ? 300000 : settings->patience_ms));
	if (request == NULL)
		return NULL;
	if (settings->control_name != NULL)
		put(request, "name", json_string(settings->control_name));
	if (settings->trust_file != NULL)
		put(request, "trust-file", json_string(settings->trust_file));
	put(request, "user", text_of(account->user));
	if (account->user.len > 0)
		put(request, "password",
			json_stringn((const char *)account->password.at, account->password.len));
	bool whole =
		account->user.len == 0 || (json_object_get(request, "user") != NULL &&
						  json_object_get(request, "password") != NULL);
	char *text = whole ? json_dumps(request, JSON_COMPACT) : NULL;
	json_decref(request);
	return text;
}

/* --- the program --- */

struct child {
	pid_t id;
	int to, from; /* ends of its pipes */
};

static void run_child(const char *path, int in, int out)
{
	static char name[] = "handset-esmtp-control";
	char *const arguments[] = {name, NULL};
	signal(SIGPIPE, SIG_DFL);
	if (dup2(in, 0) == 0 && dup2(out, 1) == 1)
		execv(path, arguments);
	_exit(127);
}

static bool start(const char *path, struct child *child)
{
	int in[2], out[2];
	if (pipe(in) != 0)
		return false;
	if (pipe(out) != 0) {
		close(in[0]);
		close(in[1]);
		return false;
	}
	for (int i = 0; i < 2; i++) {
		fcntl(in[i], F_SETFD, FD_CLOEXEC);
		fcntl(out[i], F_SETFD, FD_CLOEXEC);
	}
	child->id = fork();
	if (child->id == 0)
		run_child(path, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	child->to = in[1];
	child->from = out[0];
	if (child->id > 0)
		return true;
	close(child->to);
	close(child->from);
	return false;
}

/* A request is smaller than a pipe holds, so this does not wait. */
static bool ask(struct child *child, const char *request)
{
	size_t len = strlen(request);
	ssize_t written = write(child->to, request, len);
	close(child->to);
	return written == (ssize_t)len;
}

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Everything that it says until it ends, or false at the deadline or for an interruption. */
static bool hear(struct child *child, const struct ground_tcp_settings *settings, uint64_t until_ms,
	struct buffer *answer)
{
	while (now_ms() < until_ms) {
		struct pollfd watched = {.fd = child->from, .events = POLLIN};
		if (settings->interrupted != NULL && *settings->interrupted)
			return false;
		if (poll(&watched, 1, LOOK_MS) <= 0)
			continue;
		uint8_t *room = buffer_reserve(answer, 65536);
		ssize_t got = room == NULL ? -1 : read(child->from, room, 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		buffer_commit(answer, (size_t)got);
	}
	return false;
}

static bool end(struct child *child, bool in_order)
{
	int status = 0;
	if (!in_order)
		kill(child->id, SIGKILL);
	close(child->from);
	while (waitpid(child->id, &status, 0) < 0 && errno == EINTR) {
		/* once more */
	}
	return in_order && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* --- the answer --- */

static enum control_end end_of(const char *result)
{
	enum control_end end = CONTROL_SENDS;
	while (end != CONTROL_NOT_POSSIBLE && strcmp(control_end_name(end), result) != 0)
		end++;
	return end;
}

static struct transcript *transcript_of(const struct memory *memory, json_t *dialogue)
{
	struct transcript *transcript = transcript_new(memory, false);
	struct buffer lines;
	size_t index, line;
	json_t *event;
	buffer_init(&lines, memory, ANSWER_MAX);
	json_array_foreach(dialogue, index, event)
	{
		char *text = json_dumps(event, JSON_COMPACT);
		buffer_append_text(&lines, text == NULL ? "" : text);
		buffer_append_byte(&lines, '\n');
		free(text);
	}
	if (transcript != NULL)
		transcript_read_json(transcript, buffer_octets(&lines), &line);
	buffer_free(&lines);
	return transcript;
}

static bool read_answer(
	const struct memory *memory, const struct buffer *answer, struct control *control)
{
	const char *result, *step, *reply, *sentence;
	json_t *dialogue;
	int code;
	json_t *json = json_loadb((const char *)answer->at, answer->len, 0, NULL);
	bool good = json != NULL && json_unpack(json, "{s:s, s:s, s:i, s:s, s:s, s:o}", "result",
					    &result, "step", &step, "code", &code, "reply", &reply,
					    "sentence", &sentence, "dialogue", &dialogue) == 0;
	if (good) {
		control->end = end_of(result);
		control->code = code > 0 && code < 1000 ? (unsigned int)code : 0;
		control->for_now = control->code / 100 == 4;
		snprintf(control->step, sizeof control->step, "%s", step);
		sentence_set(&control->reply, "%s", reply);
		sentence_set(&control->advice, "%s", sentence);
		control->transcript = transcript_of(memory, dialogue);
	}
	json_decref(json);
	return good;
}

static void ask_program(
	const char *path, const struct ground_tcp_settings *settings, struct control *control)
{
	struct child child;
	struct buffer answer;
	char *request = request_of(settings);
	uint64_t patience = settings->patience_ms == 0 ? 300000 : settings->patience_ms;
	if (request == NULL || !start(path, &child)) {
		sentence_set(&control->advice, "libESMTP could not be asked: %s",
			request == NULL ? "user, password and addresses have to be UTF-8"
					: strerror(errno));
		free(request);
		return;
	}
	buffer_init(&answer, settings->memory, ANSWER_MAX);
	bool heard = ask(&child, request);
	heard = heard && hear(&child, settings, now_ms() + WAITS * patience + GRACE_MS, &answer);
	memory_wipe(request, strlen(request));
	free(request);
	if (!end(&child, heard) || !read_answer(settings->memory, &answer, control))
		sentence_set(&control->advice, "libESMTP gave no answer within its time");
	buffer_free(&answer);
}

void handset_control_esmtp(const struct ground_tcp_settings *settings, struct control *control)
{
	char path[2 * PATH_MAX];
	*control = (struct control){.end = CONTROL_NOT_POSSIBLE};
	if (settings->account->security == PHONE_TLS)
		sentence_set(&control->advice,
			"libESMTP knows no TLS from the first octet, only STARTTLS");
	else if (settings->account->security == PHONE_STARTTLS && settings->fingerprint.len > 0 &&
		 settings->trust_file == NULL)
		sentence_set(&control->advice,
			"libESMTP knows authorities, and no fingerprint of a certificate");
	else if (!find_program(path))
		sentence_set(&control->advice,
			"handset-esmtp-control is not installed: it is built where libesmtp-dev is");
	else
		ask_program(path, settings, control);
}

const char *handset_controls_disagree(const struct control *msub, const struct control *esmtp)
{
	if (esmtp->end == CONTROL_NOT_POSSIBLE ||
		(msub->end == CONTROL_SENDS) == (esmtp->end == CONTROL_SENDS))
		return NULL;
	return msub->end == CONTROL_SENDS
		       ? "the two controls disagree: msub sends and libESMTP does not; what is said "
			 "of the clients rests on msub, but look at both dialogues"
		       : "the two controls disagree: libESMTP sends and msub does not; look at both "
			 "dialogues, for this may be a fault of msub";
}
