/* server_types: replies, and what is made of replies. */
#include "types.h"

#include "server_words.h"

#include <string.h>

static bool read_lines(
	struct conversion *conversion, const struct node *node, struct server_reply *reply)
{
	if (node->kind == NODE_LIST) {
		if (node->count == 0) {
			complain(conversion->complaints, node->place, "expected at least one text");
			return false;
		}
		if (!read_texts(conversion, node, &reply->lines))
			return false;
		for (const struct node *item = node->first; item != NULL; item = item->next) {
			if (!check_variables(conversion, item, REPLY_VARIABLES))
				return false;
		}
		return true;
	}
	struct octets *line = arena_new(conversion->arena, 1, sizeof *line);
	if (line == NULL || !read_text(conversion, node, line))
		return false;
	reply->lines = (struct text_list){.items = line, .count = 1};
	return check_variables(conversion, node, REPLY_VARIABLES);
}

/* `reply`, `delay` and `then` of a map; *known is false for any other key. */
static bool read_reply_key(struct conversion *conversion, const struct node *key,
	struct server_reply *reply, bool *known)
{
	size_t index;
	*known = true;
	if (octets_equal(key->text, octets_of("reply")))
		return read_lines(conversion, key->value, reply);
	if (octets_equal(key->text, octets_of("delay"))) {
		if (!read_time(conversion, key->value, &reply->delay_ms))
			return false;
		reply->delay_ms = reply->delay_ms == PROFILE_NONE ? 0 : reply->delay_ms;
		return true;
	}
	if (octets_equal(key->text, octets_of("then"))) {
		if (!read_word(conversion, key->value, &then_words, &index))
			return false;
		reply->then = (enum reply_then)index;
		return true;
	}
	*known = false;
	return true;
}

static bool expect_map(struct conversion *conversion, const struct node *node, const char *wanted)
{
	if (node->kind == NODE_MAP && node->count > 0)
		return true;
	complain(conversion->complaints, node->place, "expected %s, found %s", wanted,
		node->kind == NODE_MAP ? "an empty map" : node_kind_name(node));
	return false;
}

static bool read_reply(
	struct conversion *conversion, const struct node *node, struct server_reply *reply)
{
	*reply = (struct server_reply){.written = true};
	if (node->kind != NODE_MAP)
		return read_lines(conversion, node, reply);
	if (!expect_map(conversion, node, "a reply"))
		return false;
	for (const struct node *key = node->first; key != NULL; key = key->next) {
		bool known;
		if (!read_reply_key(conversion, key, reply, &known))
			return false;
		if (!known) {
			complain_of_key(conversion, key, &reply_key_words);
			return false;
		}
	}
	return true;
}

static bool reply_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	return read_reply(conversion, node, member);
}

/* auth.cancel: a reply, or the word as-data. */
static bool cancel_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	struct server_profile *profile = conversion->profile;
	profile->auth.cancel_as_data = node_is_word(node, "as-data");
	return profile->auth.cancel_as_data || read_reply(conversion, node, member);
}

static bool refusal_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)member;
	struct refusal refusal = {.verb = words_value(&refusing_verb_words, match->index[0]),
		.condition = (uint8_t)match->index[1]};
	if (node_is_word(node, "none"))
		refusal.reply = (struct server_reply){.written = true, .none = true};
	else if (!read_reply(conversion, node, &refusal.reply))
		return false;
	conversion->refusals[conversion->refusal_count++] = refusal;
	return true;
}

static bool forgets_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	uint32_t *events = member;
	size_t event;
	if (!read_list(conversion, node))
		return false;
	*events = 0;
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!read_word(conversion, item, &forget_event_words, &event))
			return false;
		*events |= UINT32_C(1) << event;
	}
	return true;
}

/* exempt: [first-reset] */
static bool read_exempt(
	struct conversion *conversion, const struct node *node, struct server_limit *limit)
{
	size_t index;
	if (!read_list(conversion, node))
		return false;
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!read_word(conversion, item, &exempt_words, &index))
			return false;
		limit->exempt_first_reset = true;
	}
	return true;
}

static bool read_limit_key(struct conversion *conversion, const struct node *key, bool is_idle,
	struct server_limit *limit)
{
	bool known;
	if (octets_equal(key->text, octets_of("count")))
		return is_idle ? read_time(conversion, key->value, &limit->count)
			       : read_number(conversion, key->value, &limit->count);
	if (octets_equal(key->text, octets_of("exempt")))
		return read_exempt(conversion, key->value, limit);
	if (!read_reply_key(conversion, key, &limit->reply, &known))
		return false;
	if (known) {
		limit->reply.written = true;
		return true;
	}
	complain_of_key(conversion, key, &limit_key_words);
	return false;
}

static bool limit_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	struct server_limit *limit = member;
	*limit = (struct server_limit){.written = true};
	if (!expect_map(conversion, node, "a limit such as {count: 10, then: close}"))
		return false;
	if (node_find(node, "count") == NULL) {
		complain(conversion->complaints, node->place, "a limit has a count");
		return false;
	}
	for (const struct node *key = node->first; key != NULL; key = key->next) {
		if (!read_limit_key(conversion, key, match->index[0] == LIMIT_IDLE, limit))
			return false;
	}
	return true;
}

/* split: [3, 5]: the lengths of the first writes. */
static bool read_split(
	struct conversion *conversion, const struct node *node, struct server_fault *fault)
{
	if (!read_list(conversion, node))
		return false;
	uint64_t *lengths = arena_new(conversion->arena, node->count, sizeof *lengths);
	if (lengths == NULL)
		return false;
	fault->split = lengths;
	fault->split_count = node->count;
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!read_number(conversion, item, lengths++))
			return false;
	}
	return true;
}

static bool read_fault_key(
	struct conversion *conversion, const struct node *key, struct server_fault *fault)
{
	bool known;
	size_t verb;
	if (octets_equal(key->text, octets_of("at"))) {
		if (!read_word(conversion, key->value, &fault_verb_words, &verb))
			return false;
		fault->at = (uint8_t)verb;
		return true;
	}
	if (octets_equal(key->text, octets_of("nth")))
		return read_number(conversion, key->value, &fault->nth);
	if (octets_equal(key->text, octets_of("times")))
		return read_number(conversion, key->value, &fault->times);
	if (octets_equal(key->text, octets_of("cut")))
		return read_number(conversion, key->value, &fault->cut);
	if (octets_equal(key->text, octets_of("split")))
		return read_split(conversion, key->value, fault);
	if (!read_reply_key(conversion, key, &fault->reply, &known))
		return false;
	if (!known)
		complain_of_key(conversion, key, &fault_key_words);
	return known;
}

static bool read_fault(
	struct conversion *conversion, const struct node *node, struct server_fault *fault)
{
	*fault = (struct server_fault){.nth = 1, .times = 1, .reply = {.written = true}};
	if (!expect_map(conversion, node, "a fault such as {at: end, then: drop}"))
		return false;
	if (node_find(node, "at") == NULL) {
		complain(conversion->complaints, node->place, "a fault says where it is (at)");
		return false;
	}
	for (const struct node *key = node->first; key != NULL; key = key->next) {
		if (!read_fault_key(conversion, key, fault))
			return false;
	}
	if (fault->nth > 0)
		return true;
	complain(conversion->complaints, node->place, "the first is nth: 1");
	return false;
}

static bool faults_read(struct conversion *conversion, const struct match *match,
	const struct node *node, void *member)
{
	(void)match;
	(void)member;
	struct server_profile *profile = conversion->profile;
	if (!read_list(conversion, node))
		return false;
	struct server_fault *faults = arena_new(conversion->arena, node->count, sizeof *faults);
	if (faults == NULL)
		return false;
	profile->faults = faults;
	profile->fault_count = node->count;
	for (const struct node *item = node->first; item != NULL; item = item->next) {
		if (!read_fault(conversion, item, faults++))
			return false;
	}
	return true;
}

const struct type type_reply = {"reply", sizeof(struct server_reply), reply_read, NULL};
const struct type type_cancel = {
	"reply, or as-data", sizeof(struct server_reply), cancel_read, NULL};
const struct type type_refusal = {"reply, or none", 0, refusal_read, NULL};
const struct type type_forgets = {"list of events", sizeof(uint32_t), forgets_read, NULL};
const struct type type_limit = {"limit", sizeof(struct server_limit), limit_read, NULL};
const struct type type_faults = {
	"list of faults", sizeof(struct server_fault *), faults_read, NULL};
