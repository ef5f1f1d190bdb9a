/* composer: finds msub-compose.so beside or below the program, wherever that was installed. */
#include "msub_composer.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

bool compose_is_asked(const struct compose_options *options)
{
	return options->subject != NULL || options->body_file != NULL ||
	       options->html_file != NULL || options->reply_to != NULL || options->to.count > 0 ||
	       options->cc.count > 0 || options->bcc.count > 0 || options->attach.count > 0 ||
	       options->headers.count > 0;
}

/* The folder of the running program; false: the system does not tell. */
static bool find_folder(char folder[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", folder, PATH_MAX - 1);
	if (len <= 0)
		return false;
	folder[len] = 0;
	char *slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = 0;
	return slash != NULL;
}

/* From the program's folder: where it is installed, and where it is built. */
static void *load(void)
{
	static const char *const places[] = {HANDSET_COMPOSE_FROM_PROGRAM, "msub-compose.so"};
	char folder[PATH_MAX], path[2 * PATH_MAX];
	void *module = NULL;
	bool found = find_folder(folder);
	for (size_t i = 0; found && module == NULL && i < sizeof places / sizeof *places; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, places[i]);
		if (access(path, R_OK) == 0)
			module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	}
	return module != NULL ? module : dlopen(HANDSET_COMPOSE_INSTALLED, RTLD_NOW | RTLD_LOCAL);
}

int composer_run(const struct compose_options *options, const char *from, const char *name,
	struct addresses *recipients, struct trouble *trouble)
{
	compose_function *compose = NULL;
	void *module = load();
	if (module != NULL) /* POSIX says that this is how a function is taken from it */
		*(void **)&compose = dlsym(module, "compose_message");
	if (compose == NULL) {
		const char *why = dlerror();
		trouble_set(trouble, EX_SOFTWARE,
			"what composes messages cannot be loaded: %s; install msub again",
			why == NULL ? "it is something else" : why);
		return -1;
	}
	return compose(options, from, name, recipients, trouble);
}
