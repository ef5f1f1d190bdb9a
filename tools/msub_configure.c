/* configure: from a domain to lines of msubrc. */
#include "msub_configure.h"

#include <string.h>
#include <sysexits.h>

#include "msub_words.h"

enum { SERVICES_MAX = 8 };

static bool is_below(const char *host, const char *domain)
{
	size_t host_len = strlen(host), domain_len = strlen(domain);
	if (host_len < domain_len || strcmp(host + host_len - domain_len, domain) != 0)
		return false;
	return host_len == domain_len || host[host_len - domain_len - 1] == '.';
}

/* Who speaks for the DNS may lie: what is not of the domain itself is for a person to confirm. */
static void write_warning(
	const struct msub_service *services, size_t count, const char *domain, FILE *to)
{
	size_t foreign = 0;
	fputs("# Found in the DNS, which anybody on the way may have forged.\n", to);
	for (size_t i = 0; i < count; i++) {
		if (is_below(services[i].host, domain))
			continue;
		fputs(foreign++ == 0 ? "# Not of the domain: " : ", ", to);
		words_print(to, services[i].host);
	}
	if (foreign > 0)
		fputs(".\n# Ask your provider whether that is right before you trust it with a "
		      "password.\n",
			to);
}

void configure_write(
	const char *address, const struct msub_service *services, size_t count, FILE *to)
{
	const struct msub_service *first = &services[0];
	write_warning(services, count, strrchr(address, '@') + 1, to);
	fputs("account ", to);
	words_print(to, address);
	fputs("\nhost ", to);
	words_print(to, first->host);
	fprintf(to, "\nport %u\ntls on\ntls_starttls %s\nauth on\nuser ", (unsigned int)first->port,
		first->tls == MSUB_TLS_IMPLICIT ? "off" : "on");
	words_print(to, address);
	fputs("\nfrom ", to);
	words_print(to, address);
	fputs("\n# The password: from the key ring (secret-tool store --label=mail host ", to);
	words_print(to, first->host);
	fputs(" service smtp user ", to);
	words_print(to, address);
	fputs("), or from a command:\n#passwordeval pass mail\n", to);
	for (size_t i = 1; i < count; i++) {
		fputs("# It announces as well: host ", to);
		words_print(to, services[i].host);
		fprintf(to, ", port %u, tls_starttls %s\n", (unsigned int)services[i].port,
			services[i].tls == MSUB_TLS_IMPLICIT ? "off" : "on");
	}
}

bool configure_print(const char *address, const struct msub_settings *settings, FILE *to,
	struct trouble *trouble)
{
	struct msub_service services[SERVICES_MAX];
	struct msub_failure failure = {0};
	size_t count = SERVICES_MAX;
	const char *at = strrchr(address, '@');
	if (at == NULL || at == address || at[1] == 0 || strpbrk(address, " \t\r\n\"") != NULL)
		return trouble_set(trouble, EX_USAGE,
			"--configure takes a mail address such as ann@example.org");
	enum msub_error error = msub_discover(at + 1, settings, services, &count, &failure);
	if (error == MSUB_HOST)
		return trouble_set(trouble, EX_NOHOST,
			"the domain %.200s announces no server for sending mail; ask your provider for "
			"its name, and write an account as msubrc(5) shows",
			at + 1);
	if (error != MSUB_OK)
		return trouble_set(trouble, EX_TEMPFAIL,
			"the DNS could not be asked about %.200s: %s; try again later", at + 1,
			msub_error_text(error));
	configure_write(address, services, count, to);
	return true;
}
