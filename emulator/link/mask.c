/* mask: octet by octet, a word at a time. */
#include "mask.h"

enum { CODE_LEN = 4, TLS_HANDSHAKE = 0x16, DOT_LEN = 5 };

void mask_init(struct mask *mask, const struct link_profile *profile)
{
	*mask = (struct mask){.profile = profile, .awaited = 1};
}

bool mask_is_idle(const struct mask *mask)
{
	const struct link_profile *profile = mask->profile;
	bool masks = profile->mask.commands.count > 0 || profile->mask.offers.count > 0 ||
		     profile->mask.greeting;
	bool speaks = profile->proxy.resets || profile->proxy.refuses.count > 0 ||
		      profile->proxy.greeting.len > 0;
	return !masks && !speaks && !profile->proxy.resets_starttls &&
	       !profile->proxy.swallows_split_dot;
}

void mask_piece(struct mask *mask)
{
	mask->fresh = 0;
}

bool mask_is_in_starttls(const struct mask *mask)
{
	return mask->open && mask->greeted;
}

bool mask_takes_answer(struct mask *mask)
{
	bool due = mask->answer_due;
	mask->answer_due = false;
	return due;
}

static bool is_listed(const struct text_list *words, struct octets word)
{
	for (size_t i = 0; i < words->count; i++) {
		if (octets_equal_nocase(words->items[i], word))
			return true;
	}
	return false;
}

static void append(struct mask_passed *out, uint8_t octet)
{
	if (out->len < sizeof out->at)
		out->at[out->len++] = octet;
}

/* The RSET in between; its reply comes behind those that are awaited already. */
static void say_reset(struct mask *mask, struct mask_passed *out)
{
	static const char reset[] = "RSET\r\n";
	for (size_t i = 0; reset[i] != 0; i++)
		append(out, (uint8_t)reset[i]);
	mask->reset_said = true;
	mask->before_reset = mask->awaited;
}

static void decide_command(struct mask *mask, struct mask_line *line, struct mask_passed *out)
{
	struct octets word = octets_make(line->word, line->len);
	bool covers = is_listed(&mask->profile->mask.commands, word);
	line->dropping = is_listed(&mask->profile->proxy.refuses, word);
	if (line->dropping)
		return;
	if (mask->profile->proxy.resets && !mask->reset_said &&
		octets_equal_nocase(word, octets_of("MAIL")))
		say_reset(mask, out);
	for (size_t i = 0; i < word.len; i++)
		append(out, covers ? 'X' : word.at[i]);
}

/* Of an offer everything is covered, of a greeting all but 0, 2 and blanks. */
static uint8_t covered(const struct mask_line *line, uint8_t octet)
{
	if (!line->covering || octet == '\r' || octet == '\n')
		return octet;
	if (!line->stars)
		return 'X';
	return octet == '0' || octet == '2' || octet == ' ' ? octet : '*';
}

/* "250-STARTTLS": the code stays. */
static void decide_reply(struct mask *mask, struct mask_line *line, struct mask_passed *out)
{
	struct octets all = octets_make(line->word, line->len);
	struct octets code = octets_cut(all, CODE_LEN), word = octets_from(all, CODE_LEN);
	bool offered = mask->greeted && octets_start_nocase(code, "250") &&
		       is_listed(&mask->profile->mask.offers, word);
	line->last = code.len < CODE_LEN || code.at[CODE_LEN - 1] != '-';
	line->dropping = mask->reset_said && mask->before_reset == 0;
	if (line->dropping)
		return;
	line->stars = !mask->greeted && mask->profile->mask.greeting;
	line->covering = offered || line->stars;
	for (size_t i = 0; i < code.len; i++)
		append(out, code.at[i]);
	for (size_t i = 0; i < word.len; i++)
		append(out, covered(line, word.at[i]));
	if (octets_start_nocase(code, "354")) {
		mask->in_body = true;
		mask->body_len = 0;
		mask->dot = 2; /* an empty body is the dot line alone */
	}
}

/* A reply has passed, or the one to the RSET in between has not. */
static void end_reply(struct mask *mask)
{
	mask->greeted = true;
	if (mask->reset_said && mask->before_reset == 0) {
		mask->reset_said = false;
		return;
	}
	mask->before_reset -= mask->reset_said ? 1 : 0;
	mask->awaited -= mask->awaited > 0 ? 1 : 0;
}

static void end_line(struct mask *mask, enum wire_side from)
{
	struct mask_line *line = &mask->lines[from];
	if (from == WIRE_CLIENT && line->dropping)
		mask->answer_due = true;
	else if (from == WIRE_CLIENT)
		mask->awaited++;
	else if (line->last)
		end_reply(mask);
	*line = (struct mask_line){.len = 0};
}

static void decide(struct mask *mask, enum wire_side from, struct mask_passed *out)
{
	struct mask_line *line = &mask->lines[from];
	if (from == WIRE_CLIENT)
		decide_command(mask, line, out);
	else
		decide_reply(mask, line, out);
	line->len = 0;
	line->passing = true;
}

static bool ends_word(enum wire_side from, const struct mask_line *line, uint8_t octet)
{
	bool in_code = from == WIRE_SERVER && line->len < CODE_LEN;
	return octet == '\r' || octet == '\n' ||
	       (!in_code && (octet_is_blank(octet) || octet == '='));
}

static void pass_line(
	struct mask *mask, enum wire_side from, uint8_t octet, struct mask_passed *out)
{
	struct mask_line *line = &mask->lines[from];
	bool at_start = !line->passing && line->len == 0;
	if (at_start && octet == TLS_HANDSHAKE && from == WIRE_CLIENT)
		mask->open = true;
	if (mask->open) {
		append(out, octet);
		return;
	}
	if (!line->passing && (ends_word(from, line, octet) || line->len == MASK_WORD))
		decide(mask, from, out);
	if (!line->passing)
		line->word[line->len++] = octet;
	else if (!line->dropping)
		append(out, covered(line, octet));
	if (octet == '\n')
		end_line(mask, from);
}

/* The body ends with CR LF . CR LF, or is nothing but the dot line. */
static void pass_body(struct mask *mask, uint8_t octet, struct mask_passed *out)
{
	static const uint8_t end[DOT_LEN] = {'\r', '\n', '.', '\r', '\n'};
	append(out, octet);
	mask->fresh++;
	mask->body_len++;
	if (octet == end[mask->dot])
		mask->dot++;
	else
		mask->dot = octet == '\r' ? 1 : 0;
	if (mask->dot < DOT_LEN)
		return;
	mask->in_body = false;
	mask->awaited++;
	mask->dot_split = mask->fresh < (mask->body_len < DOT_LEN ? mask->body_len : DOT_LEN);
}

void mask_pass(
	struct mask *mask, enum wire_side from, struct octets octets, struct mask_passed *out)
{
	for (size_t i = 0; i < octets.len; i++) {
		if (from == WIRE_CLIENT && mask->in_body && !mask->open)
			pass_body(mask, octets.at[i], out);
		else
			pass_line(mask, from, octets.at[i], out);
	}
}

void mask_flush(struct mask *mask, enum wire_side from, struct mask_passed *out)
{
	struct mask_line *line = &mask->lines[from];
	if (line->len > 0)
		decide(mask, from, out);
}
