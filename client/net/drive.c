/* drive: a crowd of one. */
#include "drive.h"

#include "crowd.h"
#include "clock.h"

struct one {
	struct player *player;
	bool given;
};

static struct player *give_one(void *context, uint64_t now_ms)
{
	struct one *one = context;
	(void)now_ms;
	if (one->given)
		return NULL;
	one->given = true;
	return one->player;
}

static bool is_never_done(void *context)
{
	(void)context;
	return false;
}

enum drive_end drive(
	struct player *player, const struct drive_settings *settings, struct sentence *why)
{
	struct one one = {.player = player};
	struct crowd_source source = {.context = &one, .next = give_one, .is_done = is_never_done};
	struct crowd *crowd = crowd_new(settings);
	if (crowd == NULL) {
		sentence_set(why, "no memory for a connection");
		player->ops->connect_failed(player, "no memory for a connection", clock_ms());
		return DRIVE_NO_MEMORY;
	}
	enum drive_end end = crowd_run(crowd, &source, why);
	crowd_free(crowd);
	return end;
}
