/*
 * command: whatever line is said, the server's parser stays inside it, and what it calls an
 * address is one.
 */
#include <stdlib.h>
#include <string.h>

#include "mailbox.h"
#include "request.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);

static void expect(bool held)
{
	if (!held)
		abort();
}

static bool is_inside(struct octets part, struct octets line)
{
	return part.len == 0 || (part.at >= line.at && part.at + part.len <= line.at + line.len);
}

static bool has(const struct request *request, enum server_condition condition)
{
	return (request->facts >> condition & 1) != 0;
}

/* Dots and atoms before the last @, with an empty atom among them and one that is not. */
static void expect_misplaced_dot(struct octets path)
{
	size_t at = path.len, dots = 0;
	while (at > 0 && path.at[at - 1] != '@')
		at--;
	expect(at > 1);
	struct octets local = octets_make(path.at, at - 1);
	for (size_t i = 0; i < local.len; i++)
		dots += local.at[i] == '.';
	expect(dots > 0 && dots < local.len && !octets_contain(local, "\r\n\"<> "));
	expect(local.at[0] == '.' || local.at[local.len - 1] == '.' ||
		octets_find_text(local, octets_of("..")) < local.len);
}

static void expect_address(const struct request *request)
{
	bool said = !has(request, CONDITION_BAD_ADDRESS);
	if (said && has(request, CONDITION_MISPLACED_DOT))
		expect_misplaced_dot(request->path);
	else if (said && has(request, CONDITION_UNQUALIFIED))
		expect(mailbox_is_local(request->path));
	else if (said && request->path.len > 0)
		expect((mailbox_is_full(request->path) ||
			       mailbox_is_international(request->path)) &&
			!octets_contain(request->path, "\r\n"));
	else if (said)
		expect(has(request, CONDITION_NULL_SENDER));
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len)
{
	/* Memory of exactly this size: one octet too far is seen. */
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	struct request request;
	if (copy == NULL)
		return 0;
	if (len > 0)
		memcpy(copy, at, len);
	struct octets line = octets_make(copy, len);
	request_read(&request, line);
	expect(is_inside(request.word, line) && is_inside(request.argument, line));
	expect(is_inside(request.path, line) && is_inside(request.mechanism, line));
	expect(is_inside(request.initial, line));
	expect(request_is_command(line) == (request.verb != SERVER_UNKNOWN));
	if (request.verb == SERVER_MAIL || request.verb == SERVER_RECIPIENT)
		expect_address(&request);
	free(copy);
	return 0;
}
