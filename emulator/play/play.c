/* play: makes the phone, drives it, and reads its outcome in the light of how the driving ended. */
#include "play_internal.h"

#include "phone_tls.h"
#include "text.h"

enum { PRIORITY_MAX = 4096 };

/* Whom the client trusts, and what it remembers. */
static bool lend_stores(
	struct playing *playing, const struct play_settings *settings, struct sentence *why)
{
	if (playing->tls.check != TLS_CHECK_NONE) {
		playing->trust = tls_trust_new(settings->memory, settings->trust_file, why);
		if (playing->trust == NULL)
			return false;
		playing->tls.trust = playing->trust;
	}
	if (settings->profile->tls.resume)
		playing->resumption = tls_resumption_new(settings->memory);
	playing->tls.resumption = playing->resumption;
	return true;
}

bool play_prepare_tls(struct playing *playing, const struct play_settings *settings,
	struct play_result *result, struct sentence *why)
{
	buffer_init(&playing->priority, settings->memory, PRIORITY_MAX);
	buffer_init(&playing->unavailable, settings->memory, PRIORITY_MAX);
	tls_report_init(&playing->report, settings->memory);
	playing->tls_possible = phone_tls_settings(
		settings->profile, &playing->tls, &playing->priority, &playing->unavailable);
	playing->tls.fingerprint = settings->fingerprint;
	if (settings->insecure)
		playing->tls.check = TLS_CHECK_NONE;
	playing->tls.report = &playing->report;
	playing->tls.rejects = settings->rejects;
	playing->tls.ask_ms = settings->think_ms == NULL ? phone_certificate_ms(result->phone)
							 : *settings->think_ms;
	/* not the account's wish: the profile may know better (tls.start) */
	if (phone_security(result->phone) == PHONE_PLAIN)
		return true;
	tls_outcome_prepare(&result->tls, settings->profile, buffer_string(&playing->priority),
		buffer_string(&playing->unavailable), playing->tls_possible);
	return lend_stores(playing, settings, why);
}

void play_finish_tls(struct playing *playing)
{
	tls_trust_free(playing->trust);
	tls_resumption_free(playing->resumption);
	tls_report_free(&playing->report);
	buffer_free(&playing->priority);
	buffer_free(&playing->unavailable);
}

/* ---- progress: seen where the client's octets pass ---- */

struct watch {
	const struct play_settings *settings;
	const struct phone *phone;
	const struct carrier *carrier;
	bool bearer_told; /* a bearer is lost once in a run */
	bool bearer_last; /* and that was the last connection's end */
	bool hello_said;  /* a handshake began, and came to an end */
};

static void watch_connected(void *context, const struct player_link *link, uint64_t now_ms)
{
	struct watch *watch = context;
	const struct observer *next = watch->settings->observer;
	watch->bearer_last = false;
	if (next != NULL && next->connected != NULL)
		next->connected(next->context, link, now_ms);
}

static void watch_octets(void *context, enum wire_side from, struct octets octets, uint64_t now_ms)
{
	const struct watch *watch = context;
	const struct play_settings *settings = watch->settings;
	const struct observer *next = settings->observer;
	size_t message;
	uint64_t said, whole;
	if (next != NULL && next->octets != NULL)
		next->octets(next->context, from, octets, now_ms);
	if (settings->progress != NULL && from == WIRE_CLIENT &&
		phone_progress(watch->phone, &message, &said, &whole))
		settings->progress(settings->progress_context, message, said, whole);
}

static void watch_tls(void *context, const char *description, const char *why, uint64_t now_ms)
{
	struct watch *watch = context;
	const struct observer *next = watch->settings->observer;
	watch->hello_said = true;
	if (next != NULL && next->tls != NULL)
		next->tls(next->context, description, why, now_ms);
}

static void watch_ended(void *context, enum wire_side by, enum wire_end how, uint64_t now_ms)
{
	struct watch *watch = context;
	const struct observer *next = watch->settings->observer;
	if (how == WIRE_LOST && !watch->bearer_told && carrier_has_lost_bearer(watch->carrier)) {
		watch->bearer_told = watch->bearer_last = true;
		by = WIRE_SERVER;
		how = WIRE_BEARER_LOST;
	}
	if (next != NULL && next->ended != NULL)
		next->ended(next->context, by, how, now_ms);
}

static bool prepare_carrier(struct playing *playing, const struct play_settings *settings,
	const struct phone *phone, struct sentence *why)
{
	if (settings->link == NULL)
		return true;
	playing->carrier = carrier_new(settings->memory, settings->link, phone, settings->seed);
	if (playing->carrier == NULL)
		sentence_set(why, "out of memory");
	return playing->carrier != NULL;
}

struct phone *play_make_phone(
	const struct play_settings *settings, uint64_t seed, struct sentence *why)
{
	if (!phone_account_fits(settings->account)) {
		sentence_set(why,
			"a line break or a NUL in the account: no phone's settings can hold it");
		return NULL;
	}
	struct phone *phone =
		phone_new(settings->memory, settings->profile, settings->account, seed);
	for (size_t i = 0; phone != NULL && i < settings->message_count; i++) {
		if (phone_add(phone, &settings->messages[i]))
			continue;
		phone_free(phone);
		sentence_set(why,
			"message %zu has no recipient; or a line break stands in an address, its subject "
			"or a file's name; or mail text cannot be written in its charset; or there is "
			"no memory",
			i + 1);
		return NULL;
	}
	if (phone == NULL)
		sentence_set(why, "out of memory");
	return phone;
}

/*
 * The profile's own limits. They go before the user's patience, be they longer or shorter: what the
 * phone does when they have passed is what it is played for. Connecting is part of the silence that
 * the user is patient about.
 */
static void limit(struct drive_settings *driving, const struct client_profile *profile)
{
	uint64_t connect_ms = client_timeout_ms(profile, STEP_CONNECT);
	bool own = connect_ms != PROFILE_NONE && client_writes_timeout(profile, STEP_CONNECT);
	bool patient = own || driving->patience_ms == 0 || connect_ms < driving->patience_ms;
	driving->connect_ms = patient ? connect_ms : driving->patience_ms;
	driving->tls_ms = client_timeout_ms(profile, STEP_TLS);
	/* that somebody looks at a certificate is no silence of the server's */
	if (driving->patience_ms != 0 && driving->tls != NULL)
		driving->patience_ms = time_later(driving->patience_ms, driving->tls->ask_ms);
	if (driving->connection_ms != 0 && driving->tls != NULL)
		driving->connection_ms = time_later(driving->connection_ms, driving->tls->ask_ms);
}

struct drive_settings play_driving(
	const struct playing *playing, const struct play_settings *settings)
{
	struct drive_settings driving = {
		.memory = settings->memory,
		.destination = {.host = settings->host,
			.port = settings->port,
			.first_address_only =
				settings->profile->connect.addresses == ADDRESSES_FIRST,
			.resolve_ms = PLAYER_NEVER,
			.connect_ms = PLAYER_NEVER},
		.patience_ms = settings->patience_ms,
		.connection_ms = settings->connection_ms,
		.connection_octets = settings->connection_octets,
		.tls = playing->tls_possible ? &playing->tls : NULL,
		.way = carrier_way(playing->carrier),
		.observer = settings->observer,
		.interrupted = settings->interrupted,
		.keeps_time = phone_keeps_time,
	};
	limit(&driving, settings->profile);
	return driving;
}

/* The server never answered the hello, or broke off at it. */
static bool ended_in_tls(const struct phone *phone)
{
	for (size_t i = 0; i < phone_message_count(phone); i++) {
		struct phone_verdict verdict = phone_outcome(phone, i)->verdict;
		if (verdict.step == STEP_TLS && verdict.result != PHONE_DELIVERED &&
			verdict.result != PHONE_NOT_TRIED)
			return true;
	}
	return false;
}

bool play_run(
	const struct play_settings *settings, struct play_result *result, struct sentence *why)
{
	struct playing playing = {0};
	*result = (struct play_result){.phone = play_make_phone(settings, settings->seed, why)};
	if (result->phone == NULL)
		return false;
	if (!play_prepare_tls(&playing, settings, result, why) ||
		!prepare_carrier(&playing, settings, result->phone, why)) {
		play_finish_tls(&playing);
		phone_free(result->phone);
		result->phone = NULL;
		return false;
	}
	struct watch watch = {
		.settings = settings, .phone = result->phone, .carrier = playing.carrier};
	const struct observer watching = {
		&watch, watch_connected, watch_octets, watch_tls, watch_ended};
	struct drive_settings driving = play_driving(&playing, settings);
	driving.observer = &watching;
	result->end = drive(phone_player(result->phone), &driving, &result->why);
	tls_outcome_read(&result->tls, &playing.report);
	carrier_read(playing.carrier, &result->carrier);
	result->carrier.has_folder = settings->has_folder;
	if (watch.bearer_last)
		carrier_explain_end(&result->carrier, &result->why);
	tls_outcome_without_advice(&result->why);
	tls_outcome_without_advice(&result->tls.certificate);
	result->tls.hello_said =
		playing.tls_possible && (watch.hello_said || ended_in_tls(result->phone));
	carrier_free(playing.carrier);
	play_finish_tls(&playing);
	return true;
}

/*
 * A driver that lost its patience looks to the phone like a lost connection: it hung. And where
 * STARTTLS was asked for and not to be had, it is TLS that failed: no mail was refused.
 */
static void read_in_light(const struct play_result *result, struct phone_verdict *verdict)
{
	if (verdict->step == STEP_STARTTLS &&
		(verdict->result == PHONE_REFUSED || verdict->result == PHONE_REFUSED_FOR_NOW ||
			(verdict->result == PHONE_CLOSED && verdict->reply.len > 0)))
		verdict->result = PHONE_TLS_FAILED;
	if (verdict->result == PHONE_TLS_FAILED && verdict->step == STEP_TLS &&
		tls_outcome_is_too_old(&result->tls))
		verdict->result = PHONE_TLS_TOO_OLD;
	if (result->end == DRIVE_INTERRUPTED && verdict->result == PHONE_CLOSED)
		verdict->result = PHONE_NOT_TRIED;
	if (!drive_lost_patience(result->end))
		return;
	if (verdict->result == PHONE_CLOSED || verdict->result == PHONE_UNSURE ||
		verdict->result == PHONE_NOT_TRIED)
		verdict->result = PHONE_HUNG;
}

struct phone_verdict play_verdict(
	const struct play_result *result, size_t index, const size_t *recipient)
{
	const struct phone_outcome *outcome = phone_outcome(result->phone, index);
	struct phone_verdict verdict = outcome->verdict;
	if (recipient != NULL)
		verdict = outcome->recipients[*recipient].verdict;
	read_in_light(result, &verdict);
	return verdict;
}

static enum play_class class_of(enum phone_result result)
{
	switch (result) {
	case PHONE_DELIVERED:
	case PHONE_ACCEPTED:
		return PLAY_DELIVERED;
	case PHONE_TLS_FAILED:
	case PHONE_TLS_TOO_OLD:
	case PHONE_NO_CONNECTION:
	case PHONE_NO_MEMORY:
		return PLAY_INCONCLUSIVE;
	default:
		return PLAY_FAILED;
	}
}

enum play_class play_classify(const struct play_result *result)
{
	enum play_class worst = PLAY_DELIVERED;
	bool anything_failed = false;
	for (size_t i = 0; i < phone_message_count(result->phone); i++) {
		size_t count = phone_outcome(result->phone, i)->recipient_count;
		for (size_t recipient = 0; recipient <= count; recipient++) {
			const size_t *which = recipient < count ? &recipient : NULL;
			enum play_class class = class_of(play_verdict(result, i, which).result);
			anything_failed |= class == PLAY_FAILED &&
					   play_verdict(result, i, which).result != PHONE_NOT_TRIED;
			worst = class > worst ? class : worst;
		}
	}
	/* what a server refused is a result, whatever happened to the rest */
	return anything_failed ? PLAY_FAILED : worst;
}

const char *play_tls_word(const struct play_result *result)
{
	if (!result->tls.wanted)
		return NULL;
	for (size_t i = 0; i < phone_message_count(result->phone); i++) {
		struct phone_verdict verdict = play_verdict(result, i, NULL);
		if (verdict.result == PHONE_TLS_FAILED && verdict.step == STEP_STARTTLS)
			return verdict.reply.len == 0 ? "not-offered" : "refused";
	}
	return tls_outcome_word(&result->tls);
}

static void say_about_tls(const struct tls_outcome *tls,
	void (*say)(void *context, const char *sentence), void *context)
{
	struct sentence sentence;
	if (tls->wanted && tls->hello_said && tls->unavailable.text[0] != 0) {
		sentence_set(&sentence, "TLS: ");
		if (tls->agreed)
			sentence_add(&sentence, "this build cannot offer all that the client does");
		else
			sentence_add(&sentence, tls->unavailable.text);
		say(context, sentence.text);
	}
	if (tls->asked && tls->agreed) {
		sentence_set(
			&sentence, "TLS: the user was asked about the certificate, and took it: ");
		sentence_add(&sentence, tls->certificate.text);
		say(context, sentence.text);
	}
}

void play_remarks(const struct play_result *result,
	void (*say)(void *context, const char *sentence), void *context)
{
	struct phone_verdict login;
	struct sentence sentence = {""};
	for (size_t i = 0; i < phone_remark_count(result->phone); i++)
		say(context, phone_remark(result->phone, i));
	if (phone_went_on_without_login(result->phone, &login)) {
		sentence_set(&sentence, "%s",
			login.code == 0
				? "the server offers no login that the client knows; it went on without one"
				: "the login was refused, and the client went on without it: ");
		if (login.code != 0)
			sentence_add_foreign(&sentence, login.reply);
		say(context, sentence.text);
	}
	say_about_tls(&result->tls, say, context);
	if (carrier_explain_end(&result->carrier, &sentence))
		say(context, sentence.text);
	for (size_t i = 0; i < phone_message_count(result->phone); i++) {
		if (carrier_explain(&result->carrier, result->phone, i, &sentence))
			say(context, sentence.text);
	}
	if (result->end == DRIVE_IMPATIENT)
		say(context, "nothing happened for too long (--patience): broken off");
	if (result->end == DRIVE_ENDLESS) {
		sentence_set(&sentence, "%s", result->why.text);
		sentence_add(&sentence, ": broken off");
		say(context, sentence.text);
	}
	if (result->end == DRIVE_INTERRUPTED)
		say(context, "interrupted");
}

static void explain_tls(
	const struct play_result *result, const struct phone_verdict *verdict, struct buffer *out)
{
	buffer_append_text(out, ": ");
	if (verdict->result == PHONE_TLS_TOO_OLD)
		tls_outcome_explain(&result->tls, result->why.text, out);
	else if (verdict->reply.len > 0)
		text_escape(out, verdict->reply);
	else if (verdict->step == STEP_STARTTLS && phone_said_helo(result->phone))
		buffer_append_text(out,
			"the client said HELO, and only EHLO is answered with an offer of STARTTLS");
	else if (verdict->step == STEP_STARTTLS)
		buffer_append_text(out, "the server offers no STARTTLS");
	else
		buffer_append_text(out, result->why.text);
}

bool play_why_bad(
	const struct play_result *result, const struct phone_verdict *verdict, struct buffer *out)
{
	if (verdict->result != PHONE_BAD_ADDRESS)
		return false;
	if (verdict->step == STEP_MAIL) {
		buffer_append_text(out, "the sender \"");
		text_escape(out, phone_sender(result->phone));
		buffer_append_text(out, "\"");
	} else {
		buffer_append_text(out, "this recipient");
	}
	buffer_append_text(out, " has no address (NAME@DOMAIN) that the client would say");
	return true;
}

/* What was refused behind a login that was refused, too, was refused to a stranger. */
static void explain_login(
	const struct play_result *result, const struct phone_verdict *verdict, struct buffer *out)
{
	struct phone_verdict login;
	bool refused = verdict->result == PHONE_REFUSED ||
		       verdict->result == PHONE_REFUSED_FOR_NOW || verdict->result == PHONE_CLOSED;
	if (!refused || verdict->step <= STEP_AUTH ||
		!phone_went_on_without_login(result->phone, &login) || login.code == 0)
		return;
	buffer_append_text(out, "; the login had been refused: ");
	text_escape(out, login.reply);
}

bool play_is_nowhere(enum phone_result result)
{
	return result == PHONE_DELIVERED || result == PHONE_ACCEPTED || result == PHONE_NOT_TRIED;
}

/* The server refused nothing: the client went away from what it had been told. */
static bool gave_up(const struct phone_verdict *verdict)
{
	bool walks_out = verdict->code > 0 && verdict->code < 400;
	bool silent = verdict->code == 0 && verdict->reply.len == 0;
	return (verdict->result == PHONE_REFUSED && (silent || walks_out)) ||
	       (verdict->result == PHONE_CLOSED && walks_out);
}

static void explain_giving_up(const struct phone_verdict *verdict, struct buffer *out)
{
	buffer_format(out, "gave up at %s: ", phone_step_name(verdict->step));
	if (verdict->reply.len > 0) {
		buffer_append_text(out, "it cannot go on behind ");
		text_escape(out, verdict->reply);
	} else if (verdict->step == STEP_AUTH) {
		buffer_append_text(out, "the client found no login mechanism that it reads; the "
					"server refused nothing");
	} else {
		buffer_append_text(out, "the client found nothing that it reads as the offer; the "
					"server refused nothing");
	}
}

void play_explain(
	const struct play_result *result, const struct phone_verdict *verdict, struct buffer *out)
{
	if (gave_up(verdict)) {
		explain_giving_up(verdict, out);
		return;
	}
	buffer_append_text(out, phone_result_name(verdict->result));
	if (verdict->result == PHONE_ACCEPTED)
		buffer_append_text(out, ": the server would take it; nothing was sent");
	if (play_is_nowhere(verdict->result))
		return;
	if (verdict->result == PHONE_TLS_FAILED || verdict->result == PHONE_TLS_TOO_OLD ||
		verdict->result == PHONE_NO_CONNECTION) {
		explain_tls(result, verdict, out);
		return;
	}
	buffer_format(out, " at %s", phone_step_name(verdict->step));
	if (verdict->reply.len > 0) {
		buffer_append_text(out, ": ");
		text_escape(out, verdict->reply);
	} else if (verdict->result == PHONE_BAD_ADDRESS) {
		buffer_append_text(out, ": ");
		play_why_bad(result, verdict, out);
	} else if (verdict->result == PHONE_HUNG && result->end == DRIVE_ENDLESS) {
		buffer_append_text(out, ": ");
		buffer_append_text(out, result->why.text);
	}
	explain_login(result, verdict, out);
}
