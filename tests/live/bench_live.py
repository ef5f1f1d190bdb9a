"""The benchmark's counts that do not depend on the machine: turns of a session, msub beside the floor.

The rest of tests/bench is measured with tools/run-bench and never tested.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from runner import case, check, check_equal, main

BENCH = pathlib.Path(__file__).resolve().parent.parent / "bench" / "bench.py"


def turns(*rows):
    """The counts of both clients in each of these rows of the table."""
    build = pathlib.Path(os.environ["MSUB"]).parent.parent
    with tempfile.TemporaryDirectory() as folder:
        figures = pathlib.Path(folder) / "figures.json"
        words = [sys.executable, BENCH, build, "--clients", "raw,msub", "--json", figures]
        done = subprocess.run(words + list(rows), capture_output=True, text=True, timeout=120)
        check(done.returncode == 0, done.stdout + done.stderr)
        return json.loads(figures.read_text())


@case
def a_session_takes_as_many_turns_as_the_protocol_needs():
    counts = turns(
        "turns_10", "turns_10_lockstep", "turns_1", "turns_1_implicit", "turns_1_starttls"
    )
    check_equal(counts["turns_10"], {"raw": 14, "msub": 14}, "ten messages")
    check_equal(counts["turns_10_lockstep"], {"msub": 44}, "ten messages without PIPELINING")
    check_equal(counts["turns_1"], {"raw": 5, "msub": 5}, "one message")
    check_equal(counts["turns_1_implicit"], {"raw": 5, "msub": 5}, "one message, implicit TLS")
    check_equal(counts["turns_1_starttls"], {"msub": 7}, "one message, STARTTLS")


main()
