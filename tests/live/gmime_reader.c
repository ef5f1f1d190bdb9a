/*
 * gmime_reader: a message as GMime sees it, for a test that compares it with what was typed.
 *
 * The message comes on the standard input. For each part that is no multipart there is a line
 * "TYPE CHARSET NAME-LENGTH LENGTH" ("-": none), the name of the file and the decoded octets; an
 * embedded message has the length of its Subject instead, and that. The status is 1 where GMime
 * finds no message.
 */
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void show(const char *type, const char *charset, const char *name, GByteArray *octets)
{
	printf("%s %s %zu %u\n", type, charset == NULL ? "-" : charset,
		name == NULL ? 0 : strlen(name), octets->len);
	if (name != NULL)
		fwrite(name, 1, strlen(name), stdout);
	if (octets->len > 0)
		fwrite(octets->data, 1, octets->len, stdout);
}

static void show_part(GMimeObject *parent, GMimeObject *part, gpointer data)
{
	(void)parent;
	(void)data;
	GByteArray *octets = g_byte_array_new();
	char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part));
	const char *charset = g_mime_object_get_content_type_parameter(part, "charset");
	const char *name = g_mime_object_get_content_disposition_parameter(part, "filename");
	if (GMIME_IS_MESSAGE_PART(part)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
		const char *subject = g_mime_message_get_subject(inner);
		g_byte_array_append(octets, (const guint8 *)subject, (guint)strlen(subject));
		show(type, charset, name, octets);
	} else if (GMIME_IS_PART(part)) {
		GMimeStream *stream = g_mime_stream_mem_new();
		g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
		g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), octets);
		GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
		if (content != NULL)
			g_mime_data_wrapper_write_to_stream(content, stream);
		show(type, charset, name, octets);
		g_object_unref(stream);
	}
	g_byte_array_free(octets, TRUE);
	g_free(type);
}

int main(void)
{
	g_mime_init();
	GMimeStream *in = g_mime_stream_pipe_new(STDIN_FILENO);
	GMimeParser *parser = g_mime_parser_new_with_stream(in);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	if (message == NULL)
		return 1;
	g_mime_message_foreach(message, show_part, NULL);
	g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(in);
	g_mime_shutdown();
	return 0;
}
