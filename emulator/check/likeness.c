/* likeness: one fact against the other, then one reply against the other. */
#include "likeness.h"

#include "excerpt.h"
#include "profile_ground.h"

static bool is_decided(const struct fact_finding *finding)
{
	return finding->verdict == FACT_HOLDS || finding->verdict == FACT_BROKEN;
}

/* What is read by a judge of its own lies in the value, everything else in where it ended. */
static bool agree(const struct fact_finding *here, const struct fact_finding *there)
{
	const struct fact_answer *a = &here->answer, *b = &there->answer;
	if (here->verdict != there->verdict || a->end != b->end)
		return false;
	return here->row->judge == NULL ? a->step == b->step
					: strcmp(here->value, there->value) == 0;
}

static void tell(const struct fact_finding *finding, char words[LIKENESS_WORDS_MAX])
{
	const char *text = finding->value[0] != 0 ? finding->value : finding->sentence.text;
	excerpt(words, LIKENESS_WORDS_MAX, text);
}

static void add_difference(struct likeness *likeness, const struct fact_finding *here,
	const struct fact_finding *there)
{
	if (likeness->differ_count == LIKENESS_DIFFERENCES_MAX)
		return;
	struct likeness_difference *difference = &likeness->differs[likeness->differ_count++];
	difference->fact = here->row->name;
	tell(here, difference->here);
	tell(there, difference->there);
}

/* ---- words ---- */

/* The name that a server gives itself: the first word behind 250 in its EHLO reply. */
static struct octets host_of(const char *came)
{
	struct octets text = octets_from(octets_of(came), 4);
	return octets_cut(text, strcspn(came + (strlen(came) < 4 ? strlen(came) : 4), " "));
}

/* Numbers and the host's name pass for each other. */
static size_t skip_number(struct octets text, size_t at)
{
	while (at < text.len && octet_is_digit(text.at[at]))
		at++;
	return at;
}

static bool takes(struct octets text, size_t at, struct octets word)
{
	return word.len > 0 &&
	       octets_equal_nocase(octets_cut(octets_from(text, at), word.len), word);
}

static bool same_words(struct octets a, struct octets a_host, struct octets b, struct octets b_host)
{
	size_t i = 0, j = 0;
	while (i < a.len && j < b.len) {
		if (takes(a, i, a_host) && takes(b, j, b_host)) {
			i += a_host.len;
			j += b_host.len;
		} else if (i > 2 && octet_is_digit(a.at[i]) && octet_is_digit(b.at[j])) {
			i = skip_number(a, i);
			j = skip_number(b, j);
		} else if (a.at[i++] != b.at[j++]) {
			return false;
		}
	}
	return i == a.len && j == b.len;
}

static struct octets host_in(const struct findings *findings)
{
	const struct fact_finding *hello = findings_find(findings, "hello-again");
	if (hello == NULL || hello->line_count == 0)
		return octets_make(NULL, 0);
	return host_of(hello->came[hello->line_count - 1]);
}

static size_t lines_of(const struct fact_finding *here, const struct fact_finding *there)
{
	return here->line_count < there->line_count ? here->line_count : there->line_count;
}

static size_t count_same(const struct fact_finding *here, struct octets here_host,
	const struct fact_finding *there, struct octets there_host)
{
	size_t count = 0;
	for (size_t i = 0; i < lines_of(here, there); i++)
		count += same_words(
			octets_of(here->came[i]), here_host, octets_of(there->came[i]), there_host);
	return count;
}

/* ---- one candidate ---- */

static void compare(
	const struct findings *here, const struct findings *there, struct likeness *likeness)
{
	struct octets here_host = host_in(here), there_host = host_in(there);
	for (size_t i = 0; i < findings_count(here); i++) {
		const struct fact_finding *one = findings_at(here, i);
		const struct fact_finding *other = findings_find(there, one->row->name);
		if (other == NULL)
			continue;
		likeness->lines += lines_of(one, other);
		likeness->words += count_same(one, here_host, other, there_host);
		if (one->row->varies || !is_decided(one))
			continue;
		if (!is_decided(other)) {
			likeness->missing++;
			continue;
		}
		likeness->of++;
		if (agree(one, other))
			likeness->agrees++;
		else
			add_difference(likeness, one, other);
	}
}

bool likeness_compare(const struct memory *memory, const struct findings *here,
	const struct ground *ground, bool delivered, const struct likeness_candidate *candidate,
	struct likeness *likeness)
{
	struct profile_ground played;
	struct sentence why;
	profile_ground_init(&played, memory, profile_server(candidate->profile), ground);
	const struct findings_wish wish = {
		.ground = &played.ground, .deliver = delivered, .in_memory = true};
	struct findings *there = findings_new(memory, &wish);
	*likeness = (struct likeness){.candidate = candidate};
	if (there == NULL)
		return false;
	findings_run(there, &why);
	compare(here, there, likeness);
	findings_free(there);
	return true;
}

/*
 * What could not be compared counts half: else a server of which little can be found out wins.
 * Words that are all other than the profile's count as much as four facts: software is known by
 * them, and settings change facts.
 */
static size_t distance(const struct likeness *likeness)
{
	size_t lines = likeness->lines == 0 ? 1 : likeness->lines;
	return 2 * (likeness->of - likeness->agrees) + likeness->missing +
	       8 * (lines - likeness->words) / lines;
}

static bool is_better(const struct likeness *a, const struct likeness *b)
{
	size_t a_settings = profile_setting_count(a->candidate->profile);
	size_t b_settings = profile_setting_count(b->candidate->profile);
	if (distance(a) != distance(b))
		return distance(a) < distance(b);
	if (a->words != b->words)
		return a->words > b->words;
	if (a_settings != b_settings)
		return a_settings < b_settings;
	return strcmp(a->candidate->name, b->candidate->name) < 0;
}

size_t likeness_find(const struct memory *memory, const struct findings *here,
	const struct ground *ground, bool delivered, const struct likeness_candidate *candidates,
	size_t candidate_count, struct likeness *best, size_t max)
{
	size_t count = 0;
	for (size_t i = 0; i < candidate_count; i++) {
		struct likeness likeness;
		if (!likeness_compare(memory, here, ground, delivered, &candidates[i], &likeness) ||
			likeness.of == 0)
			continue;
		size_t place = count;
		while (place > 0 && is_better(&likeness, &best[place - 1]))
			place--;
		if (place == max)
			continue;
		if (count < max)
			count++;
		memmove(&best[place + 1], &best[place], (count - place - 1) * sizeof *best);
		best[place] = likeness;
	}
	return count;
}
