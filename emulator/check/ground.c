/* ground: what a trial and a control leave behind is given back. */
#include "ground.h"

const char *control_end_name(enum control_end end)
{
	static const char *const names[] = {[CONTROL_SENDS] = "sends",
		[CONTROL_LOGIN_REFUSED] = "login-refused",
		[CONTROL_REFUSED] = "refused",
		[CONTROL_TLS_FAILED] = "tls-failed",
		[CONTROL_NO_CONNECTION] = "no-connection",
		[CONTROL_HUNG] = "hung",
		[CONTROL_NOT_POSSIBLE] = "not-possible"};
	return names[end];
}

bool trial_was_silent(const struct trial *trial)
{
	bool timed_out = false;
	for (size_t i = 0; i < phone_message_count(trial->play.phone); i++)
		timed_out |= play_verdict(&trial->play, i, NULL).result == PHONE_TIMED_OUT;
	return timed_out || drive_lost_patience(trial->play.end);
}

void trial_free(struct trial *trial)
{
	phone_free(trial->play.phone);
	transcript_free(trial->transcript);
	*trial = (struct trial){.transcript = NULL};
}

void control_free(struct control *control)
{
	transcript_free(control->transcript);
	*control = (struct control){.transcript = NULL};
}
