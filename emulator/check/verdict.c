/* verdict: trials as findings, and the words of verdicts. */
#include "verdict.h"

#include <string.h>

enum { EXPLAINED_MAX = 8192 };

void verdict_free(struct verdict *verdict)
{
	for (size_t i = 0; i < ASPECT_COUNT; i++)
		transcript_free(verdict->aspects[i].transcript);
	*verdict = (struct verdict){.verdict = VERDICT_INCONCLUSIVE};
}

void verdict_remark(struct verdict *verdict, const char *sentence)
{
	for (size_t i = 0; i < verdict->remark_count; i++) {
		if (strcmp(verdict->remarks[i].text, sentence) == 0)
			return;
	}
	if (verdict->remark_count < VERDICT_REMARKS)
		sentence_set(&verdict->remarks[verdict->remark_count++], "%s", sentence);
}

bool verdict_is_failure(enum client_verdict verdict)
{
	return verdict == VERDICT_CANNOT_SEND || verdict == VERDICT_CLOSED ||
	       verdict == VERDICT_HUNG || verdict == VERDICT_SENDS_WITH_LOSS;
}

const char finding_doubt[] =
	"it needs --deliver: the server answers in several lines here, and this "
	"client takes each line for a reply, so that only DATA shows whether it "
	"can send";

static bool is_sent(enum phone_result result)
{
	return result == PHONE_DELIVERED || result == PHONE_ACCEPTED;
}

/* A recipient that was never come to shares what became of the message. */
static struct phone_verdict read_recipient(const struct play_result *play, size_t index)
{
	struct phone_verdict whole = play_verdict(play, index, NULL);
	size_t last = phone_outcome(play->phone, index)->recipient_count - 1;
	struct phone_verdict own = play_verdict(play, index, &last);
	return own.result == PHONE_NOT_TRIED ? whole : own;
}

void finding_read(struct finding *finding, const struct ground *ground, const struct trial *trial,
	size_t index)
{
	struct phone_verdict verdict = read_recipient(&trial->play, index);
	struct buffer text;
	*finding = (struct finding){.sent = is_sent(verdict.result),
		.doubtful = verdict.result == PHONE_ACCEPTED && phone_is_behind(trial->play.phone),
		.result = verdict.result,
		.step = verdict.step,
		.code = verdict.code};
	sentence_add_foreign(&finding->reply, verdict.reply);
	buffer_init(&text, ground->memory, EXPLAINED_MAX);
	play_explain(&trial->play, &verdict, &text);
	sentence_set(&finding->sentence, "%s", buffer_string(&text));
	buffer_free(&text);
}

bool finding_is_silence(const struct finding *finding)
{
	return finding->result == PHONE_TIMED_OUT ||
	       (finding->result == PHONE_HUNG && finding->code == 0);
}

bool finding_is_alike(const struct finding *one, const struct finding *other)
{
	bool same = one->result == other->result && one->code == other->code;
	return one->step == other->step &&
	       (same || finding_is_silence(one) || finding_is_silence(other));
}

bool finding_is_before_client(const struct finding *finding)
{
	return finding->result == PHONE_NO_CONNECTION || finding->step == STEP_CONNECT ||
	       (finding->step == STEP_GREETING && finding->code != 0);
}

enum client_verdict finding_verdict(const struct finding *finding)
{
	switch (finding->result) {
	case PHONE_CLOSED:
		/* behind a reply that refuses nothing it is the client that walked out */
		return finding->code > 0 && finding->code < 400 ? VERDICT_CANNOT_SEND
								: VERDICT_CLOSED;
	case PHONE_UNSURE:
		return VERDICT_CLOSED;
	case PHONE_TIMED_OUT:
	case PHONE_HUNG:
		return VERDICT_HUNG;
	case PHONE_TLS_TOO_OLD:
		return VERDICT_TLS_TOO_OLD;
	case PHONE_BAD_ADDRESS:
	case PHONE_BROKEN:
	case PHONE_NOT_TRIED:
	case PHONE_NO_MEMORY:
		return VERDICT_INCONCLUSIVE;
	case PHONE_DELIVERED:
	case PHONE_ACCEPTED:
	case PHONE_REFUSED:
	case PHONE_REFUSED_FOR_NOW:
	case PHONE_TLS_FAILED:
	case PHONE_NO_CONNECTION:
	case PHONE_RESULT_COUNT:
		break;
	}
	return VERDICT_CANNOT_SEND;
}

size_t trial_connections(const struct transcript *transcript)
{
	size_t count = 0;
	for (size_t i = 0; transcript != NULL && i < transcript_count(transcript); i++)
		count += transcript_at(transcript, i)->kind == TRANSCRIPT_CONNECTED;
	return count;
}

size_t trial_connections_answered(const struct transcript *transcript)
{
	size_t count = 0;
	bool fresh = false;
	for (size_t i = 0; transcript != NULL && i < transcript_count(transcript); i++) {
		enum transcript_kind kind = transcript_at(transcript, i)->kind;
		bool answers = kind == TRANSCRIPT_SERVER || kind == TRANSCRIPT_TLS;
		count += fresh && answers;
		fresh = kind == TRANSCRIPT_CONNECTED || (fresh && !answers);
	}
	return count;
}

const char *aspect_name(enum aspect aspect)
{
	static const char *const names[ASPECT_COUNT] = {
		"message", "second-message", "refused-recipient", "duplicate"};
	return names[aspect];
}

const char *aspect_loss_name(enum aspect aspect)
{
	static const char *const names[ASPECT_COUNT] = {
		NULL, "second-message", "recipient", "duplicate"};
	return names[aspect];
}

const char *aspect_result_name(enum aspect_result result)
{
	static const char *const names[] = {[ASPECT_NOT_TRIED] = "not-tried",
		[ASPECT_OK] = "ok",
		[ASPECT_FAILED] = "failed",
		[ASPECT_NEEDS_DELIVER] = "needs-deliver",
		[ASPECT_NOT_APPLICABLE] = "not-applicable",
		[ASPECT_INCONCLUSIVE] = "inconclusive"};
	return names[result];
}

const char *client_verdict_name(enum client_verdict verdict)
{
	static const char *const names[VERDICT_COUNT] = {[VERDICT_SENDS] = "sends",
		[VERDICT_SENDS_WITH_LOSS] = "sends-with-loss",
		[VERDICT_CANNOT_SEND] = "cannot-send",
		[VERDICT_CLOSED] = "closed",
		[VERDICT_HUNG] = "hung",
		[VERDICT_TLS_TOO_OLD] = "tls-too-old",
		[VERDICT_NOT_APPLICABLE] = "not-applicable",
		[VERDICT_INCONCLUSIVE] = "inconclusive"};
	return names[verdict];
}
