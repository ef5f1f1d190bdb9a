/* curl_client: libcurl's multi interface, one easy handle per connection. */
#include "load.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hand {
	CURL *easy;
	const char *text;
	size_t left;
};

static size_t give(char *to, size_t size, size_t count, void *argument)
{
	struct hand *hand = argument;
	size_t room = size * count, len = room < hand->left ? room : hand->left;
	memcpy(to, hand->text, len);
	hand->text += len;
	hand->left -= len;
	return len;
}

static CURL *make(const struct load *load, struct hand *hand, struct curl_slist *recipients)
{
	char url[80];
	CURL *easy = curl_easy_init();
	snprintf(url, sizeof url, "%s://%s:%u", load->tls == LOAD_IMPLICIT ? "smtps" : "smtp",
		load->tls == LOAD_PLAIN ? "127.0.0.1" : "localhost", load->port);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, "<" LOAD_SENDER ">");
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(easy, CURLOPT_READDATA, hand);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, hand);
	curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)load->text_len);
	curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L * 1024);
	if (load->per_session == 1)
		curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	if (load->login) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, LOAD_USER);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, LOAD_PASSWORD);
		curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L);
	}
	if (load->tls != LOAD_PLAIN) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, load->authority);
		curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	}
	return easy;
}

struct work {
	const struct load *load;
	CURLM *multi;
	unsigned int started, done;
	int refused;
};

static void start(struct work *work, struct hand *hand)
{
	if (work->started >= work->load->messages)
		return;
	hand->text = work->load->text[work->started++ % work->load->made];
	hand->left = work->load->text_len;
	curl_multi_add_handle(work->multi, hand->easy);
}

static void finish(struct work *work, const CURLMsg *message)
{
	struct hand *hand;
	curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &hand);
	if (message->data.result != CURLE_OK) {
		fprintf(stderr, "%s\n", curl_easy_strerror(message->data.result));
		work->refused = 1;
	}
	work->done++;
	curl_multi_remove_handle(work->multi, hand->easy);
	start(work, hand);
}

int run_load(const struct load *load)
{
	struct work work = {.load = load, .multi = curl_multi_init()};
	struct hand *hands = calloc(load->connections, sizeof *hands);
	struct curl_slist *recipients = curl_slist_append(NULL, "<" LOAD_RECIPIENT ">");
	int running, left;
	const CURLMsg *message;
	for (unsigned int i = 0; i < load->connections; i++) {
		hands[i].easy = make(load, &hands[i], recipients);
		start(&work, &hands[i]);
	}
	while (work.done < load->messages && work.refused == 0) {
		curl_multi_perform(work.multi, &running);
		while ((message = curl_multi_info_read(work.multi, &left)) != NULL)
			finish(&work, message);
		if (work.done < load->messages)
			curl_multi_poll(work.multi, NULL, 0, 20000, NULL);
	}
	for (unsigned int i = 0; i < load->connections; i++)
		curl_easy_cleanup(hands[i].easy);
	curl_multi_cleanup(work.multi);
	curl_slist_free_all(recipients);
	free(hands);
	return work.refused;
}
