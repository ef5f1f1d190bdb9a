/* names: the words for errors, phases, outcomes and retries, made from the lists of msub.h. */
#include "msub.h"

static const char *const error_names[] = {
#define ERROR_NAME(name, text) #name,
	MSUB_ERRORS(ERROR_NAME)
#undef ERROR_NAME
};

static const char *const error_texts[] = {
#define ERROR_TEXT(name, text) text,
	MSUB_ERRORS(ERROR_TEXT)
#undef ERROR_TEXT
};

static const char *const phase_texts[] = {
#define PHASE_TEXT(name, constant, words) words,
	MSUB_PHASES(PHASE_TEXT)
#undef PHASE_TEXT
};

static const char *const outcome_texts[] = {
	"not tried", "accepted", "refused for now", "refused", "unsure, may have been delivered"};
static const char *const retry_texts[] = {"never", "later", "elsewhere", "unsure"};

/* Enums come from the caller: a number beyond the list must not be an index. */
static const char *look_up(const char *const *texts, size_t count, size_t at, const char *unknown)
{
	return at < count ? texts[at] : unknown;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *msub_error_name(enum msub_error error)
{
	return look_up(error_names, COUNT(error_names), (size_t)error, "UNKNOWN");
}

const char *msub_error_text(enum msub_error error)
{
	return look_up(error_texts, COUNT(error_texts), (size_t)error, "unknown");
}

const char *msub_phase_text(enum msub_phase phase)
{
	return look_up(phase_texts, COUNT(phase_texts), (size_t)phase, "unknown");
}

const char *msub_outcome_text(enum msub_outcome outcome)
{
	return look_up(outcome_texts, COUNT(outcome_texts), (size_t)outcome, "unknown");
}

const char *msub_retry_text(enum msub_retry retry)
{
	return look_up(retry_texts, COUNT(retry_texts), (size_t)retry, "unknown");
}
