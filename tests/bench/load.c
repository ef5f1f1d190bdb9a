/* load: options, messages, and the account of what they cost. */
#include "load.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many different texts of small messages; of large ones, as many as there are messages. */
enum { TEXTS_MAX = 1024, TEXT_ROOM = 256 * 1024 * 1024 };

void load_die(const char *what)
{
	perror(what);
	exit(2);
}

static size_t append(char *text, size_t at, size_t room, const char *words)
{
	size_t len = strlen(words);
	if (len > room - at)
		len = room - at;
	memcpy(text + at, words, len);
	return at + len;
}

/* A header with a number of its own, and lines of 72 letters until the size is reached. */
static char *make_text(const struct load *load, unsigned int number, size_t *len)
{
	const char *end = load->line_feed ? "\n" : "\r\n";
	char head[400], line[80];
	char *text = malloc(load->size + sizeof head);
	if (text == NULL)
		load_die("malloc");
	int head_len = snprintf(head, sizeof head,
		"From: <" LOAD_SENDER ">%sTo: <" LOAD_RECIPIENT
		">%sMessage-ID: <%u.bench@example.org>%sDate: Mon, 23 Nov 2026 12:00:00 "
		"+0000%sSubject: message %u%s%s",
		end, end, number, end, end, number, end, end);
	for (size_t i = 0; i < 72; i++)
		line[i] = (char)('a' + (number + i * 7) % 26);
	strcpy(line + 72, end);
	size_t at = append(text, 0, load->size, head);
	size_t counted = (size_t)head_len + (load->line_feed ? 6 : 0);
	while (counted + 74 <= load->size) {
		at = append(text, at, load->size, line);
		counted += 74;
	}
	*len = at;
	return text;
}

static void make_texts(struct load *load)
{
	size_t most = TEXT_ROOM / (load->size + 1);
	load->made = load->messages < TEXTS_MAX ? load->messages : TEXTS_MAX;
	if (load->made > most)
		load->made = most == 0 ? 1 : (unsigned int)most;
	load->text = calloc(load->made, sizeof *load->text);
	for (unsigned int i = 0; i < load->made; i++) {
		/* numbers of one width: all texts have one length */
		load->text[i] = make_text(load, 100000 + i, &load->text_len);
	}
	if (!load->from_file)
		return;
	FILE *stream = fopen(load->file, "w");
	if (stream == NULL || fwrite(load->text[0], load->text_len, 1, stream) != 1 ||
		fclose(stream) != 0)
		load_die(load->file);
}

static void free_texts(struct load *load)
{
	for (unsigned int i = 0; i < load->made; i++)
		free(load->text[i]);
	free(load->text);
}

static void usage(const char *name)
{
	fprintf(stderr,
		"usage: %s --port N [--messages N] [--connections N] [--per-session N] [--size N]\n"
		"       [--lf] [--file PATH] [--login] [--tls starttls|implicit --authority FILE]\n",
		name);
	exit(2);
}

static enum load_tls tls_of(const char *word)
{
	return strcmp(word, "implicit") == 0 ? LOAD_IMPLICIT : LOAD_STARTTLS;
}

static void read_options(struct load *load, int argc, char **argv)
{
	static const struct option options[] = {{"port", 1, NULL, 'p'}, {"messages", 1, NULL, 'm'},
		{"connections", 1, NULL, 'c'}, {"per-session", 1, NULL, 's'},
		{"size", 1, NULL, 'l'}, {"lf", 0, NULL, 'n'}, {"login", 0, NULL, 'a'},
		{"file", 1, NULL, 'f'}, {"tls", 1, NULL, 't'}, {"authority", 1, NULL, 'C'},
		{NULL, 0, NULL, 0}};
	int option;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		unsigned long number = optarg == NULL ? 0 : strtoul(optarg, NULL, 10);
		switch (option) {
		case 'p':
			load->port = (uint16_t)number;
			break;
		case 'm':
			load->messages = (unsigned int)number;
			break;
		case 'c':
			load->connections = (unsigned int)number;
			break;
		case 's':
			load->per_session = (unsigned int)number;
			break;
		case 'l':
			load->size = number;
			break;
		case 'n':
			load->line_feed = true;
			break;
		case 'a':
			load->login = true;
			break;
		case 'f':
			load->file = optarg;
			load->from_file = true;
			break;
		case 't':
			load->tls = tls_of(optarg);
			break;
		case 'C':
			load->authority = optarg;
			break;
		default:
			usage(argv[0]);
		}
	}
	if (load->port == 0 || load->connections == 0)
		usage(argv[0]);
}

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void used(double *user, double *system)
{
	struct rusage own, children;
	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &children);
	*user = seconds(own.ru_utime) + seconds(children.ru_utime);
	*system = seconds(own.ru_stime) + seconds(children.ru_stime);
}

int load_share(const struct load *load,
	int (*part)(const struct load *load, unsigned int first, unsigned int last))
{
	int worst = 0, status;
	if (load->connections == 1)
		return part(load, 0, load->messages);
	for (unsigned int i = 0; i < load->connections; i++) {
		unsigned int first = load->messages * i / load->connections;
		unsigned int last = load->messages * (i + 1) / load->connections;
		pid_t child = fork();
		if (child == 0)
			_exit(part(load, first, last));
		if (child < 0)
			load_die("fork");
	}
	while (wait(&status) > 0)
		worst |= status;
	return worst != 0;
}

int load_connect(const struct load *load)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_port = htons(load->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int yes = 1, descriptor = socket(AF_INET, SOCK_STREAM, 0);
	if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
		load_die("connect");
	setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	return descriptor;
}

int main(int argc, char **argv)
{
	struct load load = {.messages = 1, .connections = 1, .size = 1024};
	double user, system, user_then, system_then;
	read_options(&load, argc, argv);
	make_texts(&load);
	used(&user_then, &system_then);
	int status = run_load(&load);
	used(&user, &system);
	printf("{\"user\": %.6f, \"system\": %.6f, \"status\": %d}\n", user - user_then,
		system - system_then, status);
	free_texts(&load);
	return status;
}
