/*
 * phone_clients: clients of the field as texts, for tests that want many different ones; which
 * keys they have matters here, not whether each is exact. Those of the project are named.
 */
#ifndef SUPPORT_PHONE_CLIENTS_H
#define SUPPORT_PHONE_CLIENTS_H

static const char *const phone_clients[] = {
	"correct",
	"symbian-9.1",
	"nokia-e61i",
	/* later builds of the same: QUIT, and then on all the same */
	"flow: {before-first: [reset], before-next: [reset], before-hello-retry: [reset]}\n"
	"hello: {names: [\"[{address}]\", \"[localhost]\"], verb-plain: sniff}\n"
	"replies: {reading: {session: refusals-by-line, transaction: first-line}}\n"
	"timeouts: {else: none, end: 600 s}\n"
	"reactions:\n"
	"  hello: {421 450 500: [helo, quit], else: [helo, quit-and-go-on]}\n"
	"  auth: {435: go-on, 535-: drop, 500 501: quit, else: quit-and-go-on}\n"
	"  body: {broken: quit}",
	"flow: {per-connection: 1}\n"
	"hello: {names: [localhost]}\n"
	"offers: {case: exact, starttls: after-dash, auth: anywhere}\n"
	"wire: {mail: \"MAIL FROM: <{sender}>\", recipient: \"RCPT TO: <{recipient}>\"}\n"
	"reactions: {hello: {else: quit}, auth: {else: quit}, recipient: {else: give-up}}\n"
	"auth: {mechanisms: [PLAIN, LOGIN]}\n"
	"tls: {inside-tls: true}\n"
	"envelope: {addresses: as-typed, parameters: []}\n"
	"data: {stuffing: none, before-dot: \"\\r\\n\"}\n"
	"close: {quit: false}\n"
	"timeouts: {connect: 10 s, else: 60 s}\n"
	"outbox: {keep: [4xx, 5xx, lost, unsure]}\n"
	"message: {text-encoding: base64}",
	"flow: {after-message: [reset], after-failure: [reset]}\n"
	"hello: {names: [www.example.com]}\n"
	"reactions:\n"
	"  hello: {else: [helo, quit]}\n"
	"  auth: {not-offered: go-on}\n"
	"  recipient: {452 552: give-up}\n"
	"auth: {mechanisms: [LOGIN, PLAIN]}\n"
	"envelope: {parameters: [SIZE-IF-LIMITED]}",
	"hello: {names: [messageserver]}\n"
	"reactions: {hello: {500: [helo, quit], else: quit}}\n"
	"replies: {reading: {else: first-line, hello: whole}}\n"
	"auth: {initial-response: []}\n"
	"envelope: {pipelining: envelope}\n"
	"data: {stuffing: none, before-dot: \"\\r\\n\"}\n"
	"close: {wait: false}\n"
	"timeouts: {auth: 20 s}",
	"connect: {probe: tls}\n"
	"auth: {mechanisms: [CRAM-MD5, PLAIN, LOGIN]}",
	"hello: {names: [\"{device}\"]}\n"
	"offers: {auth-equals: only}\n"
	"auth: {mechanisms: [LOGIN], prompts: [\"Username:\", \"Password:\"], before-tls: true}\n"
	"tls: {starttls-ports: [25]}\n"
	"timeouts: {end: 60 s}\n"
	"outbox: {keep: [4xx, 5xx, lost, unsure], retry: [5 min], attempts: 0}",
	"tls: {start: at-once}",
	"hello: {verb: helo, verb-plain: helo}\n"
	"wire: {helo: HELO, mail: \"MAIL FROM:{sender}\", line-end: lf}\n"
	"writes: {command: cr-lf-apart}\n"
	"reactions: {auth: {not-offered: go-on}}\n"
	"auth: {mechanisms: []}\n"
	"tls: {start: never}\n"
	"data: {line-ends: lf}",
	"flow: {before-next: [reset]}\n"
	"hello: {names: [\"{host}\"]}\n"
	"reactions: {recipient: {else: give-up}, reset: {else: drop}}\n"
	"replies: {drain: false}\n"
	"envelope: {pipelining: envelope-and-data}",
	"flow: {before-next: [reset], after-failure: [reset], nested-mail: true}\n"
	"envelope: {pipelining: envelope-and-data, parameters: [SIZE, BODY, AUTH, SMTPUTF8]}\n"
	"reactions: {mail: {else: [again, give-up]}, recipient: {none-accepted: go-on}}\n"
	"outbox: {retry: [1 s, 2 s], attempts: 3}",
	/* everything that can be done, wherever it makes sense or not */
	"flow: {after-tls: [hello, reset], after-auth: [hello], before-hello-retry: [hello, noop], "
	"before-next-if-failed: [noop], before-quit: [reset], hello-after-tls: false}\n"
	"auth: {unadvertised: true}\n"
	"replies: {reading: {else: refusals-by-line}, text-required: true}\n"
	"reactions:\n"
	"  greeting: {else: go-on}\n"
	"  hello: {5xx: [next-name, helo, go-on], 4xx: hang}\n"
	"  starttls: {not-offered: go-on, else: go-on}\n"
	"  auth: {334: same-again, timeout: same-again, 5xx: [next-mechanism, same-again]}\n"
	"  reset: {else: quit-and-go-on, timeout: go-on}\n"
	"  mail: {timeout: go-on, lost: again, 4xx: go-on}\n"
	"  recipient: {2xx: skip, 550-: skip, else: go-on}\n"
	"  data: {else: go-on, 250-: drop}\n"
	"  end: {timeout: give-up, else: [again, go-on]}\n"
	"  quit: {else: quit, timeout: again}\n"
	"close: {how: rst, tls-bye: false}",
};
enum { PHONE_CLIENT_COUNT = sizeof phone_clients / sizeof *phone_clients };

#endif
