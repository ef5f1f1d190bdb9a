/* cures: makes the question of what an experiment found. */
#include "cures.h"

#include "text.h"

enum { CAUSES_ASKED = 16, WORDS_MAX = 16384 };

static bool is_hello(const struct transcript_event *event)
{
	return event->kind == TRANSCRIPT_CLIENT &&
	       (octets_start_nocase(event->text, "EHLO") ||
		       octets_start_nocase(event->text, "HELO"));
}

void cures_read_server(const struct transcript *transcript, struct buffer *greeting,
	struct buffer *ehlo, struct buffer *replies)
{
	struct buffer *to = greeting;
	for (size_t i = 0; transcript != NULL && i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		if (is_hello(event))
			to = ehlo;
		else if (event->kind == TRANSCRIPT_CLIENT && to == ehlo)
			to = replies;
		else if (event->kind == TRANSCRIPT_SERVER && !(to == greeting && to->len > 0)) {
			if (to->len > 0)
				buffer_append_byte(to, '\n');
			text_escape(to, event->text);
		}
	}
}

static const char *step_of_command(struct octets line)
{
	static const struct {
		const char *verb, *step;
	} commands[] = {{"EHLO", "hello"}, {"HELO", "hello"}, {"STARTTLS", "starttls"},
		{"AUTH", "auth"}, {"RSET", "reset"}, {"NOOP", "noop"}, {"MAIL", "mail"},
		{"RCPT", "recipient"}, {"DATA", "data"}};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (octets_start_nocase(line, commands[i].verb))
			return commands[i].step;
	}
	return NULL;
}

/*
 * A server that refuses a command and closes at the next one has told its reason before: RSET that
 * was refused, and not MAIL that had no answer any more.
 */
static void read_last_refusal(const struct transcript *transcript, struct advice_question *question)
{
	const char *step = NULL;
	for (size_t i = 0; transcript != NULL && i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		uint64_t code = 0;
		if (event->kind == TRANSCRIPT_CLIENT)
			step = step_of_command(event->text);
		else if (event->kind == TRANSCRIPT_SERVER && step != NULL &&
			 octets_number(octets_cut(event->text, 3), &code) && code >= 400) {
			question->step = step;
			question->code = (unsigned int)code;
		}
	}
}

/* Where it failed with nothing but the cause: the last refusal that the client heard. */
static void read_failure(
	const struct cause *cause, const struct cause_set *set, struct advice_question *question)
{
	if (set->trial >= cause->trial_count)
		return;
	const struct cause_trial *trial = &cause->trials[set->trial];
	question->step = trial->step;
	question->code = trial->code;
	if (trial->code == 0 && trial->result == PHONE_CLOSED)
		read_last_refusal(trial->transcript, question);
}

static size_t against_one(const struct advice_book *book, const struct cause *cause,
	const struct profile *client, const struct cause_set *set, struct advice *answers,
	size_t room)
{
	struct advice_cause causes[CAUSES_ASKED];
	struct advice_question question = {.causes = causes};
	struct buffer greeting, ehlo, replies;
	buffer_init(&replies, cause->memory, WORDS_MAX);
	buffer_init(&greeting, cause->memory, WORDS_MAX);
	buffer_init(&ehlo, cause->memory, WORDS_MAX);
	for (size_t i = 0; i < cause->setting_count && question.cause_count < CAUSES_ASKED; i++) {
		struct profile_difference setting = profile_difference(client, i);
		if (set->kept[i])
			causes[question.cause_count++] =
				(struct advice_cause){setting.path, setting.value};
	}
	read_failure(cause, set, &question);
	if (set->trial < cause->trial_count)
		cures_read_server(cause->trials[set->trial].transcript, &greeting, &ehlo, &replies);
	question.greeting = buffer_string(&greeting);
	question.ehlo = buffer_string(&ehlo);
	question.replies = buffer_string(&replies);
	size_t count = advice_for(book, &question, answers, room);
	buffer_free(&greeting);
	buffer_free(&ehlo);
	buffer_free(&replies);
	return count;
}

static bool is_among(const struct advice *answers, size_t count, const struct advice *one)
{
	for (size_t i = 0; i < count; i++) {
		if (answers[i].text == one->text)
			return true;
	}
	return false;
}

size_t cures_for(const struct advice_book *book, const struct cause *cause,
	const struct profile *client, struct advice *answers, size_t room)
{
	size_t count = 0;
	for (size_t i = 0; i < cause->set_count; i++) {
		struct advice found[ADVICE_ANSWER_MAX];
		size_t found_count =
			against_one(book, cause, client, &cause->sets[i], found, ADVICE_ANSWER_MAX);
		for (size_t j = 0; j < found_count && count < room; j++) {
			if (!is_among(answers, count, &found[j]))
				answers[count++] = found[j];
		}
	}
	return count;
}
