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
