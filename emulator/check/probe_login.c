/*
 * probe_login: a whole login as one step: PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195).
 *
 * Where the step names no mechanism: inside TLS the simplest that is offered, outside it one that
 * does not say the password, if there is one. A stranger is nobody's name: a login that is to fail
 * must not be counted against the account.
 */
#include "probe_state.h"

#include "base64.h"
#include "digest.h"
#include "text.h"

#include <ctype.h>

static const char stranger[] = "handset-nobody", no_password[] = "handset-no-password";

static const char *choose(const struct probe *probe, const struct probe_step *step)
{
	static const char *const inside[] = {"PLAIN", "LOGIN", "CRAM-MD5"};
	static const char *const outside[] = {"CRAM-MD5", "PLAIN", "LOGIN"};
	if (step->text != NULL)
		return step->text;
	if (probe->settings.login != NULL)
		return probe->settings.login;
	for (size_t i = 0; i < 3; i++) {
		const char *mechanism = probe->tls ? inside[i] : outside[i];
		if (probe_is_offered(probe, mechanism))
			return mechanism;
	}
	/* nothing was offered, or nothing heard (no EHLO): the servers that were seen know PLAIN */
	return probe_current_offers(probe).len == 0 ? "PLAIN" : NULL;
}

static void append_cased(struct buffer *out, const char *text, bool lower)
{
	for (; *text != 0; text++)
		buffer_append_byte(out, (uint8_t)(lower ? tolower((unsigned char)*text) : *text));
}

static struct octets user_of(const struct probe *probe, const struct probe_step *step)
{
	return (step->marks & PROBE_STRANGER) != 0 ? octets_of(stranger)
						   : probe->settings.account->user;
}

static struct octets password_of(const struct probe *probe, const struct probe_step *step)
{
	return (step->marks & PROBE_STRANGER) != 0 ? octets_of(no_password)
						   : probe->settings.account->password;
}

static void append_plain(struct probe *probe, const struct probe_step *step, struct buffer *out)
{
	struct buffer plain;
	buffer_init(&plain, probe->settings.memory, 4096);
	buffer_append_byte(&plain, 0);
	buffer_append_octets(&plain, user_of(probe, step));
	buffer_append_byte(&plain, 0);
	buffer_append_octets(&plain, password_of(probe, step));
	base64_encode(out, buffer_octets(&plain));
	buffer_free(&plain);
}

bool probe_login_begin(struct probe *probe, const struct probe_step *step)
{
	bool lower = (step->marks & PROBE_LOWER_CASE) != 0;
	const char *mechanism = choose(probe, step);
	if (mechanism == NULL)
		return false;
	probe->login = (struct probe_login){.answers = 0};
	strncpy(probe->login.mechanism, mechanism, sizeof probe->login.mechanism - 1);
	memcpy(probe->mechanism, probe->login.mechanism, sizeof probe->mechanism);
	buffer_append_text(&probe->out, lower ? "auth " : "AUTH ");
	append_cased(&probe->out, mechanism, lower);
	bool plain = strcmp(mechanism, "PLAIN") == 0, login = strcmp(mechanism, "LOGIN") == 0;
	if (plain && (step->marks & PROBE_ASKED) == 0) {
		buffer_append_text(&probe->out, " ");
		append_plain(probe, step, &probe->out);
		probe->login.answered_first = true;
	} else if (login && (step->marks & PROBE_AT_ONCE) != 0) {
		buffer_append_text(&probe->out, " ");
		base64_encode(&probe->out, user_of(probe, step));
		probe->login.answered_first = true;
	}
	buffer_append_text(&probe->out, "\r\n");
	return true;
}

static bool answer_cram(struct probe *probe, const struct probe_step *step, struct octets challenge)
{
	uint8_t digest[DIGEST_MD5_LEN];
	struct buffer text, answer;
	buffer_init(&text, probe->settings.memory, PROBE_REPLY_MAX);
	buffer_init(&answer, probe->settings.memory, 4096);
	bool readable = base64_decode(&text, challenge);
	if (readable) {
		digest_hmac_md5(password_of(probe, step), buffer_octets(&text), digest);
		buffer_append_octets(&answer, user_of(probe, step));
		buffer_append_byte(&answer, ' ');
		digest_hex(&answer, digest, sizeof digest);
		base64_encode(&probe->out, buffer_octets(&answer));
	}
	buffer_free(&text);
	buffer_free(&answer);
	return readable;
}

/* Escaped: some end theirs with a NUL. */
static void keep_prompt(struct probe *probe, struct octets challenge)
{
	struct buffer text;
	buffer_init(&text, probe->settings.memory, PROBE_REPLY_MAX);
	if (base64_decode(&text, challenge))
		text_escape(&probe->prompts, buffer_octets(&text));
	else
		buffer_append_text(&probe->prompts, "(no base64)");
	buffer_append_byte(&probe->prompts, 0);
	buffer_free(&text);
}

bool probe_login_answer(struct probe *probe, const struct probe_step *step, struct octets challenge)
{
	struct probe_login *login = &probe->login;
	unsigned int answers = login->answers++;
	if (strcmp(login->mechanism, "CRAM-MD5") == 0) {
		if (answers > 0 || !answer_cram(probe, step, challenge))
			return false;
	} else if (strcmp(login->mechanism, "PLAIN") == 0) {
		if (login->answered_first || answers > 0)
			return false;
		append_plain(probe, step, &probe->out);
	} else {
		if (answers > 1 || (login->answered_first && answers > 0))
			return false;
		keep_prompt(probe, challenge);
		bool name = answers == 0 && !login->answered_first;
		base64_encode(&probe->out, name ? user_of(probe, step) : password_of(probe, step));
	}
	buffer_append_text(&probe->out, "\r\n");
	return true;
}
