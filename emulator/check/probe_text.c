/* probe_text: what a step says, with its variables, for the wire and for people. */
#include "probe_state.h"

#include "base64.h"

bool probe_may_say_secrets(const struct probe *probe)
{
	return probe->tls || probe->settings.account->security == PHONE_PLAIN;
}

struct octets probe_current_offers(const struct probe *probe)
{
	struct octets heard = buffer_octets(&probe->heard);
	struct probe_offer offer = probe->offers[PROBE_BEFORE_TLS];
	if (probe->offers[PROBE_INSIDE_TLS].heard)
		offer = probe->offers[PROBE_INSIDE_TLS];
	return octets_cut(octets_from(heard, offer.from), offer.heard ? offer.len : 0);
}

bool probe_is_offered(const struct probe *probe, const char *mechanism)
{
	struct octets offers = probe_current_offers(probe);
	struct capabilities capabilities;
	bool offered, first = true;
	capabilities_init(&capabilities, probe->settings.memory);
	while (offers.len > 0) {
		size_t len = octets_find(offers, '\n');
		struct octets line = octets_cut(offers, len);
		while (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		if (!first)
			capabilities_learn(&capabilities, line);
		first = false;
		offers = octets_from(offers, len + 1);
	}
	offered = capabilities_has_mechanism(&capabilities, octets_of(mechanism));
	capabilities_free(&capabilities);
	return offered;
}

static void append_base64(struct buffer *out, struct octets a, struct octets b, bool both)
{
	struct buffer plain;
	buffer_init(&plain, out->memory, 4096);
	if (both)
		buffer_append_byte(&plain, 0);
	buffer_append_octets(&plain, a);
	if (both) {
		buffer_append_byte(&plain, 0);
		buffer_append_octets(&plain, b);
	}
	base64_encode(out, buffer_octets(&plain));
	buffer_free(&plain);
}

/* A mechanism of which the first word is the server's, as far as it has one. */
static const char *challenging(const struct probe *probe)
{
	static const char *const mechanisms[] = {"LOGIN", "CRAM-MD5"};
	for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
		if (probe_is_offered(probe, mechanisms[i]))
			return mechanisms[i];
	return "PLAIN";
}

enum variable {
	NAME,
	SENDER,
	RECIPIENT,
	LOCAL,
	DOMAIN,
	MECHANISM,
	PLAIN,
	USER,
	PASSWORD,
	VARIABLES
};
static const char *const variables[VARIABLES] = {"{name}", "{sender}", "{recipient}", "{local}",
	"{domain}", "{mechanism}", "{plain}", "{user}", "{password}"};

static void append_variable(const struct probe *probe, enum variable which, struct buffer *out)
{
	const struct phone_account *account = probe->settings.account;
	struct octets sender = octets_of(probe->settings.sender);
	struct octets local = octets_cut(sender, octets_find(sender, '@'));
	const struct octets text[] = {octets_of(probe->name), sender,
		octets_of(probe->settings.recipient), local, octets_from(sender, local.len + 1)};
	if (which <= DOMAIN)
		buffer_append_octets(out, text[which]);
	else if (which == MECHANISM)
		buffer_append_text(out, challenging(probe));
	else
		append_base64(out, which == PASSWORD ? account->password : account->user,
			account->password, which == PLAIN);
}

static enum variable variable_at(struct octets text)
{
	for (enum variable which = 0; which < VARIABLES; which++)
		if (octets_start_nocase(text, variables[which]))
			return which;
	return VARIABLES;
}

bool probe_expand(const struct probe *probe, const char *text, bool masked, struct buffer *out)
{
	struct octets left = octets_of(text);
	while (left.len > 0) {
		enum variable which = variable_at(left);
		if (which == VARIABLES) {
			buffer_append_byte(out, left.at[0]);
			left = octets_from(left, 1);
			continue;
		}
		if (which >= PLAIN && !masked && !probe_may_say_secrets(probe))
			return false;
		if (which >= PLAIN && masked)
			buffer_append_text(out, "<secret>");
		else
			append_variable(probe, which, out);
		left = octets_from(left, strlen(variables[which]));
	}
	return !buffer_failed(out);
}
