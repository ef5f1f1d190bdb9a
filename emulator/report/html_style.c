/*
 * html_style: how the page looks: wide and narrow, by day and by night, on paper.
 *
 * A page of one file has no other place for its style, and its policy allows no style but this one,
 * known by its digest (CSP Level 3, 2.3.1: hash-source).
 */
#include "html.h"

#include "base64.h"

#include <nettle/sha2.h>

static const char *const style[] = {
	/* by day; text on tinted cells has a contrast of 4.5 to 1 and more (WCAG 1.4.3) */
	":root{color-scheme:light dark;--ink:#1a1a1a;--paper:#fff;--soft:#595959;--line:#c8c8c8;"
	"--link:#0b4fb3;--good:#e6f4ea;--good-ink:#14532d;--bad:#fde8e8;--bad-ink:#8a1515;"
	"--warning:#fff4d6;--warning-ink:#6b4700;--quiet:#f2f2f2}\n",
	"@media (prefers-color-scheme:dark){:root{--ink:#e8e8e8;--paper:#161616;--soft:#a8a8a8;"
	"--line:#444;--link:#8ab4f8;--good:#12321d;--good-ink:#9fe0b4;--bad:#421616;"
	"--bad-ink:#ffb4b4;--warning:#3a2c05;--warning-ink:#ffd97a;--quiet:#242424}}\n",
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;max-width:75rem;padding:1rem;color:var(--ink);background:var(--paper);"
	"font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n"
	"h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0;padding:.75rem 1rem;"
	"border-left:.5rem solid}\n"
	"h2{font-size:1.3rem;margin:2rem 0 .5rem}h3{margin:2rem 0 .5rem;scroll-margin-top:1rem}h4{margin:0 0 .5rem}"
	"h5{font-size:1rem;margin:1rem 0 .25rem}\n"
	"a{color:var(--link)}small{color:var(--soft)}code{font:.9em/1.4 ui-monospace,monospace;"
	"white-space:pre-wrap;unicode-bidi:isolate}\n"
	":focus-visible{outline:3px solid var(--link);outline-offset:2px}\n"
	".unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);"
	"white-space:nowrap}\n"
	".skip{position:absolute;left:-99rem}.skip:focus{position:static}\n",
	".good{background:var(--good);color:var(--good-ink)}\n"
	".bad{background:var(--bad);color:var(--bad-ink)}\n"
	".warning{background:var(--warning);color:var(--warning-ink)}\n"
	".quiet{background:var(--quiet)}\n"
	".good a,.bad a,.warning a{color:inherit}.mark{font-weight:bold}\n",
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.5rem 0}"
	"dt{color:var(--soft)}dd{margin:0;min-width:0}\n"
	".groups{list-style:none;padding:0}.group{border-left:.5rem solid;padding:.75rem 1rem;"
	"margin:0 0 1rem}.group small,.group dt,.group a{color:inherit}"
	".group.bad{border-color:var(--bad-ink)}.group.warning{border-color:var(--warning-ink)}"
	".group{color:var(--ink)}.keys{list-style:square}\n",
	"table{border-collapse:collapse;width:100%}caption{text-align:left;color:var(--soft);"
	"padding:.25rem 0}\n"
	"th,td{border:1px solid var(--line);padding:.3rem .5rem;text-align:left;"
	"vertical-align:top;overflow-wrap:break-word}tbody th,.cause{overflow-wrap:anywhere}\n"
	"thead th{position:sticky;top:0;background:var(--paper)}tbody th{font-weight:normal}\n"
	"td a{display:block}tr:target th,tr:target td{outline:2px solid var(--link)}\n"
	".matrix tbody th{font-family:ui-monospace,monospace;font-size:.9rem}"
	".matrix .words{white-space:nowrap}\n",
	/* what a cell opens */
	".more{display:none;border:2px solid var(--line);border-radius:.4rem;padding:1rem;"
	"margin:1rem 0;scroll-margin-top:1rem}\n"
	".more:target,.more:has(:target){display:block}\n"
	"@supports not selector(:has(a)){.more{display:block}}\n"
	".more h4,.more h5{padding:.3rem .5rem}section:target{outline:3px solid var(--link);"
	"outline-offset:.25rem;scroll-margin-top:1rem}\n"
	".dialogue{list-style:none;margin:.5rem 0;padding:.5rem;background:var(--quiet);"
	"color:var(--ink)}.dialogue li{position:relative;padding-left:2.2rem}"
	".said{position:absolute;left:0;font:.9em/1.6 ui-monospace,monospace;color:var(--soft)}"
	".refused code{font-weight:bold;text-decoration:underline;text-underline-offset:.2em}"
	".remark code{color:var(--soft)}\n",
	/* a phone: marks only, headings upright, and what is wider is moved sideways by itself */
	"@media (max-width:60rem){.wide{overflow-x:auto}thead th{position:static}"
	".matrix th,.matrix td{padding:.25rem}.matrix thead .aspect span{writing-mode:vertical-rl}"
	".matrix td .words{position:absolute;width:1px;height:1px;overflow:hidden;"
	"clip-path:inset(50%);white-space:nowrap}.matrix td{position:relative;min-width:2rem}"
	".matrix tbody th,.matrix .cause{min-width:7rem}.matrix .tls{font-size:.75rem}"
	"body{padding:.5rem}}\n",
	"@media print{:root{color-scheme:light;--ink:#000;--paper:#fff}body{max-width:none;"
	"padding:0;font-size:9pt}.skip,.back{display:none}.more.printed{display:block}"
	"thead th{position:static}.wide{overflow:visible}"
	"h2,h3,h4,h5{break-after:avoid}tr,.group,.dialogue li{break-inside:avoid}"
	".server+.server{break-before:page}a{color:inherit;text-decoration:none}"
	"*{print-color-adjust:exact}}\n"
	"@page{margin:15mm}\n",
};
enum { PIECES = sizeof style / sizeof *style };

void html_style(FILE *out)
{
	for (size_t i = 0; i < PIECES; i++)
		fputs(style[i], out);
}

void html_policy(FILE *out)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;
	struct buffer coded;
	sha256_init(&context);
	for (size_t i = 0; i < PIECES; i++)
		sha256_update(&context, strlen(style[i]), (const uint8_t *)style[i]);
	sha256_digest(&context, sizeof digest, digest);
	buffer_init(&coded, &memory_standard, 100);
	base64_encode(&coded, octets_make(digest, sizeof digest));
	fprintf(out,
		"default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'",
		buffer_string(&coded));
	buffer_free(&coded);
}
