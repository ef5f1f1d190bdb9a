/* shape: the tables of the records, and the judge that reads them. */
#include "shape.h"

#include "readable.h"

enum { PATH_MAX_LEN = 200 };

#define TEXT(name)                                                                                 \
	{                                                                                          \
		name, MEMBER_TEXT, false, NULL, NULL                                               \
	}
#define TEXT_NEEDED(name)                                                                          \
	{                                                                                          \
		name, MEMBER_TEXT, true, NULL, NULL                                                \
	}
#define WORD(name, words)                                                                          \
	{                                                                                          \
		name, MEMBER_WORD, true, words, NULL                                               \
	}
#define NUMBER(name)                                                                               \
	{                                                                                          \
		name, MEMBER_NUMBER, false, NULL, NULL                                             \
	}
#define NUMBER_NEEDED(name)                                                                        \
	{                                                                                          \
		name, MEMBER_NUMBER, true, NULL, NULL                                              \
	}
#define TRUTH(name)                                                                                \
	{                                                                                          \
		name, MEMBER_TRUTH, false, NULL, NULL                                              \
	}
#define TEXTS(name)                                                                                \
	{                                                                                          \
		name, MEMBER_TEXTS, false, NULL, NULL                                              \
	}
#define OBJECT(name, shape)                                                                        \
	{                                                                                          \
		name, MEMBER_OBJECT, false, NULL, shape                                            \
	}
#define OBJECTS(name, shape)                                                                       \
	{                                                                                          \
		name, MEMBER_OBJECTS, false, NULL, shape                                           \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, MEMBER_ANY, false, NULL, NULL                                                \
	}
#define COMMON TEXT_NEEDED("run"), TEXT_NEEDED("target")
#define SHAPE(name, ...)                                                                           \
	static const struct member name##_members[] = {__VA_ARGS__, END};                          \
	static const struct shape name = {name##_members}

static const char *const marks[] = {"->", "<-", "<**", "===", NULL};
static const char *const control_results[] = {"sends", "login-refused", "refused", "tls-failed",
	"no-connection", "hung", "not-possible", NULL};
static const char *const client_verdicts[] = {"sends", "sends-with-loss", "cannot-send", "closed",
	"hung", "tls-too-old", "not-applicable", "inconclusive", NULL};
static const char *const losses[] = {"recipient", "second-message", "duplicate", NULL};
static const char *const aspect_names[] = {
	"message", "second-message", "refused-recipient", "duplicate", NULL};
static const char *const aspect_results[] = {
	"ok", "failed", "needs-deliver", "not-tried", "not-applicable", "inconclusive", NULL};
static const char *const cause_states[] = {"found", "server", "inconclusive", "not-sought", NULL};
static const char *const recipients_of_advice[] = {"server", "owner", NULL};
static const char *const strengths[] = {"MUST", "SHOULD", "prudent", NULL};
static const char *const fact_verdicts[] = {
	"holds", "broken", "inconclusive", "needs-deliver", "not-applicable", "not-tried", NULL};

SHAPE(event, WORD("mark", marks), TRUTH("tls"), TEXT_NEEDED("text"), NUMBER("at-ms"));
SHAPE(shard, NUMBER_NEEDED("index"), NUMBER_NEEDED("count"));
SHAPE(run, COMMON, NUMBER_NEEDED("format"), TEXT("tool"), TEXT("started"), NUMBER("seed"),
	TRUTH("deliver"), TEXT("profiles"), TEXTS("clients"), TRUTH("facts"),
	OBJECT("shard", &shard), TEXT("greeting"), TEXT("account"));
SHAPE(control, COMMON, TEXT_NEEDED("who"), TRUTH("advisory"), WORD("result", control_results),
	TRUTH("for-now"), TEXT("step"), NUMBER("code"), TEXT("reply"), TEXT("sentence"),
	OBJECTS("dialogue", &event));
SHAPE(aspect, WORD("aspect", aspect_names), WORD("result", aspect_results), TEXT("sentence"),
	TEXT("step"), NUMBER("code"), TEXT("reply"), OBJECTS("dialogue", &event));
SHAPE(cause_key, TEXT_NEEDED("key"), TEXT("value"), TEXT("correct"), TEXT("telling"),
	TEXT("evidence"), TEXT("where"));
SHAPE(trial, TEXTS("kept"), TEXT("result"), TEXT("sentence"));
SHAPE(cause, WORD("state", cause_states), TEXT("sentence"), TEXT("remark"),
	OBJECTS("keys", &cause_key), {"masked", MEMBER_OBJECT_LISTS, false, NULL, &cause_key},
	NUMBER("runs"), NUMBER("reproduced"), OBJECTS("trials", &trial));
SHAPE(advice, WORD("to", recipients_of_advice), TEXT("software"), TEXT_NEEDED("do"),
	TEXT("source"));
SHAPE(rule, TEXT_NEEDED("rule"), TEXT("strength"), TEXT("section"), TEXT("sentence"));
SHAPE(client, COMMON, TEXT_NEEDED("client"), TEXT("title"), TEXT("about"), TEXT("profile"),
	WORD("verdict", client_verdicts), {"losses", MEMBER_WORDS, false, losses, NULL},
	TEXT("sentence"), TEXT("step"), NUMBER("code"), TEXT("reply"), OBJECTS("aspects", &aspect),
	OBJECT("cause", &cause), OBJECTS("advice", &advice), OBJECTS("rules", &rule),
	TEXTS("remarks"), NUMBER("connections"), NUMBER("elapsed-ms"));
SHAPE(fact, COMMON, TEXT_NEEDED("fact"), TEXT("group"), TEXT("title"), WORD("strength", strengths),
	TEXT("section"), WORD("verdict", fact_verdicts), TEXT("value"), TEXT("sentence"),
	TEXTS("sent"), TEXT("expected"), TEXTS("came"), OBJECTS("dialogue", &event),
	OBJECTS("advice", &advice));
SHAPE(difference, TEXT_NEEDED("fact"), TEXT("here"), TEXT("there"));
SHAPE(likeness, COMMON, TEXT_NEEDED("server"), TEXT("title"), NUMBER_NEEDED("agrees"),
	NUMBER_NEEDED("of"), OBJECTS("differs", &difference));
SHAPE(end, COMMON, TEXT("verdict"), TEXTS("remarks"), NUMBER("sends"), NUMBER("fails"),
	NUMBER("inconclusive"), NUMBER("not-applicable"), NUMBER("connections"), NUMBER("exit"),
	NUMBER("elapsed-ms"));

const struct shape *const record_shapes[RECORD_KINDS] = {[RECORD_RUN] = &run,
	[RECORD_CONTROL] = &control,
	[RECORD_CLIENT] = &client,
	[RECORD_FACT] = &fact,
	[RECORD_LIKENESS] = &likeness,
	[RECORD_END] = &end};

/* --- the judge --- */

/* Where in the record: "aspects[2].result". What does not fit is left out. */
struct path {
	char text[PATH_MAX_LEN];
	size_t len;
};

static struct path path_add(const struct path *path, const char *member)
{
	struct path longer = *path;
	int len = snprintf(longer.text + longer.len, sizeof longer.text - longer.len, "%s%s",
		path->len > 0 ? "." : "", member);
	if (len > 0 && (size_t)len < sizeof longer.text - longer.len)
		longer.len += (size_t)len;
	longer.text[longer.len] = 0;
	return longer;
}

static struct path path_add_index(const struct path *path, size_t index)
{
	struct path longer = *path;
	int len =
		snprintf(longer.text + longer.len, sizeof longer.text - longer.len, "[%zu]", index);
	if (len > 0 && (size_t)len < sizeof longer.text - longer.len)
		longer.len += (size_t)len;
	longer.text[longer.len] = 0;
	return longer;
}

static bool complain(struct buffer *complaint, const struct path *path, const char *what)
{
	buffer_format(complaint, "%s: %s", path->text, what);
	return false;
}

static bool is_one_of(const json_t *value, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcmp(json_string_value(value), words[i]) == 0)
			return true;
	}
	return false;
}

static bool check_word(const struct member *member, const json_t *value, const struct path *path,
	struct buffer *complaint)
{
	if (!json_is_string(value))
		return complain(complaint, path, "has to be a text");
	if (is_one_of(value, member->words))
		return true;
	buffer_format(complaint, "%s: there is no \"", path->text);
	buffer_append_octets(complaint, readable_beginning(octets_of(json_string_value(value))));
	buffer_append_text(complaint, "\"; it is one of");
	for (size_t i = 0; member->words[i] != NULL; i++)
		buffer_format(complaint, "%s %s", i > 0 ? "," : "", member->words[i]);
	return false;
}

static bool check_object(const struct shape *shape, const json_t *object, const struct path *path,
	struct buffer *complaint);

/* One item of a list. */
static bool check_item(const struct member *member, const json_t *item, const struct path *path,
	struct buffer *complaint)
{
	if (member->kind == MEMBER_WORDS)
		return check_word(member, item, path, complaint);
	if (member->kind == MEMBER_TEXTS)
		return json_is_string(item) || complain(complaint, path, "has to be a text");
	return check_object(member->shape, item, path, complaint);
}

static bool check_list(const struct member *member, const json_t *list, const struct path *path,
	struct buffer *complaint)
{
	struct member inner = *member;
	bool good = true;
	if (!json_is_array(list))
		return complain(complaint, path, "has to be a list");
	inner.kind = MEMBER_OBJECTS;
	for (size_t i = 0; i < json_array_size(list) && good; i++) {
		const json_t *item = json_array_get(list, i);
		struct path at = path_add_index(path, i);
		good = member->kind == MEMBER_OBJECT_LISTS
			       ? check_list(&inner, item, &at, complaint)
			       : check_item(member, item, &at, complaint);
	}
	return good;
}

static bool check_member(const struct member *member, const json_t *value, const struct path *path,
	struct buffer *complaint)
{
	switch (member->kind) {
	case MEMBER_TEXT:
		return json_is_string(value) || complain(complaint, path, "has to be a text");
	case MEMBER_WORD:
		return check_word(member, value, path, complaint);
	case MEMBER_NUMBER:
		return (json_is_integer(value) && json_integer_value(value) >= 0) ||
		       complain(complaint, path, "has to be a whole number from 0 up");
	case MEMBER_TRUTH:
		return json_is_boolean(value) ||
		       complain(complaint, path, "has to be true or false");
	case MEMBER_OBJECT:
		return check_object(member->shape, value, path, complaint);
	case MEMBER_TEXTS:
	case MEMBER_WORDS:
	case MEMBER_OBJECTS:
	case MEMBER_OBJECT_LISTS:
		return check_list(member, value, path, complaint);
	case MEMBER_ANY:
		break;
	}
	return true;
}

static bool check_object(const struct shape *shape, const json_t *object, const struct path *path,
	struct buffer *complaint)
{
	if (!json_is_object(object))
		return complain(complaint, path, "has to be an object");
	for (const struct member *member = shape->members; member->name != NULL; member++) {
		const json_t *value = json_object_get(object, member->name);
		struct path at = path_add(path, member->name);
		if (value == NULL && member->needed)
			return complain(complaint, &at, "is missing");
		if (value != NULL && !check_member(member, value, &at, complaint))
			return false;
	}
	return true;
}

bool shape_check(const struct shape *shape, const json_t *object, struct buffer *complaint)
{
	struct path path = {.len = 0};
	return check_object(shape, object, &path, complaint);
}
