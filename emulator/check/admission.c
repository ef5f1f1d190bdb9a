/* admission: doors that are shut for a moment, and those that stay so. */
#include "admission.h"

#include <stdio.h>
#include <string.h>

enum { SLOWER_FIRST_MS = 250, SLOWER_MAX_MS = 2000, WAITED_MAX_MS = 240000 };

static const uint64_t waits_ms[] = {2000, 5000, 10000, 20000};
enum { WAITS = sizeof waits_ms / sizeof *waits_ms };

/* ---- what a dialogue shows ---- */

/* RFC 5321 3.1, 3.8: what stands where a greeting would, and passes. */
static bool is_not_now(struct octets line)
{
	bool policy = line.len > 7 &&
		      octets_equal(octets_cut(octets_from(line, 4), 4), octets_of("4.7."));
	return line.len >= 3 && line.at[0] == '4' && !policy;
}

bool admission_is_refused(const struct transcript *transcript)
{
	bool connected = false, refused = false, open = false;
	for (size_t i = 0; transcript != NULL && i < transcript_count(transcript); i++) {
		const struct transcript_event *event = transcript_at(transcript, i);
		switch (event->kind) {
		case TRANSCRIPT_CONNECTED:
			connected = open = true;
			refused = false;
			break;
		case TRANSCRIPT_SERVER:
			refused = open && is_not_now(event->text);
			open = false;
			break;
		case TRANSCRIPT_ENDED:
			refused = refused || (open && event->side == WIRE_SERVER);
			open = false;
			break;
		case TRANSCRIPT_CLIENT:
		case TRANSCRIPT_TLS_FAILED:
			/* behind a refusal it may say QUIT */
			open = false;
			break;
		case TRANSCRIPT_TLS:
		case TRANSCRIPT_REMARK:
			break;
		}
	}
	return !connected || refused;
}

/* ---- what follows from it ---- */

void admission_enter(struct admission *admission)
{
	admission->let_in_once = true;
	admission->shut = false;
	admission->waits = 0;
}

static bool is_in_vain(const struct admission *admission, const char *name)
{
	return !admission->let_in_once || admission->shut ||
	       admission->waited_ms >= WAITED_MAX_MS ||
	       (admission->unwelcome[0] != 0 && strcmp(admission->unwelcome, name) == 0);
}

static void give_up(struct admission *admission, const char *name)
{
	admission->shut = true;
	admission->waits = 0;
	snprintf(admission->unwelcome, sizeof admission->unwelcome, "%s", name);
}

static void slow_down(struct admission *admission)
{
	uint64_t slower_ms = admission->slower_ms * 2;
	slower_ms = slower_ms == 0 ? SLOWER_FIRST_MS : slower_ms;
	admission->slower_ms = slower_ms > SLOWER_MAX_MS ? SLOWER_MAX_MS : slower_ms;
}

uint64_t admission_wait_ms(struct admission *admission, const char *name)
{
	if (is_in_vain(admission, name))
		return 0;
	if (admission->waits == WAITS) {
		give_up(admission, name);
		return 0;
	}
	if (admission->waits == 0)
		slow_down(admission);
	uint64_t wait_ms = waits_ms[admission->waits++];
	admission->turned++;
	admission->waited_ms += wait_ms;
	return wait_ms;
}

bool admission_tell(const struct admission *admission, struct sentence *sentence)
{
	if (admission->turned == 0)
		return false;
	sentence_set(sentence, "the server turned us away %zu time%s; waited %llu s",
		admission->turned, admission->turned == 1 ? "" : "s",
		(unsigned long long)(admission->waited_ms / 1000));
	return true;
}
