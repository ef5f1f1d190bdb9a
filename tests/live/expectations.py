"""expectations: tables of what real servers are expected to do, read from tests/live/expected.

A table is a line of column names, then a line for each row: its name and a cell for each column. A
line that begins with # says nothing. Behind the table stand notes: NAME: what it says, lines that are
indented, and in them members (cause: KEY KEY).
"""
import collections
import pathlib
import re

HERE = pathlib.Path(__file__).with_name("expected")
Table = collections.namedtuple("Table", "columns rows notes")
Note = collections.namedtuple("Note", "says members why")


def _note(lines):
    said = {}
    why = []
    for line in lines[1:]:
        member = re.match(r"(cause|masked): (.*)", line.strip())
        if member:
            said[member.group(1)] = member.group(2).split()
        else:
            why.append(line.strip())
    name, _, says = lines[0].partition(": ")
    return name, Note(says.split(), said, " ".join(why))


def read(file):
    """The table of a file; a cell is a text, a row a dictionary by column."""
    lines = [line for line in (HERE / file).read_text().split("\n") if not line.startswith("#")]
    lines = [line for line in lines if line.strip()]
    columns = lines.pop(0).split()[1:]
    rows, notes = {}, {}
    while lines:
        line = lines.pop(0)
        if re.match(r"\S+: ", line):
            note = [line]
            while lines and lines[0].startswith(" "):
                note.append(lines.pop(0))
            name, what = _note(note)
            notes[name] = what
            continue
        name, *cells = line.split()
        if len(cells) != len(columns) or name in rows:
            raise ValueError("%s: row %s has %d cells, or is there twice" % (file, name, len(cells)))
        rows[name] = dict(zip(columns, cells))
    return Table(columns, rows, notes)
