/*
 * account: what is known of one server and of how to send through it.
 *
 * An account is a text for each key (msub_keys.h), checked when it is set. A text that is there is
 * what was said; an empty one was said too, and unsets what an account inherits. Accounts come
 * from files, one after the other, or from the command line alone. Everything is copied, and
 * wiped before it is freed, since there may be a password among it.
 */
#ifndef TOOLS_MSUB_ACCOUNT_H
#define TOOLS_MSUB_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "msub_keys.h"
#include "msub_trouble.h"

struct account_value {
	char *text; /* NULL: not said */
	bool own;   /* by this account; otherwise by the defaults of its file, and not inherited */
};

struct account {
	char *name;
	char *file; /* where it stands; NULL: nowhere */
	struct account_value values[KEY_COUNT];
	char *proxy; /* "host:port" of both keys, made when it is chosen; NULL: none */
};

struct accounts {
	struct account *items;
	size_t count;
};

/*
 * Sets a key, an older name's as the one it stands for; a path's ~ becomes the home folder. False:
 * `why` is "takes ..., not ..." (see keys_check()) or "out of memory".
 */
bool account_set(
	struct account *account, enum key key, const char *argument, char *why, size_t room);
/* Sets in `account` all that is said in `from`; only what is its own, where `own`. False: memory.
 */
bool account_take(struct account *account, const struct account *from, bool own);
void account_free(struct account *account);

/* The text of a key, lent; NULL where it is not said or is empty. */
const char *account_text(const struct account *account, enum key key);
bool account_is_on(const struct account *account, enum key key, bool otherwise);
/* The index of the word among the key's. */
int account_word(const struct account *account, enum key key, int otherwise);
/* 0 where there is none. */
unsigned long account_number(const struct account *account, enum key key);

/* Puts it in the place of one of the same name, or behind the last; it is taken. False: memory. */
bool accounts_add(struct accounts *accounts, struct account *account);
/* Lent; NULL where there is none. */
const struct account *accounts_find(const struct accounts *accounts, const char *name);
/*
 * The first one whose "from" is the address, with or without the address's detail (me+lists@ is
 * me@), or a shell pattern that it matches. Lent; NULL where there is none.
 */
const struct account *accounts_find_from(const struct accounts *accounts, const char *address);
void accounts_free(struct accounts *accounts);

#endif
