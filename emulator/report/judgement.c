/* judgement: what fails, what is known, and the exit status. */
#include "judgement.h"

#define INCONCLUSIVE "inconclusive"

/* The rows' order is that of the bits of struct fail_on. */
static const struct {
	const char *word;
	const char *strength; /* of a broken fact; NULL: a client's verdict */
	bool by_default;
	unsigned int rank; /* how bad; a baseline excuses what is no worse */
} words[] = {
	{"cannot-send", NULL, true, 2},
	{"closed", NULL, true, 2},
	{"hung", NULL, true, 2},
	{"sends-with-loss", NULL, true, 1},
	{"tls-too-old", NULL, false, 2},
	{"not-applicable", NULL, false, 2},
	{INCONCLUSIVE, NULL, false, 2}, /* never fails, but leaves the run open */
	{"broken-must", "MUST", false, 0},
	{"broken-should", "SHOULD", false, 0},
	{"broken-prudent", "prudent", false, 0},
};
enum { WORDS = sizeof words / sizeof *words };

struct fail_on fail_on_default(void)
{
	struct fail_on fail_on = {0};
	for (unsigned int i = 0; i < WORDS; i++)
		fail_on.words |= words[i].by_default ? 1U << i : 0;
	return fail_on;
}

static bool read_word(struct octets word, struct fail_on *fail_on)
{
	if (octets_equal(word, octets_of("default"))) {
		fail_on->words |= fail_on_default().words;
		return true;
	}
	for (unsigned int i = 0; i < WORDS; i++) {
		if (octets_equal(word, octets_of(words[i].word))) {
			fail_on->words |= 1U << i;
			return true;
		}
	}
	return octets_equal(word, octets_of("never"));
}

bool fail_on_read(const char *list, struct fail_on *fail_on, struct buffer *complaint)
{
	struct octets left = octets_of(list);
	*fail_on = (struct fail_on){0};
	bool more;
	do {
		struct octets word = octets_cut(left, octets_find(left, ','));
		more = word.len < left.len;
		left = octets_from(left, word.len + 1);
		if (read_word(octets_trim(word), fail_on))
			continue;
		buffer_format(complaint, "there is no \"%.*s\"; say never, default",
			(int)(word.len < 40 ? word.len : 40), (const char *)word.at);
		for (unsigned int i = 0; i < WORDS; i++)
			buffer_format(complaint, ", %s", words[i].word);
		return false;
	} while (more);
	return true;
}

/* The row of a client's verdict, or of a broken fact; WORDS: none that could fail. */
static unsigned int row_of(const json_t *record)
{
	bool is_fact = record_text(record, "fact") != NULL;
	const char *word = record_words(record, is_fact ? "strength" : "verdict");
	if (is_fact && !record_is(record, "verdict", "broken"))
		return WORDS;
	for (unsigned int i = 0; i < WORDS; i++) {
		const char *mine = is_fact ? words[i].strength : words[i].word;
		if (mine != NULL && strcmp(mine, word) == 0 &&
			(words[i].strength != NULL) == is_fact)
			return i;
	}
	return WORDS;
}

static bool fails(const struct judgement *judgement, const json_t *record)
{
	unsigned int row = row_of(record);
	return row < WORDS && (judgement->fail_on.words & 1U << row) != 0;
}

static bool loses_more(const json_t *now, const json_t *before)
{
	const json_t *losses = record_part(now, "losses");
	for (size_t i = 0; i < json_array_size(losses); i++) {
		if (!record_lists(before, "losses", json_string_value(json_array_get(losses, i))))
			return true;
	}
	return false;
}

/* It failed in the baseline, and no less. Verdicts that are no failure by themselves must agree. */
static bool is_known(const json_t *now, const json_t *before)
{
	unsigned int row_now = row_of(now), row_before = row_of(before);
	if (row_before == WORDS || words[row_now].rank > words[row_before].rank)
		return false;
	if (row_now != row_before && (!words[row_now].by_default || !words[row_before].by_default))
		return false;
	return row_now != row_before || !loses_more(now, before);
}

/* The baseline's last run of this server; where both hold exactly one they belong together. */
static const struct record_run *last_before(
	const struct judgement *judgement, const struct record_run *run)
{
	if (judgement->baseline == NULL)
		return NULL;
	if (judgement->baseline->run_count == 1 && judgement->set->run_count == 1)
		return &judgement->baseline->runs[0];
	return record_set_find_target(judgement->baseline, run->target);
}

static const json_t *find_in(const struct record_run *run, const json_t *record)
{
	const char *fact = record_text(record, "fact");
	return fact != NULL ? record_run_find(run, RECORD_FACT, fact)
			    : record_run_find(run, RECORD_CLIENT, record_words(record, "client"));
}

/* Any of the baseline's runs of this server excuses: what failed in one of them is not new. */
static bool is_excused(
	const struct judgement *judgement, const struct record_run *run, const json_t *record)
{
	const struct record_run *earlier = last_before(judgement, run);
	for (; earlier != NULL; earlier = record_set_run_before(judgement->baseline, earlier)) {
		const json_t *before = find_in(earlier, record);
		if (before != NULL && is_known(record, before))
			return true;
	}
	return false;
}

static enum standing failing(
	const struct judgement *judgement, const struct record_run *run, const json_t *record)
{
	return is_excused(judgement, run, record) ? STANDING_KNOWN : STANDING_FAILS;
}

enum standing judgement_client(
	const struct judgement *judgement, const struct record_run *run, const json_t *client)
{
	if (record_is(client, "verdict", INCONCLUSIVE))
		return STANDING_OPEN;
	if (fails(judgement, client))
		return failing(judgement, run, client);
	return record_is(client, "verdict", "sends") ? STANDING_GOOD : STANDING_ASIDE;
}

enum standing judgement_fact(
	const struct judgement *judgement, const struct record_run *run, const json_t *fact)
{
	if (fails(judgement, fact))
		return failing(judgement, run, fact);
	if (record_is(fact, "verdict", INCONCLUSIVE))
		return STANDING_OPEN;
	return record_is(fact, "verdict", "holds") ? STANDING_GOOD : STANDING_ASIDE;
}

/* Of a client it is known how it came out, or of the server what it does. */
static bool is_anything_concluded(const struct record_run *run)
{
	const struct record_list *clients = &run->lists[RECORD_CLIENT];
	for (size_t i = 0; i < clients->count; i++) {
		if (!record_is(clients->items[i], "verdict", INCONCLUSIVE) &&
			!record_is(clients->items[i], "verdict", "not-applicable"))
			return true;
	}
	return false;
}

const json_t *judgement_control(const struct record_run *run)
{
	const struct record_list *controls = &run->lists[RECORD_CONTROL];
	const json_t *failed = NULL;
	bool sends = false;
	for (size_t i = 0; i < controls->count; i++) {
		if (record_truth(controls->items[i], "advisory"))
			continue;
		if (record_is(controls->items[i], "result", "sends"))
			sends = true;
		else if (failed == NULL)
			failed = controls->items[i];
	}
	/* what one that fails later leaves open, the clients tell for which it was made */
	return sends && is_anything_concluded(run) ? NULL : failed;
}

bool judgement_control_is_told(const struct record_run *run, size_t index)
{
	const struct record_list *controls = &run->lists[RECORD_CONTROL];
	const json_t *control = controls->items[index];
	bool told = false;
	for (size_t i = 0; i < index && !told; i++)
		told = record_is(controls->items[i], "who", record_words(control, "who")) &&
		       record_is(controls->items[i], "result", record_words(control, "result")) &&
		       (record_is(control, "result", "sends") ||
			       record_is(controls->items[i], "sentence",
				       record_words(control, "sentence")));
	return told;
}

/* --- in numbers --- */

static void count_verdict(struct tally *tally, const json_t *client)
{
	const struct {
		const char *verdict;
		size_t *count;
	} counts[] = {{"sends", &tally->sends}, {"sends-with-loss", &tally->losses},
		{"cannot-send", &tally->cannot}, {"closed", &tally->cannot},
		{"hung", &tally->cannot}, {"tls-too-old", &tally->tls_too_old},
		{"not-applicable", &tally->not_applicable}, {"inconclusive", &tally->inconclusive}};
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		if (record_is(client, "verdict", counts[i].verdict))
			++*counts[i].count;
	}
}

/* In the last of the baseline's runs that tells of it: what was cured then is not cured now. */
static bool was_failing(
	const struct judgement *judgement, const struct record_run *run, const json_t *record)
{
	const struct record_run *earlier = last_before(judgement, run);
	const json_t *before = NULL;
	while (earlier != NULL && (before = find_in(earlier, record)) == NULL)
		earlier = record_set_run_before(judgement->baseline, earlier);
	return before != NULL && fails(judgement, before);
}

const char *judgement_mark(
	const struct judgement *judgement, const struct record_run *run, const json_t *record)
{
	bool is_fact = record_text(record, "fact") != NULL;
	enum standing standing = is_fact ? judgement_fact(judgement, run, record)
					 : judgement_client(judgement, run, record);
	if (judgement->baseline == NULL)
		return "";
	if (standing == STANDING_KNOWN || standing == STANDING_FAILS)
		return standing == STANDING_KNOWN ? "known" : "new";
	return standing == STANDING_GOOD && was_failing(judgement, run, record) ? "cured" : "";
}

static void count_standing(struct tally *tally, const struct judgement *judgement,
	const struct record_run *run, const json_t *record, enum standing standing)
{
	tally->failing += standing == STANDING_FAILS;
	tally->known += standing == STANDING_KNOWN;
	tally->cured += standing == STANDING_GOOD && was_failing(judgement, run, record);
}

/*
 * The examination ended before its last client (so many connections, a ban, somebody interrupted),
 * and what it left was not made up for: that nothing failed says nothing.
 */
static bool was_stopped(const struct record_run *run, const struct tally *tally)
{
	const struct record_list *ends = &run->lists[RECORD_END];
	bool stopped = false;
	for (size_t i = 0; i < ends->count; i++)
		stopped = stopped || record_number(ends->items[i], "exit") == 3;
	return stopped && tally->inconclusive > 0;
}

struct tally judgement_tally(const struct judgement *judgement, const struct record_run *run)
{
	const struct record_list *clients = &run->lists[RECORD_CLIENT];
	const struct record_list *facts = &run->lists[RECORD_FACT];
	struct tally tally = {0};
	for (size_t i = 0; i < clients->count; i++) {
		const json_t *client = clients->items[i];
		count_verdict(&tally, client);
		count_standing(
			&tally, judgement, run, client, judgement_client(judgement, run, client));
	}
	for (size_t i = 0; i < facts->count; i++) {
		tally.broken += record_is(facts->items[i], "verdict", "broken");
		count_standing(&tally, judgement, run, facts->items[i],
			judgement_fact(judgement, run, facts->items[i]));
	}
	tally.facts = facts->count;
	tally.clients = clients->count - tally.not_applicable;
	tally.open = judgement_control(run) != NULL || !record_run_is_whole(run) ||
		     was_stopped(run, &tally) ||
		     (tally.inconclusive > 0 && !is_anything_concluded(run));
	return tally;
}

static bool inconclusive_is_open(const struct judgement *judgement)
{
	struct fail_on asked = {0};
	return read_word(octets_of(INCONCLUSIVE), &asked) &&
	       (judgement->fail_on.words & asked.words) != 0;
}

int judgement_status(const struct judgement *judgement)
{
	bool open = judgement->set->run_count == 0;
	for (size_t i = 0; i < judgement->set->run_count; i++) {
		struct tally tally = judgement_tally(judgement, &judgement->set->runs[i]);
		if (tally.failing > 0)
			return 1;
		open = open || tally.open ||
		       (tally.inconclusive > 0 && inconclusive_is_open(judgement));
	}
	return open ? 3 : 0;
}

/* --- in words --- */

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static const char *are(size_t count)
{
	return count == 1 ? "is" : "are";
}

static void say_sending(const struct tally *tally, struct buffer *out)
{
	if (tally->clients == 0)
		buffer_append_text(out, "no client was played");
	else if (tally->cannot > 0)
		buffer_format(out, "%zu of %zu client%s cannot send", tally->cannot, tally->clients,
			plural(tally->clients));
	else if (tally->losses > 0)
		buffer_format(out, "%zu of %zu client%s send%s with loss", tally->losses,
			tally->clients, plural(tally->clients), tally->losses == 1 ? "s" : "");
	else if (tally->sends == tally->clients && tally->sends == 1)
		buffer_append_text(out, "the one client can send");
	else if (tally->sends == tally->clients)
		buffer_format(out, "all %zu clients can send", tally->clients);
	else
		buffer_format(out, "%zu of %zu client%s can send", tally->sends, tally->clients,
			plural(tally->clients));
	if (tally->cannot > 0 && tally->losses > 0)
		buffer_format(out, ", %zu more send%s with loss", tally->losses,
			tally->losses == 1 ? "s" : "");
}

static void say_rest(
	const struct judgement *judgement, const struct tally *tally, struct buffer *out)
{
	if (tally->tls_too_old > 0)
		buffer_format(out, ", the TLS of %zu is too old", tally->tls_too_old);
	if (tally->inconclusive > 0)
		buffer_format(out, ", %zu %s inconclusive", tally->inconclusive,
			are(tally->inconclusive));
	if (judgement->baseline == NULL)
		return;
	if (tally->failing > 0)
		buffer_format(out, "; %zu failure%s not in the baseline", tally->failing,
			tally->failing == 1 ? " is" : "s are");
	else if (tally->known > 0)
		buffer_append_text(out, "; nothing that the baseline does not know");
	if (tally->cured > 0)
		buffer_format(out, "; %zu that failed in the baseline %s cured", tally->cured,
			are(tally->cured));
}

void judgement_sentence(
	const struct judgement *judgement, const struct record_run *run, struct buffer *out)
{
	struct tally tally = judgement_tally(judgement, run);
	const json_t *control = judgement_control(run);
	if (control != NULL) {
		const char *sentence = record_text(control, "sentence");
		buffer_format(out, "nothing can be concluded: the control could not send%s%s",
			sentence == NULL ? "" : ": ", sentence == NULL ? "" : sentence);
		return;
	}
	say_sending(&tally, out);
	say_rest(judgement, &tally, out);
	if (record_run_missing(run) > 0)
		buffer_format(out, "; the run did not come to its end: %zu client%s missing",
			record_run_missing(run), record_run_missing(run) == 1 ? " is" : "s are");
	else if (!record_run_is_whole(run))
		buffer_append_text(out, "; the run did not come to its end");
}

void judgement_verdict(const struct judgement *judgement, struct buffer *out)
{
	const struct record_set *set = judgement->set;
	size_t open = 0, all = 0, failing = 0, clients = 0;
	if (set->run_count == 1) {
		judgement_sentence(judgement, &set->runs[0], out);
		return;
	}
	for (size_t i = 0; i < set->run_count; i++) {
		struct tally tally = judgement_tally(judgement, &set->runs[i]);
		open += tally.open;
		all += !tally.open && tally.cannot + tally.losses == 0;
		failing += tally.cannot + tally.losses;
		clients += tally.clients;
	}
	size_t targets = record_set_targets(set);
	if (targets == set->run_count)
		buffer_format(out, "%zu of %zu servers take mail from every client", all, targets);
	else
		buffer_format(out,
			"in %zu of %zu runs, against %zu server%s, every client can send", all,
			set->run_count, targets, targets == 1 ? "" : "s");
	if (failing > 0)
		buffer_format(out, "; %zu of %zu tries failed", failing, clients);
	if (open > 0)
		buffer_format(out, "; of %zu nothing can be concluded", open);
}
