/* yaml: libfyaml's events become nodes; its errors become complaints like our own. */
#include "yaml.h"

#include "profile.h"
#include "text.h"

#include <libfyaml.h>
#include <string.h>

struct reader {
	struct arena *arena;
	struct complaints *complaints;
	struct fy_parser *parser;
	struct node *open[PROFILE_MAX_DEPTH]; /* the lists and maps around what comes next */
	size_t depth;
	struct node *keys[PROFILE_MAX_DEPTH]; /* per map: the key that waits for its value */
	struct node *root;
	size_t nodes, documents;
	bool stopped; /* further reading would only mislead */
};

static struct location place_of(const struct fy_mark *start, const struct fy_mark *end)
{
	if (start == NULL)
		return (struct location){0, 0};
	size_t len = end != NULL && end->input_pos > start->input_pos
			     ? end->input_pos - start->input_pos
			     : 1;
	return (struct location){start->input_pos, len};
}

static struct location place_of_event(struct fy_event *event)
{
	return place_of(fy_event_start_mark(event), fy_event_end_mark(event));
}

static struct location place_of_token(struct fy_token *token)
{
	return place_of(fy_token_start_mark(token), fy_token_end_mark(token));
}

__attribute__((format(printf, 3, 4))) static void stop(
	struct reader *reader, struct location place, const char *format, ...)
{
	char message[200];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	complain(reader->complaints, place, "%s", message);
	reader->stopped = true;
}

static struct node *node_new(struct reader *reader, enum node_kind kind, struct location place)
{
	if (++reader->nodes > YAML_MAX_NODES) {
		stop(reader, place, "more than %d values in one file", YAML_MAX_NODES);
		return NULL;
	}
	struct node *node = arena_new(reader->arena, 1, sizeof *node);
	if (node == NULL) {
		reader->stopped = true;
		return NULL;
	}
	node->kind = kind;
	node->place = place;
	return node;
}

static void append(struct node *parent, struct node *node)
{
	if (parent->last != NULL)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	parent->count++;
}

/* A key must be a text, may not be `<<`, and may stand once in its map. */
static void add_key(struct reader *reader, struct node *map, struct node *key)
{
	reader->keys[reader->depth - 1] = key;
	if (key->kind != NODE_TEXT) {
		stop(reader, key->place, "a key must be a text");
		return;
	}
	if (node_is_word(key, "<<"))
		complain(reader->complaints, key->place, "merge keys are not taken; use based-on");
	for (const struct node *other = map->first; other != NULL; other = other->next) {
		if (!octets_equal(other->text, key->text))
			continue;
		complain(reader->complaints, key->place, "duplicate key \"%s\" (first in line %zu)",
			(const char *)key->text.at,
			place_line(reader->complaints->text, other->place.at));
		return; /* takes its value along, and is not part of the map */
	}
	append(map, key);
}

/* Hangs a finished or just opened node into what is open. */
static void add(struct reader *reader, struct node *node)
{
	if (reader->depth == 0) {
		reader->root = node;
		return;
	}
	struct node *parent = reader->open[reader->depth - 1];
	struct node **key = &reader->keys[reader->depth - 1];
	if (parent->kind == NODE_LIST) {
		append(parent, node);
	} else if (*key == NULL) {
		add_key(reader, parent, node);
	} else {
		if (node->plain && node->text.len == 0)
			node->place = (*key)->place; /* nothing was written: it has none */
		(*key)->value = node;
		*key = NULL;
	}
}

static void open_node(struct reader *reader, enum node_kind kind, struct location place)
{
#ifdef HANDSET_PLANT_PROFILE
	if (reader->depth > PROFILE_MAX_DEPTH) {
#else
	if (reader->depth == PROFILE_MAX_DEPTH) {
#endif
		stop(reader, place, "nested deeper than %d", PROFILE_MAX_DEPTH);
		return;
	}
	struct node *node = node_new(reader, kind, place);
	if (node == NULL)
		return;
	add(reader, node);
	reader->open[reader->depth] = node;
	reader->keys[reader->depth] = NULL;
	reader->depth++;
}

static void close_node(struct reader *reader)
{
	if (reader->depth > 0)
		reader->depth--;
}

static void add_scalar(struct reader *reader, struct fy_event *event)
{
	struct node *node = node_new(reader, NODE_TEXT, place_of_event(event));
	if (node == NULL)
		return;
	size_t len = 0;
	const char *text = fy_token_get_text(event->scalar.value, &len);
	node->text = arena_copy(reader->arena, octets_make(text, text == NULL ? 0 : len));
	node->plain = event->scalar.value == NULL ||
		      fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN;
	if (node->text.at == NULL)
		reader->stopped = true;
	else
		add(reader, node);
}

static void refuse_properties(struct reader *reader, struct fy_token *anchor, struct fy_token *tag)
{
	if (anchor != NULL)
		complain(reader->complaints, place_of_token(anchor), "anchors are not taken");
	if (tag != NULL)
		complain(reader->complaints, place_of_token(tag), "tags are not taken");
}

static void begin_document(struct reader *reader, struct fy_event *event)
{
	if (++reader->documents > 1)
		stop(reader, place_of_event(event), "a second document; a file is one profile");
}

static void take_event(struct reader *reader, struct fy_event *event)
{
	switch (event->type) {
	case FYET_DOCUMENT_START:
		begin_document(reader, event);
		break;
	case FYET_SCALAR:
		refuse_properties(reader, event->scalar.anchor, event->scalar.tag);
		add_scalar(reader, event);
		break;
	case FYET_ALIAS:
		stop(reader, place_of_event(event), "aliases are not taken");
		break;
	case FYET_SEQUENCE_START:
		refuse_properties(reader, event->sequence_start.anchor, event->sequence_start.tag);
		open_node(reader, NODE_LIST, place_of_event(event));
		break;
	case FYET_MAPPING_START:
		refuse_properties(reader, event->mapping_start.anchor, event->mapping_start.tag);
		open_node(reader, NODE_MAP, place_of_event(event));
		break;
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END:
		close_node(reader);
		break;
	default:
		break;
	}
}

/* Where line and column, both counted from 0 and in characters, lie in the text. */
static size_t offset_of(struct octets text, int line, int column)
{
	size_t at = 0;
	for (; line > 0 && at < text.len; at++)
		line -= text.at[at] == '\n';
	for (; column > 0 && at < text.len && text.at[at] != '\n'; column--) {
		size_t len = text_utf8_len(octets_from(text, at));
		at += len == 0 ? 1 : len;
	}
	return at;
}

static void take_errors(struct reader *reader, struct fy_diag *diagnostics)
{
	void *previous = NULL;
	const struct fy_diag_error *error;
	bool any = false;
	while ((error = fy_diag_errors_iterate(diagnostics, &previous)) != NULL) {
		struct location place = {0, 1};
		if (error->fyt != NULL)
			place = place_of_token(error->fyt);
		else if (error->line >= 0)
			place.at = offset_of(reader->complaints->text, error->line, error->column);
		complain(reader->complaints, place, "%s", error->msg);
		any = true;
	}
	if (!any)
		complain(reader->complaints, (struct location){0, 1}, "this is not YAML");
	reader->stopped = true;
}

static void read_events(struct reader *reader, struct fy_diag *diagnostics)
{
	bool ended = false;
	while (!reader->stopped && !ended) {
		struct fy_event *event = fy_parser_parse(reader->parser);
		if (event == NULL) {
			take_errors(reader, diagnostics);
			break;
		}
		ended = event->type == FYET_STREAM_END;
		take_event(reader, event);
		fy_parser_event_free(reader->parser, event);
	}
}

static void parse(struct reader *reader)
{
	struct fy_diag_cfg quiet;
	fy_diag_cfg_default(&quiet);
	quiet.fp = NULL;
	quiet.output_fn = NULL;
	struct fy_diag *diagnostics = fy_diag_create(&quiet);
	struct fy_parse_cfg how = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG |
					    FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
		.diag = diagnostics};
	if (diagnostics != NULL)
		fy_diag_set_collect_errors(diagnostics, true);
	reader->parser = diagnostics == NULL ? NULL : fy_parser_create(&how);
	struct octets text = reader->complaints->text;
	if (reader->parser == NULL ||
		fy_parser_set_string(reader->parser, (const char *)text.at, text.len) != 0)
		complain_of_file(reader->complaints, "out of memory");
	else
		read_events(reader, diagnostics);
	if (reader->parser != NULL)
		fy_parser_destroy(reader->parser);
	if (diagnostics != NULL)
		fy_diag_destroy(diagnostics);
}

static bool begins_line(struct octets text, size_t at)
{
	return at == 0 || text.at[at - 1] == '\n' || text.at[at - 1] == '\r';
}

/* Complains of an octet that libfyaml must not see, or would take. */
static bool refuse_octet(struct complaints *complaints, size_t at)
{
	struct octets text = complaints->text;
	struct location place = {at, 1};
	uint8_t octet = text.at[at];
	if (text_utf8_len(octets_from(text, at)) == 0)
		complain(complaints, place, "octet \\x%02X is not UTF-8", octet);
	else if ((octet < 0x20 && octet != '\n' && octet != '\r' && octet != '\t') || octet == 0x7F)
		complain(complaints, place,
			"control character \\x%02X; write it escaped in double quotes", octet);
	else if (octet == '%' && begins_line(text, at))
		complain(complaints, place, "directives are not taken");
	else
		return false;
	return true;
}

/* libfyaml's release 0.7 trips over broken UTF-8 at the end of a text. */
static bool is_readable(struct complaints *complaints)
{
	struct octets text = complaints->text;
	if (text.len > PROFILE_MAX_OCTETS) {
		complain_of_file(complaints, "larger than %d octets", PROFILE_MAX_OCTETS);
		return false;
	}
	for (size_t at = 0; at < text.len; at += text_utf8_len(octets_from(text, at))) {
		if (refuse_octet(complaints, at))
			return false;
	}
	return true;
}

const struct node *yaml_read(struct arena *arena, struct complaints *complaints)
{
	struct reader reader = {.arena = arena, .complaints = complaints};
	if (!is_readable(complaints))
		return NULL;
	if (complaints->text.len > 0)
		parse(&reader);
	if (reader.root == NULL && !reader.stopped)
		reader.root = node_new(&reader, NODE_MAP, (struct location){0, 0});
	return reader.stopped || arena->failed ? NULL : reader.root;
}
