/*
 * report: what became of the mails, for people (stderr) and for programs (JSON on stdout).
 *
 * For people nothing is said about a mail that everybody gets; otherwise one line where all its
 * recipients share one fate, and a line for each of them where they do not. A line says what
 * happened, where, what the server said, and what to do next.
 */
#ifndef TOOLS_MSUB_REPORT_H
#define TOOLS_MSUB_REPORT_H

#include <stdio.h>

#include "msub_mail.h"

/* What the reports of all mails have in common. */
struct report {
	bool named; /* there may be more than one mail, so each line begins with the mail's name */
	bool user;  /* somebody was to be logged in */
	bool partial; /* those who are taken get it though others do not */
};

/* The exit status of one mail, 0 where all its recipients were accepted. */
int report_status(const struct report *report, const struct mail *mail);
void report_mail(const struct report *report, FILE *to, const struct mail *mail);
/* Tells once that the server forgot the login, where this mail found it out; true where it told. */
bool report_forgotten(FILE *to, const struct mail *mail);
/*
 * Tells of what the mail holds that others may not take, where it was sent with it, unless `told`
 * (MSUB_REMARK_*) has it: what is told then.
 */
unsigned int report_unusual(FILE *to, const struct mail *mail, unsigned int told);
/* One object, on a line without its end. */
void report_json(const struct report *report, FILE *to, const struct mail *mail);

#endif
