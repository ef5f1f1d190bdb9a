/* probe_read: what a probe has found out. */
#include "probe_state.h"

const struct probe_step *probe_steps(const struct probe *probe)
{
	return probe->settings.steps;
}

const struct probe_reply *probe_reply(const struct probe *probe, size_t step)
{
	return &probe->replies[step];
}

bool probe_was_slowed(const struct probe_reply *reply)
{
	return reply->slow == PROBE_SLOW_REPLIES;
}

struct octets probe_heard(const struct probe *probe)
{
	return buffer_octets(&probe->heard);
}

struct octets probe_text(const struct probe *probe, const struct probe_reply *reply)
{
	bool stands = reply->state == PROBE_ANSWERED || reply->state == PROBE_CLOSED;
	return octets_cut(
		octets_from(buffer_octets(&probe->heard), reply->from), stands ? reply->len : 0);
}

static bool append_login(const struct probe_step *step, const char *mechanism, struct buffer *out)
{
	bool lower = (step->marks & PROBE_LOWER_CASE) != 0;
	buffer_append_text(out, lower ? "auth " : "AUTH ");
	for (const char *at = mechanism; *at != 0; at++)
		buffer_append_byte(out,
			(uint8_t)(lower && *at >= 'A' && *at <= 'Z' ? *at + ('a' - 'A') : *at));
	buffer_append_text(out, " <secret>");
	return buffer_append_text(out, (step->marks & PROBE_STRANGER) != 0 ? " (of nobody)" : "");
}

bool probe_said(const struct probe *probe, size_t index, struct buffer *out)
{
	const struct probe_step *step = &probe->settings.steps[index];
	switch (step->action) {
	case PROBE_SAY:
		probe_expand(probe, step->text, true, out);
		if (step->number > 1)
			buffer_format(out, " (%zu times)", step->number);
		return buffer_append_text(
			out, (step->marks & PROBE_BARE_LF) != 0 ? " (LF alone behind it)" : "");
	case PROBE_OCTETS:
		return step->number > 0 ? buffer_format(out, "(%zu octets)", step->number)
					: probe_expand(probe, step->text, true, out);
	case PROBE_LOGIN:
		return append_login(step, step->text != NULL ? step->text : probe->mechanism, out);
	case PROBE_HANDSHAKE:
		return buffer_append_text(out, "(TLS)");
	case PROBE_BODY:
		return buffer_append_text(out, "(a message, and its dot)");
	case PROBE_WAIT:
		return buffer_append_text(out, "(nothing)");
	default:
		return true;
	}
}

struct probe_offer probe_offer(const struct probe *probe, enum probe_place place)
{
	return probe->offers[place];
}

const char *probe_mechanism(const struct probe *probe)
{
	return probe->mechanism;
}

const char *probe_prompt(const struct probe *probe, size_t index)
{
	const char *at = (const char *)probe->prompts.at;
	size_t left = probe->prompts.len;
	while (left > 0) {
		size_t len = strlen(at) + 1;
		if (index-- == 0)
			return at;
		at += len;
		left -= len;
	}
	return NULL;
}

const struct probe_reply *probe_greeting(const struct probe *probe)
{
	return &probe->greeting;
}

const struct probe_reply *probe_farewell(const struct probe *probe)
{
	return &probe->replies[STAGE_IS_FAREWELL];
}

const char *probe_name(const struct probe *probe)
{
	return probe->name;
}

const char *probe_why(const struct probe *probe)
{
	return probe->why.text;
}

unsigned int probe_refused_logins(const struct probe *probe)
{
	return probe->refused_logins;
}
