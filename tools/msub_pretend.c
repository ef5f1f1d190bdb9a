/* pretend: one line for each setting. */
#include "msub_pretend.h"

#include "msub_choice.h"
#include "msub_settings.h"
#include "msub_words.h"

static void print_account(const struct account *account, FILE *to)
{
	if (account->file == NULL) {
		fputs("account of the command line\n", to);
	} else {
		fputs("account ", to);
		words_print(to, account->name);
		fputs(" of ", to);
		words_print(to, account->file);
		fputc('\n', to);
	}
	for (size_t i = 0; i < KEY_COUNT; i++) {
		const char *text = account->values[i].text;
		fprintf(to, "%s = ", keys[i].name);
		if (text == NULL || *text == 0)
			fputs("(not set)", to);
		else if (keys[i].kind == KIND_SECRET)
			fputc('*', to);
		else
			words_print(to, text);
		fputc('\n', to);
	}
}

bool pretend_print(const struct msub_options *options, FILE *to, struct trouble *trouble)
{
	struct account account = {0};
	struct msub_settings settings;
	bool chosen = choice_make(&account, options, options->from, trouble);
	if (chosen)
		print_account(&account, to);
	bool good = chosen && settings_make(&settings, &account, trouble);
	account_free(&account);
	return good;
}
