/* many: gives phones to the crowd, and reads each when the crowd lets it go. */
#include "many.h"

#include "clock.h"
#include "crowd.h"
#include "play_internal.h"
#include "random.h"

enum {
	OPENING_PART = 16, /* of so many phones one may be on its way */
	OPENING_MIN = 8,
	OPENING_MAX = 256,
	EXPLAINED_MAX = 64 * 1024
};

/* A door to the heap that counts what went through it. */
struct tally {
	const struct memory *below;
	size_t octets;
};

struct present {
	struct phone *phone;
	size_t number; /* from 1 */
};

struct many {
	const struct many_settings *settings;
	struct many_result *result;
	struct tally tally;
	struct memory memory;	   /* the phones' and the crowd's */
	struct play_settings play; /* with that memory */
	struct phone_message *messages;
	struct present *present; /* those that the crowd has */
	size_t present_count, made, done;
	struct player *opening[OPENING_MAX]; /* those of them that are on their way */
	size_t opening_count, opening_room;
	struct random random;
};

static void *count_resize(void *context, void *old, size_t old_size, size_t want)
{
	struct tally *tally = context;
	void *fresh = memory_resize(tally->below, old, old_size, want);
	if (fresh != NULL || want == 0)
		tally->octets += want - (old == NULL ? 0 : old_size);
	return fresh;
}

/* ---- reading what became of a phone ---- */

static bool is_as_hoped(enum phone_result result)
{
	return result == PHONE_DELIVERED || result == PHONE_ACCEPTED;
}

/* The verdict that keeps the message from being delivered to everybody; or that it is. */
static struct phone_verdict worst_of(const struct play_result *result, size_t message)
{
	struct phone_verdict verdict = play_verdict(result, message, NULL);
	size_t count = phone_outcome(result->phone, message)->recipient_count;
	for (size_t i = 0; i < count && is_as_hoped(verdict.result); i++)
		verdict = play_verdict(result, message, &i);
	return verdict;
}

static void read_message(
	struct many *many, const struct play_result *result, size_t number, size_t message)
{
	const struct many_settings *settings = many->settings;
	struct phone_verdict verdict = worst_of(result, message);
	struct buffer sentence;
	if (is_as_hoped(verdict.result)) {
		many->result->delivered++;
		return;
	}
	buffer_init(&sentence, settings->play->memory, EXPLAINED_MAX);
	play_explain(result, &verdict, &sentence);
	struct many_failure failure = {.phone = number,
		.message = message + 1,
		.class = play_classify(result),
		.sentence = buffer_string(&sentence)};
	settings->failed(settings->context, &failure);
	buffer_free(&sentence);
}

static void read_phone(struct many *many, struct present present, enum drive_end end)
{
	const volatile sig_atomic_t *interrupted = many->play.interrupted;
	struct play_result result = {.phone = present.phone, .end = end, .why = many->result->why};
	if (end == DRIVE_DONE && interrupted != NULL && *interrupted != 0)
		result.end = DRIVE_INTERRUPTED;
	for (size_t i = 0; i < phone_message_count(present.phone); i++)
		read_message(many, &result, present.number, i);
	many->result->phones[play_classify(&result)]++;
	many->done++;
	if (many->settings->progress != NULL)
		many->settings->progress(many->settings->context, many->done);
}

/* A phone that could not be made, or was not begun. */
static void count_unmade(struct many *many, size_t number, const char *sentence)
{
	const struct many_settings *settings = many->settings;
	struct many_failure failure = {
		.phone = number, .message = 1, .class = PLAY_INCONCLUSIVE, .sentence = sentence};
	settings->failed(settings->context, &failure);
	many->result->phones[PLAY_INCONCLUSIVE]++;
	many->done++;
}

/* ---- the crowd's source ---- */

static void forget_opening(struct many *many, size_t index)
{
	many->opening[index] = many->opening[--many->opening_count];
}

/* Those that are connected by now, or have given up, make room. */
static void look_at_opening(struct many *many)
{
	for (size_t i = many->opening_count; i-- > 0;) {
		const struct player *player = many->opening[i];
		if ((player->ops->wants(player) & PLAYER_CONNECT) == 0)
			forget_opening(many, i);
	}
}

static void weigh(struct many *many)
{
	struct many_result *result = many->result;
	size_t count = many->present_count;
	if (count > result->at_once)
		result->at_once = count;
	if (many->opening_count > 0 || count == 0 || count < result->heap_phones)
		return;
	if (count > result->heap_phones || many->tally.octets > result->heap)
		result->heap = many->tally.octets;
	result->heap_phones = count;
}

static struct player *next(void *context, uint64_t now_ms)
{
	struct many *many = context;
	struct sentence why;
	(void)now_ms;
	look_at_opening(many);
	weigh(many);
	while (many->made < many->settings->count && many->opening_count < many->opening_room) {
		size_t number = ++many->made;
		struct phone *phone =
			play_make_phone(&many->play, random_next(&many->random), &why);
		if (phone == NULL) {
			count_unmade(many, number, why.text);
			continue;
		}
		many->present[many->present_count++] = (struct present){phone, number};
		return many->opening[many->opening_count++] = phone_player(phone);
	}
	return NULL;
}

static bool is_never_done(void *context)
{
	(void)context;
	return false;
}

static void finish_phone(struct many *many, size_t index, enum drive_end end)
{
	struct present present = many->present[index];
	many->present[index] = many->present[--many->present_count];
	read_phone(many, present, end);
	phone_free(present.phone);
}

static void left(void *context, struct player *player, enum drive_end end)
{
	struct many *many = context;
	size_t index = 0;
	for (size_t i = many->opening_count; i-- > 0;) {
		if (many->opening[i] == player)
			forget_opening(many, i);
	}
	while (phone_player(many->present[index].phone) != player)
		index++;
	finish_phone(many, index, end);
}

/* ---- the run ---- */

static size_t opening_room(size_t count)
{
	size_t room = count / OPENING_PART;
	room = room < OPENING_MIN ? OPENING_MIN : room;
	return room > OPENING_MAX ? OPENING_MAX : room;
}

/* The texts of the messages stay where they are. */
static bool make_room(struct many *many)
{
	const struct play_settings *play = many->settings->play;
	many->present = memory_new(play->memory, many->settings->count, sizeof *many->present);
	many->messages = memory_new(play->memory, play->message_count, sizeof *many->messages);
	if (many->present == NULL || many->messages == NULL)
		return false;
	for (size_t i = 0; i < play->message_count; i++) {
		many->messages[i] = play->messages[i];
		many->messages[i].borrowed = true;
		many->messages[i].seed = 0; /* each draws its own Message-IDs */
	}
	many->play.messages = many->messages;
	return true;
}

static void drive_all(struct many *many, const struct playing *playing)
{
	const struct crowd_source source = {
		.context = many, .next = next, .is_done = is_never_done, .left = left};
	struct many_result *result = many->result;
	struct drive_settings driving = play_driving(playing, &many->play);
	uint64_t began_ms = clock_ms();
	struct crowd *crowd = crowd_new(&driving);
	if (crowd == NULL) {
		result->end = DRIVE_NO_MEMORY;
		sentence_set(&result->why, "no memory for a connection");
	} else {
		result->end = crowd_run(crowd, &source, &result->why);
	}
	crowd_free(crowd);
	while (many->present_count > 0) /* whom it had no memory for */
		finish_phone(many, 0, DRIVE_DONE);
	result->elapsed_ms = clock_ms() - began_ms;
	while (many->made < many->settings->count)
		count_unmade(many, ++many->made,
			result->end == DRIVE_INTERRUPTED ? "not tried" : "no memory");
}

/* One phone is made beforehand: what it cannot hold, none can. */
static bool try_one(struct many *many, struct playing *playing, struct sentence *why)
{
	struct play_result one = {.phone = play_make_phone(&many->play, many->play.seed, why)};
	if (one.phone == NULL)
		return false;
	bool good = play_prepare_tls(playing, &many->play, &one, why);
	phone_free(one.phone);
	/* both are of one phone */
	tls_resumption_free(playing->resumption);
	playing->tls.resumption = playing->resumption = NULL;
	playing->tls.report = NULL;
	if (!good)
		play_finish_tls(playing);
	return good;
}

bool many_run(
	const struct many_settings *settings, struct many_result *result, struct sentence *why)
{
	struct playing playing = {0};
	struct many many = {.settings = settings,
		.result = result,
		.tally = {.below = settings->play->memory},
		.play = *settings->play,
		.opening_room = opening_room(settings->count)};
	many.memory = (struct memory){count_resize, &many.tally};
	many.play.memory = &many.memory;
	many.play.link = NULL;
	many.play.observer = NULL;
	random_init(&many.random, settings->play->seed);
	*result = (struct many_result){.messages = settings->count * settings->play->message_count};
	bool good = make_room(&many);
	if (!good)
		sentence_set(why, "out of memory");
	good = good && try_one(&many, &playing, why);
	if (good) {
		drive_all(&many, &playing);
		play_finish_tls(&playing);
	}
	memory_free(settings->play->memory, many.present, settings->count * sizeof *many.present);
	memory_free(settings->play->memory, many.messages,
		settings->play->message_count * sizeof *many.messages);
	return good;
}

enum play_class many_classify(const struct many_result *result)
{
	if (result->phones[PLAY_FAILED] > 0)
		return PLAY_FAILED;
	return result->phones[PLAY_INCONCLUSIVE] > 0 ? PLAY_INCONCLUSIVE : PLAY_DELIVERED;
}
