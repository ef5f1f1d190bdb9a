/*
 * fixed_nonce: the nonce of RFC 5802's example in place of random ones.
 *
 * Included by one file of a test program, it takes the place of the library's own function, which
 * the library calls as everybody would. What a client says is then the same in every run.
 */
#ifndef SUPPORT_FIXED_NONCE_H
#define SUPPORT_FIXED_NONCE_H

#include <gsasl.h>

__attribute__((visibility("default"))) int gsasl_nonce(char *data, size_t len)
{
	/* "fyko+d2lbbFgONRv9qkxdawL" before base64 */
	static const unsigned char fixed[] = {0x7f, 0x29, 0x28, 0xf9, 0xdd, 0xa5, 0x6d, 0xb1, 0x60,
		0x38, 0xd4, 0x6f, 0xf6, 0xa9, 0x31, 0x75, 0xac, 0x0b};
	for (size_t i = 0; i < len; i++)
		data[i] = (char)fixed[i % sizeof fixed];
	return GSASL_OK;
}

#endif
