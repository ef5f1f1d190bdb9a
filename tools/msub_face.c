/* face: a row for each name. */
#include "msub_face.h"

#include <string.h>

static const struct {
	const char *name;
	int mode;
} faces[] = {{"sendmail", MODE_DELIVER}, {"mailq", MODE_QUEUE}, {"newaliases", MODE_ALIASES}};

/* The index of the face, -1 for msub itself. */
static int face_of(const char *called)
{
	const char *slash = strrchr(called, '/'), *name = slash == NULL ? called : slash + 1;
	for (size_t i = 0; i < sizeof faces / sizeof *faces; i++) {
		if (strcmp(faces[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

void face_rewrite(int argc, char **argv)
{
	static char passed[] = "-m"; /* an option that changes nothing */
	if (argc == 0 || face_of(argv[0]) < 0)
		return;
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "-d", 2) == 0)
			argv[i] = passed;
	}
}

void face_take(struct msub_options *options, const char *name)
{
	int face = face_of(name);
	options->as_sendmail = face >= 0;
	if (face >= 0 && faces[face].mode != MODE_DELIVER)
		options->mode = faces[face].mode;
}
