/* profile_load: the empty profiles, inheritance, subsets, and the profiles of the project. */
#include "failing_memory.h"
#include "profile_fixture.h"
#include "random.h"
#include "server_conditions.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct profile *load_client(const char *text, struct named_text *others)
{
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_CLIENT, text, others, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	return profile;
}

/* RFC 5321 4.5.3.2. */
static void empty_client_is_correct(void)
{
	struct profile *profile = load_client("", NULL);
	if (!CHECK(profile != NULL))
		return;
	const struct client_profile *client = profile_client(profile);
	CHECK_INT(profile_setting_count(profile), 0);
	for (size_t place = 0; place < PLACE_COUNT; place++)
		CHECK_INT(client->flow[place].count, 0);
	CHECK(client->hello_after_tls && !client->nested_mail);
	CHECK_INT(client->hello.names.count, 1);
	CHECK_OCTETS(client->hello.names.items[0], octets_of("[{address}]"));
	CHECK_OCTETS(client->hello.ipv6_tag, octets_of("IPv6:"));
	CHECK_INT(client->hello.verb, VERB_EHLO);
	CHECK_INT(client->hello.verb_plain, VERB_EHLO);
	CHECK_OCTETS(client->wire[WIRE_TEXT_HELO], octets_of("HELO {name}"));
	CHECK_OCTETS(client->wire[WIRE_TEXT_RESET], octets_of("RSET"));
	CHECK_OCTETS(client->wire[WIRE_TEXT_MAIL_NULL], octets_of("MAIL FROM:<>"));
	CHECK_OCTETS(client->wire[WIRE_TEXT_RECIPIENT], octets_of("RCPT TO:<{recipient}>"));
	CHECK_INT(client_reading(client, STEP_MAIL, false), READING_WHOLE);
	CHECK(client->replies.drain);
	CHECK_INT(client->reaction_count, 0);
	CHECK_INT(client->auth.mechanisms.count, 3);
	CHECK_OCTETS(client->auth.mechanisms.items[0], octets_of("PLAIN"));
	CHECK_INT(client->auth.initial_response.count, 1);
	CHECK_INT(client->tls.versions.items[0], TLS_1_2);
	CHECK_INT(client->tls.verify, TLS_VERIFY_YES);
	CHECK(client->close.quit && client->close.wait && client->close.tls_bye &&
		!client->close.rst);
	CHECK_INT(client->envelope.parameters.count, 1);
	CHECK_INT(client->envelope.parameters.items[0], PARAMETER_BODY);
	CHECK_INT(client->envelope.pipelining, PIPELINING_NONE);
	CHECK(client->data.before_dot.at != NULL && client->data.before_dot.len == 0);
	CHECK_INT(client_think(client, STEP_MAIL).to_ms, 0);
	CHECK_INT(client_timeout_ms(client, STEP_GREETING), 300000);
	CHECK_INT(client_timeout_ms(client, STEP_DATA), 120000);
	CHECK_INT(client_timeout_ms(client, STEP_BODY), 180000);
	CHECK_INT(client_timeout_ms(client, STEP_END), 600000);
	CHECK_INT(client->outbox.keep.count, 2);
	CHECK_INT(client->outbox.attempts, 1);
	CHECK(client->message.mailer.at == NULL);
	CHECK_OCTETS(client->message.headers.items[0], octets_of("Date: {date}"));
	profile_free(profile);
}

/* The reply to a condition of the empty server; "" where it is not refused. */
static struct octets refusal_of(
	const struct server_profile *server, enum server_verb verb, enum server_condition condition)
{
	for (size_t i = 0; i < server->refusal_count; i++) {
		const struct refusal *refusal = &server->refusals[i];
		if (refusal->verb != verb || refusal->condition != condition)
			continue;
		return refusal->reply.none ? octets_of("none") : refusal->reply.lines.items[0];
	}
	return octets_of("");
}

static void empty_server_is_correct(void)
{
	static const struct {
		enum server_verb verb;
		enum server_condition condition;
		const char *code;
	} rows[] = {
		{SERVER_ANY, CONDITION_BARE_LF, "500 5.5.2 "},
		{SERVER_HELLO, CONDITION_NO_NAME, "501 5.5.4 "},
		{SERVER_STARTTLS, CONDITION_OCTETS_BEHIND, "554 5.5.0 "},
		{SERVER_STARTTLS, CONDITION_TLS_ON, "503 5.5.1 "},
		{SERVER_STARTTLS, CONDITION_OPEN, "503 5.5.1 "},
		{SERVER_AUTH, CONDITION_AUTHENTICATED, "503 5.5.1 "},
		{SERVER_AUTH, CONDITION_MECHANISM, "504 5.5.4 "},
		{SERVER_AUTH, CONDITION_BAD_BASE64, "501 5.5.2 "},
		{SERVER_MAIL, CONDITION_NO_AUTH, "530 5.7.0 "},
		{SERVER_MAIL, CONDITION_OPEN, "503 5.5.1 "},
		{SERVER_MAIL, CONDITION_TOO_BIG, "552 5.3.4 "},
		{SERVER_MAIL, CONDITION_PARAMETER, "555 5.5.4 "},
		{SERVER_MAIL, CONDITION_NO_BRACKETS, "501 5.5.2 "},
		{SERVER_RECIPIENT, CONDITION_NO_MAIL, "503 5.5.1 "},
		{SERVER_RECIPIENT, CONDITION_UNKNOWN_USER, "550 5.1.1 "},
		{SERVER_DATA, CONDITION_NO_RECIPIENT, "554 5.5.1 "},
		{SERVER_RESET, CONDITION_ARGUMENT, "501 5.5.4 "},
		{SERVER_END, CONDITION_BARE_LF, "554 5.6.0 "},
		{SERVER_NOOP, CONDITION_ARGUMENT, ""}, /* RFC 5321 4.1.1.9 */
		{SERVER_MAIL, CONDITION_NO_TLS, ""},
		{SERVER_MAIL, CONDITION_NULL_SENDER, ""},
		{SERVER_ANY, CONDITION_EARLY, ""},
	};
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_SERVER, "", NULL, &errors);
	buffer_free(&errors);
	if (!CHECK(profile != NULL))
		return;
	const struct server_profile *server = profile_server(profile);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct octets reply = refusal_of(server, rows[i].verb, rows[i].condition);
		CHECK_CASE("%d %d", rows[i].verb, rows[i].condition);
		CHECK_OCTETS(octets_cut(reply, 10), octets_of(rows[i].code));
	}
	CHECK_OCTETS(server->host, octets_of("mx.example.net"));
	CHECK_INT(server->offers.count, 6);
	CHECK(server->offers_in_tls.items == NULL && server->offers_after_auth.items == NULL);
	for (size_t i = 0; i < REPLY_COUNT; i++)
		CHECK(server->replies[i].written && server->replies[i].lines.count == 1);
	CHECK_OCTETS(server->replies[REPLY_GREETING].lines.items[0], octets_of("220 {host} ESMTP"));
	CHECK_INT(server->forgets[FORGET_AUTHENTICATION], 1 << FORGET_ON_STARTTLS);
	CHECK_INT(server->forgets[FORGET_TLS], 0);
	CHECK(server->auth.empty_challenge && server->tls.session_ids);
	CHECK_INT(server->data.bare_lf, BARE_LF_REFUSE);
	CHECK_INT(server->fault_count, 0);
	profile_free(profile);
}

/* The paths of a profile's settings, with blanks between. */
static void check_paths(const struct profile *profile, const char *want)
{
	struct buffer paths;
	buffer_init(&paths, &memory_standard, 4096);
	for (size_t i = 0; i < profile_setting_count(profile); i++)
		buffer_format(&paths, "%s%s", i > 0 ? " " : "", profile_setting_path(profile, i));
	CHECK_TEXT(buffer_string(&paths), want);
	CHECK(profile_setting_path(profile, profile_setting_count(profile)) == NULL);
	buffer_free(&paths);
}

#define SHOWS(groups) "evidence: [{test: x, shows: [" groups "]}]\n"

static void children_replace_path_by_path(void)
{
	static struct named_text others[] = {
		{"parent",
			SHOWS("flow, reactions, hello") "name: Parent\nabout: A\nbreaks: [one, two]\nbased-on: grandparent\n"
							"flow: {before-first: [reset], before-next: [reset]}\n"
							"reactions: {auth: {535: go-on, 500: quit}}\n"
							"hello: {names: [a, b]}\n"},
		{"grandparent",
			SHOWS("flow, tls") "flow: {before-quit: [noop], before-next: [noop]}\n"
					   "tls.resume: true\nbreaks: [three]\n"},
		{NULL, NULL}};
	struct profile *profile = load_client(
		SHOWS("flow, reactions, hello") "based-on: parent\nflow: {before-first: none, after-failure: [noop]}\n"
						"reactions: {auth: {535: quit, 500: none, else: drop}, data: {421: none, 452: none}}\n"
						"hello: {names: [c]}\n",
		others);
	if (!CHECK(profile != NULL))
		return;
	/* 421 stays: it hides a cell of the default table; 452 had nothing to delete */
	check_paths(profile,
		"flow.before-quit tls.resume flow.before-next flow.after-failure "
		"reactions.auth.535 reactions.auth.else reactions.data.421 hello.names");
	const struct client_profile *client = profile_client(profile);
	CHECK_INT(client->flow[PLACE_BEFORE_FIRST].count, 0);
	CHECK_INT(client->flow[PLACE_BEFORE_NEXT].items[0], STEP_RESET);
	CHECK_INT(client->flow[PLACE_BEFORE_QUIT].items[0], STEP_NOOP);
	CHECK_INT(client->hello.names.count, 1);
	CHECK_INT(client->reactions[0].cells[0].actions[0], ACTION_QUIT);
	CHECK_INT(client->reactions[1].row, ROW_DATA);
	CHECK_INT(client->reactions[1].cells[0].action_count, 0);
	CHECK(client->tls.resume);
	/* name and about are a file's own; breaks is inherited from the nearest */
	CHECK_OCTETS(client->name, octets_of("A fixture"));
	CHECK_INT(client->about.len, 0);
	CHECK_INT(client->breaks.count, 2);
	CHECK_TEXT(profile_lineage(profile, 1), "parent");
	CHECK_TEXT(profile_lineage(profile, 2), "grandparent");
	CHECK(profile_lineage(profile, 3) == NULL);
	CHECK_TEXT(profile_difference(profile, 2).origin, "parent");
	CHECK_TEXT(profile_difference(profile, 2).value, "[reset]");
	profile_free(profile);
	static struct named_text broken[] = {
		{"correct", SHOWS("flow") "flow: {before-first: [reset]}\n"}, {NULL, NULL}};
	struct profile_source source = {.context = broken, .read = fixture_read};
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 4096);
	CHECK(profile_load(&memory_standard, PROFILE_CLIENT, "correct", &source, &errors) == NULL);
	CHECK_TEXT(buffer_string(&errors),
		"correct.yaml:2:8: error: the correct profile has no differences\n"
		"  flow: {before-first: [reset]}\n         ^~~~~~~~~~~~\n");
	buffer_free(&errors);
}

/* Refusals: the profile's own in the order written, then inherited ones, then the default table. */
static void refusals_keep_their_order(void)
{
	static struct named_text others[] = {
		{"parent",
			SHOWS("refuses") "refuses: {mail: {open: none, null: \"550 n\", no-auth: \"530 p\"}}\n"},
		{NULL, NULL}};
	static const struct {
		enum server_condition condition;
		const char *reply;
	} rows[] = {{CONDITION_SIZE_ZERO, "552 z"}, {CONDITION_NO_AUTH, "530 c"},
		{CONDITION_OPEN, "none"}, {CONDITION_NULL_SENDER, "550 n"},
		{CONDITION_BARE_LF, "500 5.5.2 A line ends in CR LF, not in LF alone"}};
	struct buffer errors;
	struct profile *profile = fixture_load(PROFILE_SERVER,
		SHOWS("refuses") "based-on: parent\nrefuses.mail: {size-zero: \"552 z\", no-auth: \"530 c\"}\n",
		others, &errors);
	CHECK_TEXT(buffer_string(&errors), "");
	buffer_free(&errors);
	if (!CHECK(profile != NULL))
		return;
	const struct server_profile *server = profile_server(profile);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_CASE("%zu", i);
		const struct refusal *refusal = &server->refusals[i];
		CHECK_INT(refusal->condition, rows[i].condition);
		CHECK_OCTETS(
			refusal->reply.none ? octets_of("none") : refusal->reply.lines.items[0],
			octets_of(rows[i].reply));
	}
	size_t nested = 0;
	for (size_t i = 0; i < server->refusal_count; i++)
		nested += server->refusals[i].verb == SERVER_MAIL &&
			  server->refusals[i].condition == CONDITION_OPEN;
	CHECK_INT(nested, 1);
	profile_free(profile);
}

static void evidence_weighs_and_matches(void)
{
	static const char text[] =
		"evidence:\n"
		"  - {assumption: \"a\", shows: [flow.before-next, reactions]}\n"
		"  - {report: \"r\", shows: [flow]}\n"
		"  - {trace: \"t\", shows: [flow]}\n"
		"  - {document: \"lighter\", shows: [flow]}\n"
		"  - {derived: \"d\", shows: [reactions.auth]}\n"
		"  - {source: \"s\", shows: [reactions.auth.535]}\n"
		"flow: {before-first: [reset], before-next: [reset]}\n"
		"reactions: {auth: {535: quit, 535-: drop}, auth-plain: {334: quit}}\n";
	static const char *const where[] = {"t", "a", "s", "d", "a"};
	struct profile *profile = load_client(text, NULL);
	if (!CHECK(profile != NULL))
		return;
	for (size_t i = 0; i < profile_setting_count(profile); i++) {
		struct profile_difference difference = profile_difference(profile, i);
		CHECK_CASE("%s", difference.path);
		CHECK_TEXT(difference.where, where[i]);
	}
	CHECK_TEXT(evidence_kind_name(profile_difference(profile, 2).evidence), "source");
	CHECK(profile_difference(profile, 5).path == NULL);
	profile_free(profile);
}

/* The default table of reactions has every row and no dead end. */
static void default_reactions_are_whole(void)
{
	size_t count;
	const struct reaction_row *rows = client_default_reactions(&count);
	CHECK_INT(count, ROW_COUNT);
	for (size_t r = 0; r < count; r++) {
		CHECK_CASE("row %zu", r);
		CHECK_INT(rows[r].row, r);
		unsigned int kinds = 0;
		for (size_t c = 0; c < rows[r].cell_count; c++) {
			const struct reaction *cell = &rows[r].cells[c];
			kinds |= 1U << cell->kind;
			CHECK(cell->action_count > 0);
			/* the last action is one that is possible at any time */
			uint8_t last = cell->actions[cell->action_count - 1];
			CHECK(last == ACTION_QUIT || last == ACTION_DROP || last == ACTION_GO_ON ||
				last == ACTION_GIVE_UP || last == ACTION_SKIP);
		}
		CHECK((kinds & 1U << EVENT_LOST) != 0 && (kinds & 1U << EVENT_TIMEOUT) != 0);
	}
	CHECK_INT(client_row_parent(ROW_HELLO_IN_TLS), ROW_HELLO_FOR_TLS);
	CHECK_INT(client_row_parent(ROW_HELLO_FOR_TLS), ROW_HELLO);
	CHECK_INT(client_row_parent(ROW_SESSION_RESET), ROW_RESET);
	CHECK_INT(client_row_parent(ROW_AUTH), ROW_COUNT);
}

static void founding_profiles_say_what_they_should(void)
{
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile *phone = fixture_profile(catalogue, PROFILE_CLIENT, "nokia-e61i");
	struct profile *server = fixture_profile(catalogue, PROFILE_SERVER, "qmail-spamcontrol");
	struct profile *cured =
		fixture_profile(catalogue, PROFILE_SERVER, "qmail-spamcontrol-cured");
	struct profile *later = fixture_profile(catalogue, PROFILE_SERVER, "s-qmail-forgetting");
	struct profile *correct = fixture_profile(catalogue, PROFILE_SERVER, "correct");
	if (!CHECK(phone && server && cured && later && correct))
		return;
	const struct client_profile *client = profile_client(phone);
	CHECK_OCTETS(client->name, octets_of("Nokia E61i"));
	CHECK_INT(client->flow[PLACE_BEFORE_FIRST].items[0], STEP_RESET);
	CHECK_INT(client_think(client, THINK_MESSAGE).from_ms, 155);
	CHECK(client->breaks.count > 0);
	CHECK_INT(client_reading(client, STEP_RECIPIENT, false), READING_FIRST_LINE);
	CHECK(client_timeout_ms(client, STEP_END) == PROFILE_NONE);
	const struct server_profile *s = profile_server(server);
	CHECK_INT(s->forgets[FORGET_AUTHENTICATION], 1 << FORGET_ON_RESET);
	CHECK_OCTETS(refusal_of(s, SERVER_RECIPIENT, CONDITION_NO_AUTH),
		octets_of("535 authentication required (#5.7.1)"));
	CHECK_OCTETS(refusal_of(s, SERVER_MAIL, CONDITION_NO_AUTH), octets_of("none"));
	CHECK_INT(profile_server(cured)->forgets[FORGET_AUTHENTICATION], 0);
	CHECK_INT(profile_server(cured)->forgets[FORGET_TLS], 0);
	CHECK_INT(profile_server(correct)->forgets[FORGET_TLS], 0);
	s = profile_server(later);
	CHECK_INT(s->forgets[FORGET_AUTHENTICATION], 1 << FORGET_ON_RESET);
	CHECK_OCTETS(refusal_of(s, SERVER_MAIL, CONDITION_NO_BRACKETS),
		octets_of("555 syntax error (#5.5.4)"));
	CHECK_OCTETS(s->offers.items[2], octets_of("AUTH LOGIN PLAIN CRAM-MD5"));
	profile_free(phone);
	profile_free(server);
	profile_free(cured);
	profile_free(later);
	profile_free(correct);
	catalogue_close(catalogue);
}

/* Whatever is left of a profile is a client or a server; nothing of it hangs on the whole one. */
static void check_subset(const struct profile *whole, struct random *random)
{
	bool keep[512];
	size_t count = profile_setting_count(whole), kept = 0;
	if (!CHECK(count <= sizeof keep / sizeof *keep))
		return;
	uint32_t share = random_below(random, 101);
	for (size_t i = 0; i < count; i++) {
		keep[i] = random_below(random, 100) < share;
		kept += keep[i];
	}
	struct profile *subset = profile_subset(whole, keep);
	if (!CHECK(subset != NULL))
		return;
	CHECK_INT(profile_setting_count(subset), kept);
	size_t cells = 0, written = 0;
	for (size_t i = 0, at = 0; i < count; i++) {
		if (!keep[i])
			continue;
		written += strncmp(profile_setting_path(whole, i), "reactions.", 10) == 0;
		CHECK_TEXT(profile_setting_path(subset, at++), profile_setting_path(whole, i));
	}
	if (profile_client(subset) != NULL) {
		const struct client_profile *client = profile_client(subset);
		for (size_t i = 0; i < client->reaction_count; i++)
			cells += client->reactions[i].cell_count;
		CHECK_INT(cells, written);
	}
	profile_free(subset);
}

static void any_subset_builds(void)
{
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct random random;
	random_init(&random, 2007);
	for (int kind = 0; kind < PROFILE_KIND_COUNT; kind++) {
		struct catalogue_list *list = catalogue_list(catalogue, (enum profile_kind)kind);
		for (size_t i = 0; i < catalogue_list_count(list); i++) {
			const char *name = catalogue_list_entry(list, i).name;
			struct profile *whole =
				fixture_profile(catalogue, (enum profile_kind)kind, name);
			for (int run = 0; whole != NULL && run < 2000; run++) {
				CHECK_CASE("%s, subset %d", name, run);
				check_subset(whole, &random);
			}
			profile_free(whole);
		}
		CHECK(catalogue_list_count(list) >= 3);
		catalogue_list_free(list);
	}
	catalogue_close(catalogue);
}

static void subsets_outlive_the_whole(void)
{
	struct profile *whole = load_client(
		SHOWS("flow, hello") "name: N\nflow: {before-first: [reset]}\nhello: {names: [a, b]}\n",
		NULL);
	static const bool second[] = {false, true}, first[] = {true};
	struct profile *subset = profile_subset(whole, second);
	profile_free(whole);
	struct profile *again = profile_subset(subset, first);
	profile_free(subset);
	if (!CHECK(again != NULL))
		return;
	check_paths(again, "hello.names");
	CHECK_OCTETS(profile_client(again)->hello.names.items[1], octets_of("b"));
	CHECK_INT(profile_client(again)->flow[PLACE_BEFORE_FIRST].count, 0);
	CHECK_OCTETS(profile_client(again)->name, octets_of("N"));
	profile_free(again);
}

/* Loads the phone and takes a subset; true where all of it came about. */
static bool load_with(const struct memory *memory, const struct profile_source *source)
{
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 1 << 20);
	bool keep[512] = {true, true, true};
	struct profile *profile =
		profile_load(memory, PROFILE_CLIENT, "nokia-e61i", source, &errors);
	struct profile *subset = profile == NULL ? NULL : profile_subset(profile, keep);
	/* want of memory is said, and nothing else */
	CHECK_TEXT(buffer_string(&errors), profile == NULL ? "error: out of memory\n" : "");
	bool complete = subset != NULL;
	profile_free(profile);
	profile_free(subset);
	buffer_free(&errors);
	return complete;
}

static void each_allocation_may_fail(void)
{
	struct failing_memory failing;
	struct catalogue *catalogue = fixture_catalogue(&memory_standard);
	struct profile_source source = catalogue_source(catalogue);
	failing_memory_init(&failing, 0);
	CHECK(load_with(&failing.memory, &source));
	CHECK_INT(failing.live, 0);
	size_t total = failing.count;
	CHECK(total > 10);
	for (size_t at = 1; at <= total; at++) {
		CHECK_CASE("allocation %zu of %zu fails", at, total);
		failing_memory_init(&failing, at);
		CHECK(!load_with(&failing.memory, &source));
		CHECK_INT(failing.live, 0);
	}
	catalogue_close(catalogue);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	if (!CHECK(file != NULL))
		return;
	fputs(text, file);
	fclose(file);
}

/* A catalogue of two folders: the first has a name first, and only regular files count. */
static void catalogue_reads_regular_files_only(void)
{
	char folder[] = "/tmp/profile_test_XXXXXX", path[200], other[200];
	static const char *const parts[] = {"clients/one.yaml", "clients/link.yaml",
		"clients/pipe.yaml", "clients/Two.yaml", "clients/large.yaml",
		"clients/correct.yaml", "clients"};
	if (!CHECK(mkdtemp(folder) != NULL))
		return;
	snprintf(path, sizeof path, "%s/clients", folder);
	CHECK_INT(mkdir(path, 0700), 0);
	snprintf(other, sizeof other, "%s/%s", folder, parts[0]);
	write_file(other, "name: One\n");
	snprintf(path, sizeof path, "%s/%s", folder, parts[1]);
	CHECK_INT(symlink(other, path), 0);
	snprintf(path, sizeof path, "%s/%s", folder, parts[2]);
	CHECK_INT(mkfifo(path, 0600), 0);
	snprintf(path, sizeof path, "%s/%s", folder, parts[3]);
	write_file(path, "name: Two\n");
	snprintf(path, sizeof path, "%s/%s", folder, parts[4]);
	write_file(path, "name: Large\n");
	CHECK_INT(truncate(path, PROFILE_MAX_OCTETS + 1), 0);
	snprintf(path, sizeof path, "%s/%s", folder, parts[5]);
	write_file(path, "name: Mine\n");
	const char *const folders[] = {folder, "profiles", "/nonexistent"};
	struct catalogue *catalogue = catalogue_open(&memory_standard, folders, 3);
	struct catalogue_list *list = catalogue_list(catalogue, PROFILE_CLIENT);
	static const char *const names[] = {"correct", "large", "nokia-e61i", "one"};
	static const char *const titles[] = {"Mine", "", "Nokia E61i", "One"};
	for (size_t i = 0, at = 0; i < 4; i++, at++) {
		while (strcmp(catalogue_list_entry(list, at).name, names[i]) < 0)
			at++;
		CHECK_TEXT(catalogue_list_entry(list, at).name, names[i]);
		CHECK_TEXT(catalogue_list_entry(list, at).title, titles[i]);
	}
	catalogue_list_free(list);
	struct profile_source source = catalogue_source(catalogue);
	struct buffer errors;
	buffer_init(&errors, &memory_standard, 4096);
	CHECK(profile_load(&memory_standard, PROFILE_CLIENT, "link", &source, &errors) == NULL);
	CHECK(profile_load(&memory_standard, PROFILE_CLIENT, "pipe", &source, &errors) == NULL);
	CHECK_TEXT(buffer_string(&errors),
		"link: error: there is no client profile of this name\n"
		"pipe: error: there is no client profile of this name\n");
	buffer_clear(&errors);
	CHECK(profile_load(&memory_standard, PROFILE_CLIENT, "large", &source, &errors) == NULL);
	struct octets ending = buffer_octets(&errors);
	static const char large[] = "large.yaml: error: larger than 262144 octets\n";
	CHECK_OCTETS(octets_from(ending, ending.len - strlen(large)), octets_of(large));
	buffer_free(&errors);
	catalogue_close(catalogue);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, parts[i]);
		CHECK_INT(remove(path), 0);
	}
	CHECK_INT(rmdir(folder), 0);
}

/* What says the correct value takes part in merging, and is then no difference. */
static void the_correct_value_is_no_difference(void)
{
	static struct named_text others[] = {
		{"parent", "evidence: [{test: x, shows: [hello, timeouts]}]\n"
			   "hello: {verb: helo, ipv6-tag: \"\"}\ntimeouts.else: 7 s\n"},
		{"plain", "name: plain\n"}, {NULL, NULL}};
	static const struct {
		const char *base, *text, *paths;
	} rows[] = {
		{"plain", "hello: {verb: ehlo, verb-plain: helo}", "hello.verb-plain"},
		{"plain", "hello.ipv6-tag: 'IPv6:'", ""},
		{"plain", "hello.names: [\"[{address}]\"]", ""},
		{"plain", "hello.names: [\"[{address}]\", none]", "hello.names"},
		{"plain", "timeouts.end: 10 min", ""},
		{"plain", "timeouts: {end: 10 min, else: none}", "timeouts.end timeouts.else"},
		{"parent", "hello.verb: ehlo", "hello.ipv6-tag timeouts.else"},
		{"parent", "timeouts.end: 10 min",
			"hello.verb hello.ipv6-tag timeouts.else timeouts.end"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer text, errors;
		CHECK_CASE("%s", rows[i].text);
		buffer_init(&text, &memory_standard, 4096);
		buffer_format(&text, "based-on: %s\nevidence: [{test: x, shows: [%s]}]\n%s\n",
			rows[i].base, rows[i].text[0] == 't' ? "timeouts" : "hello", rows[i].text);
		struct profile *profile =
			fixture_load(PROFILE_CLIENT, buffer_string(&text), others, &errors);
		CHECK_TEXT(buffer_string(&errors), "");
		if (profile != NULL)
			check_paths(profile, rows[i].paths);
		profile_free(profile);
		buffer_free(&text);
		buffer_free(&errors);
	}
}

/* An empty group takes away what was inherited in it, and nothing else. */
static void empty_groups_forget_what_was_inherited(void)
{
	static const struct {
		const char *text;
		uint32_t authentication, tls;
	} rows[] = {
		{"based-on: s-qmail-forgetting", 1u << FORGET_ON_RESET, 1u << FORGET_ON_RESET},
		{"based-on: s-qmail-forgetting\nforgets: {}", 1u << FORGET_ON_STARTTLS, 0},
		{"based-on: s-qmail-forgetting\nforgets: none", 1u << FORGET_ON_STARTTLS, 0},
		{"based-on: s-qmail-forgetting\nforgets: {authentication: []}\n"
		 "evidence: [{test: here, shows: [forgets]}]",
			0, 1u << FORGET_ON_RESET},
	};
	static const char *const folders[] = {"profiles"};
	struct catalogue *catalogue = catalogue_open(&memory_standard, folders, 1);
	struct profile_source source = catalogue_source(catalogue);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buffer text, errors;
		buffer_init(&text, &memory_standard, 10000);
		buffer_init(&errors, &memory_standard, 10000);
		buffer_format(&text, "name: x\n%s\n", rows[i].text);
		struct profile *profile = profile_load_text(&memory_standard, PROFILE_SERVER,
			"x.yaml", buffer_octets(&text), &source, &errors);
		CHECK_CASE("%s", rows[i].text);
		CHECK_TEXT(buffer_string(&errors), "");
		if (CHECK(profile != NULL)) {
			const struct server_profile *server = profile_server(profile);
			CHECK_INT(server->forgets[FORGET_AUTHENTICATION], rows[i].authentication);
			CHECK_INT(server->forgets[FORGET_TLS], rows[i].tls);
			CHECK_INT(server->offers.count, 4);
		}
		profile_free(profile);
		buffer_free(&text);
		buffer_free(&errors);
	}
	catalogue_close(catalogue);
}

#define TESTS(T)                                                                                   \
	T(empty_groups_forget_what_was_inherited)                                                  \
	T(empty_client_is_correct)                                                                 \
	T(empty_server_is_correct)                                                                 \
	T(the_correct_value_is_no_difference)                                                      \
	T(children_replace_path_by_path)                                                           \
	T(refusals_keep_their_order)                                                               \
	T(evidence_weighs_and_matches)                                                             \
	T(default_reactions_are_whole)                                                             \
	T(founding_profiles_say_what_they_should)                                                  \
	T(any_subset_builds)                                                                       \
	T(subsets_outlive_the_whole)                                                               \
	T(each_allocation_may_fail)                                                                \
	T(catalogue_reads_regular_files_only)
CHECK_MAIN("profile load", TESTS)
