"""runner: runs the cases of one live test program, prints one line for each, and ends with a status
for ctest.

A case is a function marked with @case. It passes by returning, fails by raising, and is skipped by
raising Skip with the reason. The status is 1 where a case failed, 77 (ctest's skip) where one was
skipped, else 0. With CI=true in the environment a skip is a failure, since there everything has to
be had; the one exception is a Skip marked `allowed` (a machine without IPv6). A program of which no
case ran has failed.
"""
import concurrent.futures
import os
import sys
import time
import traceback

SKIPPED = 77
_cases = []
_reasons = []


class Skip(Exception):
    """The case cannot run here; `allowed`: even where nothing may be missing."""

    def __init__(self, reason, allowed=False):
        super().__init__(reason)
        self.allowed = allowed


class Failed(Exception):
    """What was seen is not what should be."""


def case(function):
    _cases.append(function)
    return function


def check(held, sentence):
    if not held:
        raise Failed(sentence)


def check_equal(got, want, what):
    if got != want:
        raise Failed("%s: got %r, want %r" % (what, got, want))


def side_by_side(function, rows):
    """function(*row) for each row, some at a time, for rows that mostly wait; the first failure is
    raised."""
    with concurrent.futures.ThreadPoolExecutor(6) as some:
        for done in [some.submit(function, *row) for row in rows]:
            done.result()


def in_ci():
    return os.environ.get("CI") == "true"


def _say(mark, function, seconds, reason=""):
    name = function.__name__.replace("_", " ")
    print("%-7s %s (%.1f s)%s" % (mark, name, seconds, ": " + reason if reason else ""), flush=True)


def _run(function):
    """'ok', 'skipped' or 'FAILED' of one case, printed."""
    start = time.monotonic()
    try:
        function()
    except Skip as skip:
        mark = "FAILED" if in_ci() and not skip.allowed else "skipped"
        _say(mark, function, time.monotonic() - start, str(skip))
        _reasons.append(str(skip))
        return mark
    except Exception as failure:
        _say("FAILED", function, time.monotonic() - start, str(failure) or type(failure).__name__)
        if not isinstance(failure, Failed):
            traceback.print_exc()
        return "FAILED"
    _say("ok", function, time.monotonic() - start)
    return "ok"


def _leave_reasons():
    """ctest shows nothing that a skipped test said: tools/run-tests shows this file."""
    file = os.environ.get("HANDSET_SKIPPED")
    if file:
        with open(file, "w") as reasons:
            reasons.writelines("    skipped: %s\n" % reason for reason in sorted(set(_reasons)))


def main(finish=None):
    """Runs the cases (those whose names contain an argument, where there are any); `finish` ends
    what they share."""
    wanted = [
        function
        for function in _cases
        if not sys.argv[1:] or any(part in function.__name__ for part in sys.argv[1:])
    ]
    try:
        marks = [_run(function) for function in wanted]
    finally:
        if finish:
            finish()
    print(
        "%d passed, %d failed, %d skipped"
        % (marks.count("ok"), marks.count("FAILED"), marks.count("skipped")),
        flush=True,
    )
    if "FAILED" in marks or not marks:
        sys.exit(1)
    if "skipped" in marks:
        _leave_reasons()
        sys.exit(SKIPPED)
    sys.exit(0)
