/* handset play, the outbox: between the folder and the phone. */
#include "handset_play_outbox.h"

#include "address.h"
#include "clock.h"
#include "random.h"
#include "secrets.h"
#include "text.h"

#include <stdlib.h>

void play_outbox_init(struct play_outbox *outbox, struct play_mail *mail)
{
	*outbox = (struct play_outbox){.folder = {.folder = -1, .lock = -1}, .mail = mail};
}

void play_outbox_close(struct play_outbox *outbox)
{
	outbox_folder_close(&outbox->folder);
	free(outbox->items);
	free(outbox->remarks);
	play_outbox_init(outbox, outbox->mail);
}

/* ---- what waits ---- */

static struct play_waiting *new_item(struct play_outbox *outbox)
{
	if (outbox->count == outbox->room) {
		size_t room = outbox->room == 0 ? 4 : 2 * outbox->room;
		struct play_waiting *items = realloc(outbox->items, room * sizeof *items);
		if (items == NULL)
			return NULL;
		outbox->items = items;
		outbox->room = room;
	}
	struct play_waiting *item = &outbox->items[outbox->count];
	*item = (struct play_waiting){0};
	return item;
}

/* "0000000001.json: " and the sentence, for the report; without memory it goes unsaid. */
static void leave(struct play_outbox *outbox, const char *name, const struct sentence *sentence)
{
	struct sentence whole;
	sentence_set(&whole, "the outbox: ");
	sentence_add_foreign(&whole, octets_of(name));
	sentence_add(&whole, ": ");
	sentence_add(&whole, sentence->text);
	if (outbox->remark_count == outbox->remark_room) {
		size_t room = outbox->remark_room == 0 ? 4 : 2 * outbox->remark_room;
		const char **remarks = realloc(outbox->remarks, room * sizeof *remarks);
		if (remarks == NULL)
			return;
		outbox->remarks = remarks;
		outbox->remark_room = room;
	}
	const char *copy = arena_string(&outbox->mail->arena, octets_of(whole.text));
	if (copy != NULL)
		outbox->remarks[outbox->remark_count++] = copy;
}

static bool read_letter(struct play_outbox *outbox, const char *name, struct letter *letter)
{
	struct buffer json;
	struct sentence why = {""}, whole;
	buffer_init(&json, &memory_standard, LETTER_MAX);
	bool good = outbox_folder_read(&outbox->folder, name, &json, &why);
	if (good)
		good = letter_read(letter, buffer_octets(&json), &outbox->mail->arena, &why);
	buffer_free(&json);
	if (!good) {
		sentence_set(&whole, "it cannot be read and is left alone: ");
		sentence_add(&whole, why.text);
		leave(outbox, name, &whole);
	}
	return good;
}

/* The account is its sender's address, as it stands in the envelope. */
static bool is_of_account(struct play_outbox *outbox, const char *name, const struct letter *letter)
{
	struct sentence whole;
	if (octets_equal(address_bare(letter->from), address_bare(octets_of(outbox->mail->sender))))
		return true;
	sentence_set(&whole, "it is of another account and waits on: ");
	sentence_add_foreign(&whole, letter->from);
	leave(outbox, name, &whole);
	return false;
}

/* The run before this one was broken off: the server may have it. */
static void take_as_unsure(struct letter *letter)
{
	for (size_t i = 0; letter->sending && i < letter->recipient_count; i++) {
		if (letter->recipients[i].verdict.result != PHONE_DELIVERED)
			letter->recipients[i].was_unsure = true;
	}
}

static bool add_waiting(
	struct play_outbox *outbox, const struct client_profile *profile, const char *name)
{
	struct play_waiting *item = new_item(outbox);
	if (item == NULL)
		return false;
	if (strlen(name) >= sizeof item->name) {
		leave(outbox, name,
			&(struct sentence){"its name is none of an outbox; it is left alone"});
		return true;
	}
	if (!read_letter(outbox, name, &item->letter) ||
		!is_of_account(outbox, name, &item->letter))
		return !outbox->mail->arena.failed;
	memcpy(item->name, name, strlen(name) + 1);
	take_as_unsure(&item->letter);
	struct phone_message message = item->letter.message;
	if (profile->message.regenerate_each_time) {
		message.draft.unix_time = outbox->mail->now;
		message.draft.zone_minutes = outbox->mail->zone_minutes;
	}
	outbox->count++;
	return play_mail_add(outbox->mail, &message);
}

/* ---- to the disk, before anything is sent ---- */

static bool write_item(
	struct play_outbox *outbox, const struct play_waiting *item, struct sentence *why)
{
	struct buffer json;
	buffer_init(&json, &memory_standard, LETTER_MAX);
	bool good = letter_write(&item->letter, &json);
	if (!good)
		sentence_set(why, "a message is too long for the outbox, or memory is");
	good = good && outbox_folder_write(&outbox->folder, item->name, buffer_octets(&json), why);
	buffer_free(&json);
	return good;
}

static bool add_fresh(
	struct play_outbox *outbox, struct random *random, size_t index, struct sentence *why)
{
	struct play_mail *mail = outbox->mail;
	struct phone_message *message = &mail->messages[index];
	struct play_waiting *item = new_item(outbox);
	message->seed = random_next(random);
	if (item == NULL ||
		!letter_new(&item->letter, octets_of(mail->sender), message, &mail->arena)) {
		sentence_set(why, "out of memory");
		return false;
	}
	item->fresh = true;
	if (!outbox_folder_name(&outbox->folder, item->name, why))
		return false;
	outbox->count++;
	return true;
}

static bool write_all(struct play_outbox *outbox, struct sentence *why)
{
	for (size_t i = 0; i < outbox->count; i++) {
		outbox->items[i].letter.sending = true;
		if (!write_item(outbox, &outbox->items[i], why))
			return false;
	}
	return true;
}

static bool fill(struct play_outbox *outbox, const struct client_profile *profile, uint64_t seed,
	struct sentence *why)
{
	struct outbox_names names;
	struct random random;
	size_t fresh = outbox->mail->count;
	if (!outbox_folder_list(&outbox->folder, &outbox->mail->arena, &names, why))
		return false;
	random_init(&random, seed);
	for (size_t i = 0; i < fresh; i++) {
		if (!add_fresh(outbox, &random, i, why))
			return false;
	}
	for (size_t i = 0; i < names.count; i++) {
		if (!add_waiting(outbox, profile, names.items[i])) {
			sentence_set(why, "out of memory");
			return false;
		}
	}
	return true;
}

bool play_outbox_open(struct play_outbox *outbox, const char *path,
	const struct client_profile *profile, uint64_t seed, bool *busy, struct sentence *why)
{
	if (!outbox_folder_open(&outbox->folder, path, busy, why))
		return false;
	if (!fill(outbox, profile, seed, why))
		return false;
	if (write_all(outbox, why))
		return true;
	play_outbox_undo(outbox);
	return false;
}

void play_outbox_undo(struct play_outbox *outbox)
{
	struct sentence why;
	for (size_t i = 0; i < outbox->count; i++) {
		struct play_waiting *item = &outbox->items[i];
		item->letter.sending = false;
		if (item->fresh)
			outbox_folder_remove(&outbox->folder, item->name, &why);
		else
			write_item(outbox, item, &why);
	}
}

/* ---- what became of it ---- */

static struct octets masked(
	struct play_outbox *outbox, const struct secrets *secrets, struct octets reply)
{
	struct buffer text;
	buffer_init(&text, &memory_standard, LETTER_MAX);
	secrets_mask(secrets, reply, &text);
	struct octets copy = arena_copy(&outbox->mail->arena, buffer_octets(&text));
	buffer_free(&text);
	return copy.at == NULL ? octets_make(NULL, 0) : copy;
}

static bool remember(struct play_outbox *outbox, struct play_waiting *item,
	const struct play_result *result, const struct secrets *secrets)
{
	size_t index = (size_t)(item - outbox->items);
	const struct phone_outcome *outcome = phone_outcome(result->phone, index);
	struct letter_try one = {clock_unix(), play_verdict(result, index, NULL)};
	for (size_t i = 0; i < item->letter.recipient_count; i++) {
		item->letter.recipients[i] = outcome->recipients[i];
		struct phone_verdict *verdict = &item->letter.recipients[i].verdict;
		verdict->reply = masked(outbox, secrets, verdict->reply);
	}
	one.verdict.reply = masked(outbox, secrets, one.verdict.reply);
	item->letter.tries_ever += outcome->tries;
	item->letter.sending = false;
	return letter_add_try(&item->letter, &one, &outbox->mail->arena);
}

/* What somebody broke off, the client did not: it waits, whatever the profile keeps. */
static enum play_fate fate_of(const struct play_result *result, size_t index)
{
	const struct phone_outcome *outcome = phone_outcome(result->phone, index);
	bool delivered = true;
	for (size_t i = 0; i < outcome->recipient_count; i++)
		delivered = delivered && outcome->recipients[i].verdict.result == PHONE_DELIVERED;
	if (delivered)
		return PLAY_FATE_SENT;
	bool broken_off = result->end == DRIVE_INTERRUPTED || result->end == DRIVE_NO_MEMORY;
	return outcome->queued || broken_off ? PLAY_FATE_WAITS : PLAY_FATE_FORGOTTEN;
}

bool play_outbox_settle(
	struct play_outbox *outbox, const struct play_result *result, struct octets password)
{
	struct secrets secrets;
	bool good = true;
	secrets_init(&secrets, &memory_standard);
	secrets_remember_password(&secrets, password);
	for (size_t i = 0; i < outbox->count; i++) {
		struct play_waiting *item = &outbox->items[i];
		item->fate = fate_of(result, i);
		item->unsure = play_verdict(result, i, NULL).result == PHONE_UNSURE;
		bool kept = remember(outbox, item, result, &secrets);
		if (!kept)
			sentence_set(&outbox->trouble, "out of memory");
		if (item->fate == PLAY_FATE_WAITS)
			kept = kept && write_item(outbox, item, &outbox->trouble);
		else
			kept = outbox_folder_remove(&outbox->folder, item->name, &outbox->trouble);
		good = good && kept;
	}
	secrets_free(&secrets);
	return good;
}

/* ---- the report ---- */

static void say_fate(const struct play_waiting *item, size_t number,
	void (*say)(void *context, const char *sentence), void *context)
{
	struct sentence sentence;
	if (item->fate == PLAY_FATE_WAITS)
		sentence_set(&sentence,
			"message %zu: it waits in the outbox as %s and goes along with the next "
			"send operation",
			number, item->name);
	else if (item->fate == PLAY_FATE_FORGOTTEN)
		sentence_set(&sentence,
			"message %zu: the client does not keep it (outbox.keep): it has left the "
			"outbox%s",
			number,
			item->unsure ? "; the client does not know that it arrived"
				     : ", undelivered");
	else if (item->fresh)
		return;
	else
		sentence_set(&sentence,
			"message %zu: it waited in the outbox as %s, and has left it", number,
			item->name);
	say(context, sentence.text);
}

void play_outbox_remarks(const struct play_outbox *outbox,
	void (*say)(void *context, const char *sentence), void *context)
{
	for (size_t i = 0; i < outbox->count; i++)
		say_fate(&outbox->items[i], i + 1, say, context);
	for (size_t i = 0; i < outbox->remark_count; i++)
		say(context, outbox->remarks[i]);
	if (outbox->trouble.text[0] != 0)
		say(context, outbox->trouble.text);
}

json_t *play_outbox_json(const struct play_outbox *outbox, size_t message)
{
	static const char *const fates[] = {[PLAY_FATE_WAITS] = "waits",
		[PLAY_FATE_SENT] = "sent",
		[PLAY_FATE_FORGOTTEN] = "forgotten"};
	if (message >= outbox->count)
		return json_null();
	const struct play_waiting *item = &outbox->items[message];
	return json_pack("{s:s, s:s, s:b, s:I}", "file", item->name, "state", fates[item->fate],
		"waited", !item->fresh, "tries", (json_int_t)item->letter.tries_ever);
}
