/* null: a pointer that is missing is a mistake of the caller's and no crash, for every function. */
#include "check.h"
#include "msub.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What is whole, so that only the pointer in hand is missing. */
struct whole {
	struct msub_settings settings;
	struct msub_message *message;
	struct msub_session *session;
	struct msub_sender *sender;
	struct msub_network *network;
	struct msub_failure failure;
	struct msub_result result;
	struct msub_counts counts;
	struct msub_service services[1];
	struct msub_piece piece;
	size_t count;
};

static void whole_init(struct whole *whole)
{
	*whole = (struct whole){.count = 1};
	msub_settings_init(&whole->settings);
	whole->settings.host = "127.0.0.1";
	whole->settings.port = 1;
	whole->settings.tls = MSUB_TLS_NONE;
	CHECK_INT(msub_message_new(&whole->message, NULL), MSUB_OK);
	CHECK_INT(msub_session_new(&whole->session, &whole->settings, 0), MSUB_OK);
	CHECK_INT(msub_sender_new(&whole->sender, &whole->settings), MSUB_OK);
	CHECK_INT(msub_network_new(&whole->network, &whole->settings), MSUB_OK);
}

static void whole_free(struct whole *whole)
{
	msub_message_free(whole->message);
	msub_session_free(whole->session);
	msub_sender_free(whole->sender);
	msub_network_free(whole->network);
}

/* ---- calls that return an error ---- */

static const struct msub_memory no_memory = {NULL, NULL};
static struct msub_message *none[1] = {NULL};
static const struct msub_source unreadable = {.read = NULL};

static struct msub_settings *with_no_memory(struct whole *w)
{
	w->settings.memory = &no_memory;
	return &w->settings;
}

#define ERRORS(X)                                                                                  \
	X(USE, msub_message_new(NULL, NULL))                                                       \
	X(USE, msub_message_new(&other, &no_memory))                                               \
	X(USE, msub_message_sender(NULL, "a@example.org"))                                         \
	X(OK, msub_message_sender(w.message, NULL))                                                \
	X(USE, msub_message_add_recipient(NULL, "a@example.org"))                                  \
	X(ADDRESS, msub_message_add_recipient(w.message, NULL))                                    \
	X(USE, msub_message_add_recipient_with(NULL, "a@example.org", NULL))                       \
	X(ADDRESS, msub_message_add_recipient_with(w.message, NULL, NULL))                         \
	X(OK, msub_message_add_recipient_with(w.message, "a@example.org", NULL))                   \
	X(USE, msub_message_options(NULL, NULL))                                                   \
	X(OK, msub_message_options(w.message, NULL))                                               \
	X(USE, msub_message_content(NULL, "x", 1))                                                 \
	X(USE, msub_message_content(w.message, NULL, 1))                                           \
	X(OK, msub_message_content(w.message, NULL, 0))                                            \
	X(USE, msub_message_source(NULL, &unreadable))                                             \
	X(USE, msub_message_source(w.message, NULL))                                               \
	X(USE, msub_message_source(w.message, &unreadable))                                        \
	X(USE, msub_message_file(NULL, "/dev/null"))                                               \
	X(USE, msub_message_file(w.message, NULL))                                                 \
	X(USE, msub_message_descriptor(NULL, 0, false))                                            \
	X(USE, msub_message_remove_bcc(NULL, true))                                                \
	X(SETTINGS, msub_settings_check(NULL, NULL))                                               \
	X(OK, msub_settings_check(&w.settings, NULL))                                              \
	X(SETTINGS, msub_settings_check(with_no_memory(&w), NULL))                                 \
	X(USE, msub_sender_new(NULL, &w.settings))                                                 \
	X(SETTINGS, msub_sender_new(&sender, NULL))                                                \
	X(SETTINGS, msub_sender_new(&sender, with_no_memory(&w)))                                  \
	X(USE, msub_sender_add(NULL, w.message))                                                   \
	X(USE, msub_sender_add(w.sender, NULL))                                                    \
	X(USE, msub_session_new(NULL, &w.settings, 0))                                             \
	X(SETTINGS, msub_session_new(&session, NULL, 0))                                           \
	X(SETTINGS, msub_session_new(&session, with_no_memory(&w), 0))                             \
	X(USE, msub_session_add(NULL, w.message))                                                  \
	X(USE, msub_session_add(w.session, NULL))                                                  \
	X(USE, msub_session_tls_binding(NULL, MSUB_BINDING_UNIQUE, "x", 1))                        \
	X(USE, msub_session_tls_binding(w.session, MSUB_BINDING_UNIQUE, NULL, 1))                  \
	X(USE, msub_discover(NULL, NULL, w.services, &w.count, NULL))                              \
	X(USE, msub_discover("example.org", NULL, NULL, &w.count, NULL))                           \
	X(USE, msub_discover("example.org", NULL, w.services, NULL, NULL))                         \
	X(USE, msub_network_new(NULL, &w.settings))                                                \
	X(SETTINGS, msub_network_new(&network, NULL))                                              \
	X(SETTINGS, msub_network_new(&network, with_no_memory(&w)))                                \
	X(USE, msub_network_run(NULL, w.sender, NULL))                                             \
	X(USE, msub_network_run(w.network, NULL, NULL))                                            \
	X(OK, msub_network_run(w.network, w.sender, NULL))                                         \
	X(SETTINGS, msub_submit(NULL, NULL, 0, NULL))                                              \
	X(SETTINGS, msub_submit(with_no_memory(&w), NULL, 0, NULL))                                \
	X(USE, msub_submit(&w.settings, NULL, 1, NULL))                                            \
	X(USE, msub_submit(&w.settings, none, 1, NULL))                                            \
	X(OK, msub_submit(&w.settings, NULL, 0, NULL))                                             \
	X(SETTINGS, msub_look(NULL, &server, NULL))                                                \
	X(SETTINGS, msub_look(with_no_memory(&w), &server, NULL))                                  \
	X(USE, msub_look(&w.settings, NULL, NULL))

/* One row: a world of its own. */
#define ERROR_ROW(error, call)                                                                     \
	{                                                                                          \
		struct whole w;                                                                    \
		struct msub_message *other = NULL;                                                 \
		struct msub_sender *sender = NULL;                                                 \
		struct msub_session *session = NULL;                                               \
		struct msub_network *network = NULL;                                               \
		struct msub_server server = {0};                                                   \
		CHECK_CASE("%s", #call);                                                           \
		whole_init(&w);                                                                    \
		CHECK_TEXT(msub_error_name(call), #error);                                         \
		CHECK(other == NULL && sender == NULL && session == NULL && network == NULL);      \
		msub_server_free(&server);                                                         \
		whole_free(&w);                                                                    \
	}

static void missing_pointers_are_errors(void)
{
	ERRORS(ERROR_ROW)
}

/* ---- calls that return something else ---- */

#define VALUES(X)                                                                                  \
	X(msub_message_is_finished(NULL), 0)                                                       \
	X(msub_message_recipient_count(NULL), 0)                                                   \
	X(msub_message_result(NULL, 0, &w.result), 0)                                              \
	X(msub_message_result(w.message, 0, NULL), 0)                                              \
	X(msub_message_count(NULL, MSUB_NOT_TRIED), 0)                                             \
	X(msub_message_remarks(NULL), 0)                                                           \
	X(msub_sender_session(NULL, 0) != NULL, 0)                                                 \
	X(msub_sender_is_finished(NULL), 0)                                                        \
	X(msub_sender_finished(NULL) != NULL, 0)                                                   \
	X(msub_sender_learned(NULL), 0)                                                            \
	X(msub_sender_turns(NULL), 0)                                                              \
	X(msub_session_wants(NULL), 0)                                                             \
	X(msub_session_output(NULL, &w.piece, 1), 0)                                               \
	X(msub_session_output(w.session, NULL, 1), 0)                                              \
	X(msub_session_deadline_ms(NULL) == MSUB_NEVER, 1)                                         \
	X(msub_session_turns(NULL), 0)

#define VALUE_ROW(call, value)                                                                     \
	CHECK_CASE("%s", #call);                                                                   \
	CHECK_INT(call, value);

/* Each leaves what is there as it was, and does not crash. */
#define CALLS(X)                                                                                   \
	X(msub_settings_init(NULL))                                                                \
	X(msub_message_free(NULL))                                                                 \
	X(msub_message_failure(w.message, NULL))                                                   \
	X(msub_sender_free(NULL))                                                                  \
	X(msub_sender_failure(w.sender, NULL))                                                     \
	X(msub_sender_counts(w.sender, NULL))                                                      \
	X(msub_session_free(NULL))                                                                 \
	X(msub_session_connected(NULL, NULL, 0))                                                   \
	X(msub_session_connect_failed(NULL, NULL, 0))                                              \
	X(msub_session_host_failed(NULL, NULL, 0))                                                 \
	X(msub_session_service(NULL, MSUB_TLS_IMPLICIT))                                           \
	X(msub_session_server(NULL, "h", 1))                                                       \
	X(msub_session_server(w.session, NULL, 1))                                                 \
	X(msub_session_taken(NULL, 1, 0))                                                          \
	X(msub_session_input(NULL, "x", 1, 0))                                                     \
	X(msub_session_input(w.session, NULL, 1, 0))                                               \
	X(msub_session_end_of_input(NULL, NULL, 0))                                                \
	X(msub_session_tls_up(NULL, true, NULL, 0))                                                \
	X(msub_session_tls_failed(NULL, NULL, 0))                                                  \
	X(msub_session_closed(NULL, 0))                                                            \
	X(msub_session_tick(NULL, 0))                                                              \
	X(msub_session_quit(NULL, 0))                                                              \
	X(msub_session_failure(w.session, NULL))                                                   \
	X(msub_network_free(NULL))                                                                 \
	X(msub_server_free(NULL))

#define CALL_ROW(call)                                                                             \
	CHECK_CASE("%s", #call);                                                                   \
	call;                                                                                      \
	CHECK_INT(msub_session_wants(w.session), MSUB_WANTS_CONNECT);

static void missing_objects_are_nothing(void)
{
	struct whole w;
	whole_init(&w);
	VALUES(VALUE_ROW)
	CALLS(CALL_ROW)
	w.counts.turns = 7;
	msub_sender_counts(NULL, &w.counts);
	CHECK_INT(w.counts.turns, 0);
	whole_free(&w);
}

/* The failure that is asked for says it, with texts that may be read. */
static void failures_say_it(void)
{
	struct whole w;
	struct msub_server server;
	const char *which = NULL;
	whole_init(&w);
	struct msub_failure failures[6];
	msub_message_failure(NULL, &failures[0]);
	msub_sender_failure(NULL, &failures[1]);
	msub_session_failure(NULL, &failures[2]);
	msub_network_run(w.network, NULL, &failures[3]);
	msub_discover(NULL, NULL, w.services, &w.count, &failures[4]);
	msub_submit(&w.settings, NULL, 1, &failures[5]);
	for (size_t i = 0; i < COUNT(failures); i++) {
		CHECK_CASE("failure %zu", i);
		CHECK_TEXT(msub_error_name(failures[i].error), "USE");
		CHECK_TEXT(failures[i].text, "");
		CHECK_TEXT(failures[i].reply.text, "");
	}
	CHECK_INT(msub_settings_check(NULL, &which), MSUB_SETTINGS);
	CHECK_TEXT(which, "settings");
	CHECK_INT(msub_settings_check(with_no_memory(&w), &which), MSUB_SETTINGS);
	CHECK_TEXT(which, "memory");
	CHECK_INT(msub_submit(NULL, NULL, 0, &w.failure), MSUB_SETTINGS);
	CHECK_TEXT(w.failure.text, "settings");
	CHECK_INT(msub_look(NULL, &server, &w.failure), MSUB_SETTINGS);
	CHECK_TEXT(w.failure.text, "settings");
	CHECK_TEXT(server.greeting, "");
	msub_server_free(&server);
	whole_free(&w);
}

#define TESTS(T)                                                                                   \
	T(missing_pointers_are_errors)                                                             \
	T(missing_objects_are_nothing)                                                             \
	T(failures_say_it)
CHECK_MAIN("null", TESTS)
