/*
 * mailbox: the syntax of addresses, RFC 5321 4.1.2 and 4.1.3; questions only, nothing is
 * kept. All views are without angle brackets.
 */
#ifndef SERVER_MAILBOX_H
#define SERVER_MAILBOX_H

#include "octets.h"

bool mailbox_is_ipv4(struct octets text);
bool mailbox_is_ipv6(struct octets text);
/* Labels of letters, digits and inner hyphens, at most 255 octets. */
bool mailbox_is_domain(struct octets text);
/* "[192.0.2.7]" or "[IPv6:2001:db8::7]", brackets included. */
bool mailbox_is_literal(struct octets text);
/* Local part, '@', domain or literal; quoted local parts included. */
bool mailbox_is_full(struct octets text);
/* As it would be, but for dots at an end of its local part, or side by side in it. */
bool mailbox_has_misplaced_dot(struct octets text);
/* A full one with UTF-8 in it (RFC 6531 3.3); false where it is ASCII. */
bool mailbox_is_international(struct octets text);
/* A local part alone, without '@'. */
bool mailbox_is_local(struct octets text);
/* What follows a source route "@a,@b:" (RFC 5321 appendix C: ignored), or the whole path. */
struct octets mailbox_after_route(struct octets path);
/* Where the local part ends: the position of its '@', or the length. */
size_t mailbox_local_len(struct octets text);
/* ASCII letters without case, '*' in the pattern stands for any octets, none included. */
bool mailbox_matches(struct octets pattern, struct octets text);

#endif
