/*
 * handset_report_merge: handset report merge FILE... -o OUT.
 */
#ifndef TOOLS_HANDSET_REPORT_MERGE_H
#define TOOLS_HANDSET_REPORT_MERGE_H

/* argv from "merge" on; returns the exit status. */
int handset_report_merge(int argc, char **argv);

#endif
