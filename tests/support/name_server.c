#include "name_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { A = 1, CNAME = 5, AAAA = 28, SRV = 33, CHAIN_MAX = 8, REPLY_MAX = 4096 };

struct reply {
	uint8_t at[REPLY_MAX];
	size_t len;
};

static void put(struct reply *reply, const void *at, size_t len)
{
	if (reply->len + len <= REPLY_MAX)
		memcpy(reply->at + reply->len, at, len);
	reply->len += reply->len + len <= REPLY_MAX ? len : 0;
}

static void put16(struct reply *reply, unsigned int number)
{
	uint8_t two[] = {(uint8_t)(number >> 8), (uint8_t)number};
	put(reply, two, 2);
}

static void put_name(struct reply *reply, const char *name)
{
	while (*name != 0 && strcmp(name, ".") != 0) {
		uint8_t len = (uint8_t)strcspn(name, ".");
		put(reply, &len, 1);
		put(reply, name, len);
		name += name[len] == '.' ? len + 1 : len;
	}
	put(reply, "", 1);
}

static unsigned int type_of(const char *answer)
{
	static const struct {
		const char *word;
		unsigned int type;
	} words[] = {{"A ", A}, {"AAAA ", AAAA}, {"CNAME ", CNAME}, {"SRV ", SRV}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strncmp(answer, words[i].word, strlen(words[i].word)) == 0)
			return words[i].type;
	}
	return 0;
}

static void put_record(struct reply *reply, const struct name_row *row)
{
	unsigned int numbers[3];
	char host[256] = "";
	uint8_t address[16];
	const char *data = strchr(row->answer, ' ') + 1;
	put_name(reply, row->name);
	put16(reply, type_of(row->answer));
	put16(reply, 1);
	put16(reply, 0);
	put16(reply, 60);
	size_t length_at = reply->len;
	put16(reply, 0);
	if (inet_pton(AF_INET, data, address) == 1 && type_of(row->answer) == A)
		put(reply, address, 4);
	else if (inet_pton(AF_INET6, data, address) == 1)
		put(reply, address, 16);
	else if (type_of(row->answer) == CNAME)
		put_name(reply, data);
	else if (sscanf(data, "%u %u %u %255s", &numbers[0], &numbers[1], &numbers[2], host) == 4) {
		for (size_t i = 0; i < 3; i++)
			put16(reply, numbers[i]);
		put_name(reply, host);
	}
	size_t len = reply->len - length_at - 2;
	reply->at[length_at] = (uint8_t)(len >> 8);
	reply->at[length_at + 1] = (uint8_t)len;
}

/* The name of the question as text; where its type stands, or 0. */
static size_t read_name(const struct name_question *question, char name[256])
{
	size_t at = 12, len = 0;
	while (at < question->len && question->at[at] != 0) {
		size_t label = question->at[at];
		if (label > 63 || at + 1 + label >= question->len || len + label + 1 >= 256)
			return 0;
		memcpy(name + len, question->at + at + 1, label);
		len += label;
		name[len++] = '.';
		at += 1 + label;
	}
	name[len == 0 ? 0 : len - 1] = 0;
	return at + 5 <= question->len ? at + 1 : 0;
}

static const struct name_row *find(
	const struct name_row *rows, const char *name, unsigned int type, const char *misdeed)
{
	for (; rows->name != NULL; rows++) {
		bool fits = strcasecmp(rows->name, name) == 0 && type_of(rows->answer) == type;
		const char *data = strchr(rows->answer, ' ') + 1;
		if (fits && (misdeed == NULL || strcmp(data, misdeed) == 0))
			return rows;
	}
	return NULL;
}

static bool exists(const struct name_row *rows, const char *name)
{
	while (rows->name != NULL && strcasecmp(rows->name, name) != 0)
		rows++;
	return rows->name != NULL;
}

/* The records of a name, and where it is an alias those of the other name. */
static unsigned int put_answers(
	struct reply *reply, const struct name_row *rows, const char *name, unsigned int type)
{
	unsigned int count = 0;
	for (size_t chain = 0; chain < CHAIN_MAX; chain++) {
		const struct name_row *alias = find(rows, name, CNAME, NULL);
		for (const struct name_row *row = rows; row->name != NULL; row++) {
			if (strcasecmp(row->name, name) == 0 && type_of(row->answer) == type &&
				strcmp(row->answer, "SRV truncated") != 0) {
				put_record(reply, row);
				count++;
			}
		}
		if (alias == NULL || type == CNAME)
			return count;
		put_record(reply, alias);
		count++;
		name = alias->answer + strlen("CNAME ");
	}
	return count;
}

/* False: nothing is to be said. */
static bool make_reply(struct name_server *server, const struct name_question *question, bool tcp,
	bool held, struct reply *reply)
{
	const struct name_row *rows = server->rows;
	char name[256] = "";
	size_t end = read_name(question, name);
	if (end == 0)
		return false;
	unsigned int type = (unsigned int)question->at[end] << 8 | question->at[end + 1];
	bool silent = find(rows, name, type, "silent") != NULL;
	if (!held && find(rows, name, type, "held") != NULL && server->held_count < NAME_HELD_MAX) {
		server->held[server->held_count++] = *question;
		return false;
	}
	bool cut = !tcp && find(rows, name, type, "truncated") != NULL;
	unsigned int code = exists(rows, name) ? 0 : 3;
	code = find(rows, name, type, "nxdomain") != NULL ? 3 : code;
	code = find(rows, name, type, "servfail") != NULL ? 2 : code;
	reply->len = 0;
	put(reply, question->at, 2);
	put16(reply, 0x8180u | code | (cut ? 0x0200u : 0u));
	put16(reply, 1);
	put16(reply, 0);
	put16(reply, 0);
	put16(reply, 0);
	put(reply, question->at + 12, end + 4 - 12);
	if (find(rows, name, type, "garbage") != NULL) {
		memset(reply->at + 6, 0xC0,
			reply->len - 6); /* counts and names that point nowhere */
		reply->at[4] = 0;
		reply->at[5] = 1;
	} else if (code == 0 && !cut) {
		unsigned int count = put_answers(reply, rows, name, type);
		reply->at[7] = (uint8_t)count;
	}
	return !silent;
}

static void answer(struct name_server *server, const struct name_question *question, bool held)
{
	struct reply reply;
	union {
		const uint8_t *octets;
		const struct sockaddr *address;
	} to = {.octets = question->from};
	if (make_reply(server, question, false, held, &reply))
		(void)!sendto(server->udp, reply.at, reply.len, 0, to.address, question->from_len);
}

static void turn_stream(struct name_server *server)
{
	struct name_question question = {.len = 0};
	struct reply reply;
	uint8_t prefix[2];
	ssize_t got = recv(server->stream, prefix, 2, MSG_PEEK);
	if (got == 2) {
		uint8_t all[2 + sizeof question.at];
		got = recv(server->stream, all, sizeof all, 0);
		question.len = got > 2 ? (size_t)got - 2 : 0;
		memcpy(question.at, all + 2, question.len);
		server->asked_tcp++;
	}
	if (got > 2 && make_reply(server, &question, true, true, &reply)) {
		uint8_t out[2 + REPLY_MAX] = {(uint8_t)(reply.len >> 8), (uint8_t)reply.len};
		memcpy(out + 2, reply.at, reply.len);
		(void)!send(server->stream, out, reply.len + 2, MSG_NOSIGNAL);
	} else if (got >= 0) {
		close(server->stream);
		server->stream = -1;
	}
}

void name_server_turn(struct name_server *server)
{
	struct name_question question;
	for (;;) {
		union {
			uint8_t *octets;
			struct sockaddr *address;
		} from = {.octets = question.from};
		socklen_t len = sizeof question.from;
		ssize_t got = recvfrom(server->udp, question.at, sizeof question.at, MSG_DONTWAIT,
			from.address, &len);
		if (got <= 0)
			break;
		question.len = (size_t)got;
		question.from_len = len;
		server->asked++;
		answer(server, &question, false);
	}
	int stream = accept(server->tcp, NULL, NULL);
	if (stream >= 0) {
		close(server->stream);
		server->stream = stream;
		fcntl(stream, F_SETFL, O_NONBLOCK);
	}
	if (server->stream >= 0)
		turn_stream(server);
}

void name_server_let_go(struct name_server *server)
{
	for (size_t i = 0; i < server->held_count; i++)
		answer(server, &server->held[i], true);
	server->held_count = 0;
}

void name_server_watch(const struct name_server *server, struct pollfd polled[3])
{
	polled[0] = (struct pollfd){.fd = server->udp, .events = POLLIN};
	polled[1] = (struct pollfd){.fd = server->tcp, .events = POLLIN};
	polled[2] = (struct pollfd){.fd = server->stream, .events = POLLIN};
}

/* UDP and TCP on one port: what the first gets is perhaps not free for the second. */
bool name_server_open(struct name_server *server, const struct name_row *rows)
{
	memset(server, 0, sizeof *server);
	server->rows = rows;
	server->stream = -1;
	for (int i = 0; i < 20; i++) {
		struct sockaddr_in here = {
			.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		union {
			struct sockaddr_in *v4;
			struct sockaddr *any;
		} at = {.v4 = &here};
		socklen_t len = sizeof here;
		server->udp = socket(AF_INET, SOCK_DGRAM, 0);
		server->tcp = socket(AF_INET, SOCK_STREAM, 0);
		if (bind(server->udp, at.any, sizeof here) == 0 &&
			getsockname(server->udp, at.any, &len) == 0 &&
			bind(server->tcp, at.any, sizeof here) == 0 &&
			listen(server->tcp, 8) == 0 &&
			fcntl(server->tcp, F_SETFL, O_NONBLOCK) == 0) {
			snprintf(server->address, sizeof server->address, "127.0.0.1:%u",
				(unsigned int)ntohs(here.sin_port));
			return true;
		}
		close(server->udp);
		close(server->tcp);
	}
	return false;
}

static void *run(void *context)
{
	struct name_server *server = context;
	while (!server->over) {
		struct pollfd polled[3];
		name_server_watch(server, polled);
		poll(polled, 3, 20);
		name_server_turn(server);
	}
	return NULL;
}

bool name_server_begin(struct name_server *server)
{
	server->has_thread = pthread_create(&server->thread, NULL, run, server) == 0;
	return server->has_thread;
}

void name_server_free(struct name_server *server)
{
	server->over = true;
	if (server->has_thread)
		pthread_join(server->thread, NULL);
	close(server->udp);
	close(server->tcp);
	if (server->stream >= 0)
		close(server->stream);
}
