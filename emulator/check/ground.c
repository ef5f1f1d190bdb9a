/* ground: what a trial and a control leave behind is given back. */
#include "ground.h"

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
