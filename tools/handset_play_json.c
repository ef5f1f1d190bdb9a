/* handset play, the result as JSON: of a message and its recipients, and of TLS. */
#include "handset_play_json.h"

#include "text.h"

static json_t *escaped(struct octets octets)
{
	struct buffer text;
	buffer_init(&text, &memory_standard, 65536);
	text_escape(&text, octets);
	json_t *string = octets.len == 0 ? json_null() : json_string(buffer_string(&text));
	buffer_free(&text);
	return string;
}

static json_t *verdict_json(const struct play_result *result, const struct phone_verdict *verdict)
{
	json_t *object = json_object();
	bool nowhere = play_is_nowhere(verdict->result);
	json_object_set_new(object, "outcome", json_string(phone_result_name(verdict->result)));
	json_object_set_new(
		object, "at", nowhere ? json_null() : json_string(phone_step_name(verdict->step)));
	json_object_set_new(
		object, "code", verdict->code == 0 ? json_null() : json_integer(verdict->code));
	json_object_set_new(object, "reply", escaped(verdict->reply));
	struct buffer reason;
	buffer_init(&reason, &memory_standard, 65536);
	bool bad = play_why_bad(result, verdict, &reason);
	json_object_set_new(
		object, "reason", bad ? json_string(buffer_string(&reason)) : json_null());
	buffer_free(&reason);
	return object;
}

json_t *play_message_json(const struct play_result *result, size_t index)
{
	enum carrier_twice twice = carrier_twice(&result->carrier, result->phone, index);
	const struct phone_outcome *outcome = phone_outcome(result->phone, index);
	struct phone_verdict verdict = play_verdict(result, index, NULL);
	json_t *object = verdict_json(result, &verdict), *recipients = json_array();
	for (size_t i = 0; i < outcome->recipient_count; i++) {
		verdict = play_verdict(result, index, &i);
		json_t *recipient = verdict_json(result, &verdict);
		json_object_set_new(recipient, "address", escaped(outcome->recipients[i].address));
		json_array_append_new(recipients, recipient);
	}
	json_object_set_new(object, "tries", json_integer(outcome->tries));
	json_object_set_new(object, "queued", json_boolean(outcome->queued));
	json_object_set_new(object, "duplicate", json_string(carrier_twice_word(twice)));
	json_object_set_new(object, "possible_duplicate", json_boolean(twice != CARRIER_ONCE));
	json_object_set_new(object, "recipients", recipients);
	return object;
}

/* Of a client that did not go on, its messages say what became of the login. */
static const char *login_word(const struct play_result *result, struct phone_verdict *login)
{
	if (phone_went_on_without_login(result->phone, login))
		return login->code == 0 ? "not-offered" : "refused";
	for (size_t i = 0; i < phone_message_count(result->phone); i++) {
		*login = play_verdict(result, i, NULL);
		if (login->step == STEP_AUTH && login->result != PHONE_DELIVERED &&
			login->result != PHONE_NOT_TRIED)
			return login->reply.len > 0 ? "refused" : "failed";
	}
	login->reply = octets_make(NULL, 0);
	return phone_logged_in(result->phone) ? "accepted" : "not-tried";
}

json_t *play_login_json(const struct play_result *result, bool asked)
{
	struct phone_verdict login;
	if (!asked)
		return json_null();
	json_t *object = json_object();
	json_object_set_new(object, "result", json_string(login_word(result, &login)));
	json_object_set_new(object, "reply", escaped(login.reply));
	return object;
}

static json_t *word_json(const char *word)
{
	return word[0] == 0 ? json_null() : json_string(word);
}

json_t *play_tls_json(const struct play_result *result)
{
	const struct tls_outcome *tls = &result->tls;
	if (!tls->wanted)
		return json_null();
	json_t *object = json_object();
	const char *prompt = tls->trouble == TLS_TROUBLE_REJECTED ? "rejected"
			     : tls->asked && tls->agreed	  ? "accepted"
								  : "";
	json_object_set_new(object, "outcome", json_string(play_tls_word(result)));
	json_object_set_new(object, "alert", word_json(tls->alert));
	json_object_set_new(object, "version", word_json(tls->version));
	json_object_set_new(object, "resumed", json_boolean(tls->resumed));
	json_object_set_new(object, "prompt", word_json(prompt));
	json_object_set_new(object, "offered", word_json(tls->offered.text));
	json_object_set_new(object, "unavailable", word_json(tls->unavailable.text));
	return object;
}
