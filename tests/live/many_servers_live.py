"""`handset check` of many servers: side by side, divided among processes by GNU parallel, killed in the
middle and gone on with; and `handset report merge`, after which nothing tells that it was divided."""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from opponents import USER
from ours import DESK, HANDSET, Serve, check_status, environment, run
from unpack import SCRATCH, folder_of
from runner import Skip, case, check, check_equal, main

CLIENTS = ["--client", "nokia-e*", "--client", "correct"]
PROFILES = ["qmail-spamcontrol", "lenient", "qmail-spamcontrol-cured", "s-qmail-forgetting"]


class Servers:
    """Some servers of ours on as many addresses of this machine, and the list of them."""

    def __init__(self, profiles=tuple(PROFILES)):
        self.servers = [
            Serve("--listen", "127.0.0.%d:0" % (i + 2), profile=profile)
            for i, profile in enumerate(profiles)
        ]
        self.urls = []

    def __enter__(self):
        for server in self.servers:
            server.__enter__()
        self.urls = ["smtp://%s" % address_of(server) for server in self.servers]
        self.list = DESK.file("targets.txt", "# the servers\n" + "\n".join(self.urls) + "\n")
        return self

    def __exit__(self, *how):
        for server in self.servers:
            server.__exit__(*how)


def address_of(server):
    """The second address that it listens at: the first one is the same for all."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        words = server.printed.split()
        found = [word for word in words if word.startswith("127.0.0.") and ":" in word]
        if len(found) > 1:
            return found[1]
        time.sleep(0.05)
        while not server.lines.empty():
            server.printed += server.lines.get()
    raise AssertionError("the server said %r" % server.printed)


def account():
    return [
        "--user", USER, "--password-file", DESK.password, "--from", "phone@example.org",
        "--to", "ann@example.net", "--rate", "unlimited", "--no-facts", "--quiet",
    ]  # fmt: skip


def words(servers, file, *more):
    return [HANDSET, "check", "--targets", servers.list, "--jsonl", file, *account(), *CLIENTS, *more]


def parts_of(urls, count):
    """To which of so many parts each server falls: the rule, once more."""
    digests = [hashlib.sha256(url.encode()).digest()[:8] for url in urls]
    return {int.from_bytes(digest, "big") % count + 1 for digest in digests}


def spread():
    """Servers that do not all fall to one of three parts: their ports are as they come."""
    for _ in range(8):
        servers = Servers()
        with servers:
            if len(parts_of(servers.urls, 3)) > 1:
                yield servers
                return


def fresh(name):
    path = DESK.path / name
    path.unlink(missing_ok=True)
    return path


def records(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def essence(path):
    """What was found, without what differs from run to run: ids, times, measurements."""
    found = set()
    for record in records(path):
        if record["record"] == "client":
            keys = [key["key"] for key in record.get("cause", {}).get("keys", [])]
            found.add(
                (record["target"], record["client"], record["verdict"], record["sentence"], *keys)
            )
        if record["record"] in ("run", "end", "control"):
            counts = tuple(record.get(name) for name in ("sends", "fails", "result", "profiles"))
            found.add((record["target"], record["record"], *counts))
    return found


def whole_run(servers):
    file = fresh("whole.jsonl")
    check_status(run(words(servers, file), seconds=120), 1, "the whole run")
    check_equal(
        {record["target"] for record in records(file)}, set(servers.urls), "servers in the records"
    )
    return essence(file)


def merge(servers, out, *files):
    return run([HANDSET, "report", "merge", *files, "--targets", servers.list, "-o", out])


@case
def many_are_examined_side_by_side_and_each_as_if_alone():
    with Servers() as servers:
        together = whole_run(servers)
        file = fresh("one.jsonl")
        check_status(run(words(servers, file, "--jobs", "1"), seconds=120), 1, "one after the other")
        check_equal(essence(file), together, "what was found")
        alone = fresh("alone.jsonl")
        command = [HANDSET, "check", "--server", servers.urls[0], "--jsonl", alone]
        check_status(run([*command, *account(), *CLIENTS], seconds=60), 1, "the first one alone")
        check(essence(alone) <= together, "alone it is another")
        verdicts = {(record[0], record[1]): record[2] for record in together if len(record) > 3}
        check_equal(verdicts[servers.urls[0], "nokia-e61i"], "cannot-send", "who forgets")
        check_equal(verdicts[servers.urls[2], "nokia-e61i"], "sends", "who is cured")


def parallel():
    """GNU parallel: the system's, or Debian's package unpacked beside the other opponents."""
    for path in (shutil.which("parallel"), str(SCRATCH / "parallel/root/usr/bin/parallel")):
        if path and os.access(path, os.X_OK):
            done = subprocess.run([path, "--version"], capture_output=True, text=True)
            if "GNU" in done.stdout:
                return path
    folder_of("parallel")
    raise Skip("GNU parallel does not run here")


@case
def parallel_divides_the_servers_and_the_union_is_the_whole():
    program = parallel()
    for servers in spread():
        whole = whole_run(servers)
        files = [fresh("part-%d.jsonl" % part) for part in (1, 2, 3)]
        command = " ".join(
            "'%s'" % word
            for word in words(servers, str(DESK.path / "part-{}.jsonl"), "--shard", "{}/3")
        )
        done = subprocess.run(
            [program, "--will-cite", "-j2", command, ":::", "1", "2", "3"],
            env=dict(environment(), HOME=str(DESK.path)),
            capture_output=True,
            text=True,
            timeout=200,
        )
        check("Sanitizer" not in done.stderr, done.stderr[-2000:])
        merged, again = fresh("merged.jsonl"), fresh("again.jsonl")
        check_status(merge(servers, merged, *files), 0, "merged (parallel said %r)" % done.stderr)
        check_status(merge(servers, again, *reversed(files)), 0, "merged the other way round")
        check_equal(merged.read_text(), again.read_text(), "the order of the files")
        shards = [part for part in files if part.exists() and part.read_text()]
        numbers = {files.index(part) + 1 for part in shards}
        check_equal(numbers, parts_of(servers.urls, 3), "which parts have servers")
        check_equal(essence(merged), whole, "the union of the parts")
        missing = merge(servers, fresh("x.jsonl"), *[part for part in files if part != shards[0]])
        check_status(missing, 3, "a part is left out")
        check("gap: smtp://" in missing.err, missing.err)


@case
def the_clients_of_one_server_are_divided():
    with Servers(["qmail-spamcontrol"]) as servers:
        whole = fresh("whole-1.jsonl")
        command = [HANDSET, "check", "--server", servers.urls[0], *account(), *CLIENTS]
        check_status(run([*command, "--jsonl", whole], seconds=60), 1, "the whole")
        files = [fresh("clients-%d.jsonl" % part) for part in (1, 2)]
        for part, file in enumerate(files, 1):
            done = run([*command, "--jsonl", file, "--shard", "%d/2" % part], seconds=60)
            check_status(done, (0, 1), "part %d" % part)
        merged = fresh("merged-1.jsonl")
        check_status(run([HANDSET, "report", "merge", *files, "-o", merged]), 0, "merged")

        def clients(path):
            return {record for record in essence(path) if record[1] not in ("run", "end", "control")}

        check_equal(clients(merged), clients(whole), "the union of the parts")
        check_status(
            run([HANDSET, "report", "merge", files[0], "-o", fresh("x.jsonl")]), 3, "one part alone"
        )
        done = run([HANDSET, "report", merged])
        check_status(done, 1, "the report of the parts")
        check_equal(done.out, run([HANDSET, "report", merged]).out, "the same twice")


def kill_in_the_middle(command, file, least):
    """SIGKILL as soon as so many clients are in the file."""
    process = subprocess.Popen(
        [str(word) for word in command],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists() and file.read_text().count('"record":"client"') >= least:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    check_equal(process.wait(timeout=10), -signal.SIGKILL, "it was over before it was killed")


@case
def a_run_that_was_killed_is_gone_on_with():
    with Servers() as servers:
        whole = whole_run(servers)
        file = fresh("killed.jsonl")
        slow = words(servers, file, "--jobs", "2", "--rate", "100ms", "--seed", "5")
        kill_in_the_middle(slow, file, 3)
        time.sleep(1)  # its children are asked to end, and have no one to tell
        before = file.read_text()
        with open(file, "a") as torn:
            torn.write('{"client":"torn","rec')
        kept = [record["client"] for record in records_of(before) if record["record"] == "client"]
        refused = run(words(servers, file, "--resume", "--deliver"), seconds=60)
        check_status(refused, 2, "gone on with in another way")
        check("made with and without --deliver" in refused.err, refused.err)
        for option in ("--from", "--to", "--user", "--refused"):
            other = run(words(servers, file, "--resume", option, "other@example.net"), seconds=60)
            check_status(other, 2, "gone on with another " + option)
            check("made with another --user, --from, --to or --refused" in other.err, other.err)
        check_equal(file.read_text(), before, "the torn line is gone, and nothing was added")
        check_another_version(servers, before)
        check_status(run(words(servers, file, "--resume"), seconds=120), 1, "gone on with")
        after = file.read_text()
        check(after.startswith(before), "what was there is not there any more")
        again = [r["client"] for r in records_of(after[len(before) :]) if r["record"] == "client"]
        per_server = len([line for line in whole if len(line) > 3 and line[0] == servers.urls[0]])
        check(len(kept) >= 3 and again, "nothing was kept (%r), or nothing left" % kept)
        check_equal(len(kept) + len(again), clients_of(whole), "each client once")
        merged = fresh("merged-killed.jsonl")
        check_status(merge(servers, merged, file), 0, "merged (%d each)" % per_server)
        same = {line for line in essence(merged) if line[1] not in ("run", "end", "control")}
        check_equal(same, {line for line in whole if line[1] not in ("run", "end", "control")}, "all")
        untouched = file.read_text()
        check_status(run(words(servers, file, "--resume"), seconds=60), 1, "once more")
        check_equal(file.read_text(), untouched, "nothing was left, and nothing was done")


def check_another_version(servers, text):
    """Both versions are named, and what to do."""
    version = next(record["tool"] for record in records_of(text) if record["record"] == "run")
    older = fresh("older.jsonl")
    older.write_text(text.replace('"tool":"%s"' % version, '"tool":"handset 0.0.9"'))
    refused = run(words(servers, older, "--resume"), seconds=60)
    check_status(refused, 2, "records of another version")
    said = " ".join(refused.err.split())
    for part in ("by handset 0.0.9, and this is %s" % version, "name another file with --jsonl"):
        check(part in said, "%r is not in %s" % (part, said))


def records_of(text):
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]


def clients_of(found):
    return len([line for line in found if line[1] not in ("run", "end", "control")])


@case
def wrong_lists_and_parts_are_refused():
    bad = DESK.file("bad-targets.txt", "smtp://127.0.0.1:1 usr=x\nhttp://a\n")
    done = run([HANDSET, "check", "--targets", bad, *account()])
    check_status(done, 2, "a wrong list")
    check("bad-targets.txt:1: error: unknown setting" in done.err, done.err)
    check("bad-targets.txt:2: error:" in done.err, done.err)
    good = DESK.file("good-targets.txt", "smtp://127.0.0.1:1\n")
    for more in (
        ["--shard", "0/2"],
        ["--shard", "auto"],
        ["--resume"],
        ["--server", "smtp://a"],
        ["--verbose"],
        ["--learn-server", fresh("learned.yaml")],
    ):
        check_status(run([HANDSET, "check", "--targets", good, *account(), *more]), 2, str(more))
    check_status(
        run([HANDSET, "check", "--targets", good, *account()], seconds=60), 3, "nobody there"
    )
    check_status(run([HANDSET, "report", "merge", pathlib.Path("/dev/null")]), 2, "no record")


main()
