/* store_worker: one thread, one queue, one folder sync for many messages. */
#include "store_worker.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "clock.h"

enum { BATCH_MAX = 64 }; /* each has a file open for a moment */

struct job {
	struct job *next;
	const struct player_mail *mail;
	store_done *done;
	void *waiter;
	uint64_t octets;
	bool safe;
	struct maildir_file file;
};

/* First in, first out. */
struct queue {
	struct job *first, **end;
};

struct store_worker {
	const struct memory *memory;
	struct store_worker_settings settings;
	struct store store;
	pthread_t thread;
	int wake;	      /* eventfd: something is in `finished` */
	pthread_mutex_t lock; /* for everything below */
	pthread_cond_t work;
	struct queue waiting, finished;
	size_t open_count; /* begun and not collected */
	bool stop;
	uint64_t reserved_octets, reserved_messages;
	struct store_worker_counts counts;
	struct sentence why;
};

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->end = &queue->first;
}

static void queue_put(struct queue *queue, struct job *job)
{
	job->next = NULL;
	*queue->end = job;
	queue->end = &job->next;
}

static struct job *queue_take(struct queue *queue)
{
	struct job *job = queue->first;
	if (job == NULL)
		return NULL;
	queue->first = job->next;
	if (queue->first == NULL)
		queue->end = &queue->first;
	return job;
}

/* ---- the worker's thread ---- */

static size_t take_batch(struct store_worker *worker, struct job *batch[BATCH_MAX])
{
	size_t count = 0;
	pthread_mutex_lock(&worker->lock);
	while (worker->waiting.first == NULL && !worker->stop)
		pthread_cond_wait(&worker->work, &worker->lock);
	while (count < BATCH_MAX && worker->waiting.first != NULL)
		batch[count++] = queue_take(&worker->waiting);
	pthread_mutex_unlock(&worker->lock);
	return count;
}

/* All steps for all: write, sync each, rename, and one sync of the folder for the lot. */
static void deliver(
	struct store_worker *worker, struct job **batch, size_t count, struct sentence *why)
{
	struct maildir *maildir = worker->settings.maildir;
	uint64_t now =
		worker->settings.unix_time == NULL ? clock_unix() : worker->settings.unix_time();
	bool any = false;
	for (size_t i = 0; i < count; i++)
		batch[i]->safe = maildir_write(maildir, batch[i]->mail, now, &batch[i]->file, why);
	for (size_t i = 0; i < count; i++)
		batch[i]->safe = batch[i]->safe && maildir_sync(maildir, &batch[i]->file, why);
	for (size_t i = 0; i < count; i++) {
		batch[i]->safe = batch[i]->safe && maildir_publish(maildir, &batch[i]->file, why);
		any = any || batch[i]->safe;
	}
	if (!any || maildir_sync_folder(maildir, why))
		return;
	for (size_t i = 0; i < count; i++) {
		if (batch[i]->safe)
			maildir_drop(maildir, &batch[i]->file);
		batch[i]->safe = false;
	}
}

static void hand_back(
	struct store_worker *worker, struct job **batch, size_t count, const struct sentence *why)
{
	uint64_t one = 1;
	pthread_mutex_lock(&worker->lock);
	worker->counts.batches++;
	if (why->text[0] != 0)
		worker->why = *why;
	for (size_t i = 0; i < count; i++) {
		struct job *job = batch[i];
		if (job->safe) {
			worker->counts.stored++;
			worker->counts.octets += job->octets;
		} else {
			worker->counts.refused++;
			worker->reserved_messages--;
			worker->reserved_octets -= job->octets;
		}
		queue_put(&worker->finished, job);
	}
	pthread_mutex_unlock(&worker->lock);
	while (write(worker->wake, &one, sizeof one) < 0 && errno == EINTR)
		;
}

static void *work(void *context)
{
	struct store_worker *worker = context;
	struct job *batch[BATCH_MAX];
	size_t count;
	while ((count = take_batch(worker, batch)) > 0) {
		struct sentence why = {""};
		deliver(worker, batch, count, &why);
		hand_back(worker, batch, count, &why);
	}
	return NULL;
}

/* ---- the loop's thread ---- */

/* Room is reserved at the beginning, so that many at once cannot pass the limit together. */
static bool reserve(struct store_worker *worker, uint64_t octets)
{
	const struct store_worker_settings *limits = &worker->settings;
	if (limits->messages_max != 0 && worker->reserved_messages >= limits->messages_max) {
		sentence_set(&worker->why, "the limit of %llu messages is reached",
			(unsigned long long)limits->messages_max);
		return false;
	}
	if (limits->octets_max != 0 &&
		(octets > limits->octets_max ||
			worker->reserved_octets > limits->octets_max - octets)) {
		sentence_set(&worker->why, "the limit of %llu octets is reached",
			(unsigned long long)limits->octets_max);
		return false;
	}
	worker->reserved_messages++;
	worker->reserved_octets += octets;
	return true;
}

static void begin(void *context, const struct player_mail *mail, store_done *done, void *waiter)
{
	struct store_worker *worker = context;
	struct job *job = memory_new(worker->memory, 1, sizeof *job);
	pthread_mutex_lock(&worker->lock);
	bool taken = job != NULL && reserve(worker, mail->content_len);
	if (taken) {
		*job = (struct job){.mail = mail, .done = done, .waiter = waiter};
		job->octets = mail->content_len;
		queue_put(&worker->waiting, job);
		worker->open_count++;
		pthread_cond_signal(&worker->work);
	} else {
		worker->counts.refused++;
	}
	pthread_mutex_unlock(&worker->lock);
	if (taken)
		return;
	memory_free(worker->memory, job, sizeof *job);
	done(waiter, false);
}

static struct job *next_finished(struct store_worker *worker)
{
	pthread_mutex_lock(&worker->lock);
	struct job *job = queue_take(&worker->finished);
	if (job != NULL)
		worker->open_count--;
	pthread_mutex_unlock(&worker->lock);
	return job;
}

void store_worker_collect(struct store_worker *worker)
{
	uint64_t count;
	struct job *job;
	while (read(worker->wake, &count, sizeof count) < 0 && errno == EINTR)
		;
	while ((job = next_finished(worker)) != NULL) {
		job->done(job->waiter, job->safe);
		memory_free(worker->memory, job, sizeof *job);
	}
}

struct store_worker *store_worker_new(const struct memory *memory,
	const struct store_worker_settings *settings, struct sentence *why)
{
	struct store_worker *worker = memory_new(memory, 1, sizeof *worker);
	if (worker == NULL) {
		sentence_set(why, "no memory for the store");
		return NULL;
	}
	worker->memory = memory;
	worker->settings = *settings;
	worker->store = (struct store){.context = worker, .begin = begin};
	queue_init(&worker->waiting);
	queue_init(&worker->finished);
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->work, NULL);
	worker->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (worker->wake >= 0 && pthread_create(&worker->thread, NULL, work, worker) == 0)
		return worker;
	sentence_set(why, "the store's thread could not be started");
	if (worker->wake >= 0)
		close(worker->wake);
	pthread_cond_destroy(&worker->work);
	pthread_mutex_destroy(&worker->lock);
	memory_free(memory, worker, sizeof *worker);
	return NULL;
}

void store_worker_free(struct store_worker *worker)
{
	if (worker == NULL)
		return;
	pthread_mutex_lock(&worker->lock);
	worker->stop = true;
	pthread_cond_signal(&worker->work);
	pthread_mutex_unlock(&worker->lock);
	pthread_join(worker->thread, NULL);
	store_worker_collect(worker);
	close(worker->wake);
	pthread_cond_destroy(&worker->work);
	pthread_mutex_destroy(&worker->lock);
	memory_free(worker->memory, worker, sizeof *worker);
}

const struct store *store_worker_store(struct store_worker *worker)
{
	return &worker->store;
}

int store_worker_descriptor(const struct store_worker *worker)
{
	return worker->wake;
}

size_t store_worker_waiting(struct store_worker *worker)
{
	pthread_mutex_lock(&worker->lock);
	size_t count = worker->open_count;
	pthread_mutex_unlock(&worker->lock);
	return count;
}

struct store_worker_counts store_worker_counts(struct store_worker *worker)
{
	pthread_mutex_lock(&worker->lock);
	struct store_worker_counts counts = worker->counts;
	pthread_mutex_unlock(&worker->lock);
	return counts;
}

struct sentence store_worker_why(struct store_worker *worker)
{
	pthread_mutex_lock(&worker->lock);
	struct sentence why = worker->why;
	pthread_mutex_unlock(&worker->lock);
	return why;
}
