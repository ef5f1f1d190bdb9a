"""handset report: what programs read, read by others' parsers: XML by expat, JSON, CSV and HTML by
Python, TAP by a strict reader of our own written from the specification of version 14."""
import csv
import html.parser
import io
import json
import re
import xml.etree.ElementTree

from opponents import USER
from ours import DESK, HANDSET, SENDER, Serve, check_status, run
from reports import (
    ALL_EXAMPLES,
    FORMATS,
    count_in,
    example,
    many,
    odd,
    read_lines,
    render,
    write,
)
from runner import Failed, case, check, check_equal, main

STATUS = {"founding": 1, "cured": 0, "hostile": 1, "no-control": 3, "sends": 0}
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff\ufffe\uffff]")


class TapReader:
    """A test point: (good, number, description, directive). Raises Failed at the first line that
    TAP 14 does not know; pragmas, subtests and bails are refused too: none is ours to write."""

    POINT = re.compile(r"(not )?ok (\d+) - ((?:[^\\#]|\\[\\#])*?)(?: # (todo|skip)\b(.*))?$", re.I)

    def __init__(self, text):
        check(text.endswith("\n"), "TAP ends with a line end")
        self.lines = text[:-1].split("\n")
        check_equal(self.lines.pop(0), "TAP version 14", "the first line of TAP")
        plan = re.fullmatch(r"1\.\.(\d+)( # SKIP .*)?", self.lines.pop(0))
        check(plan is not None, "the second line of TAP is the plan")
        self.points = []
        while self.lines:
            self._point(self.lines.pop(0))
        check_equal(len(self.points), int(plan.group(1)), "points of TAP, as planned")

    def _point(self, line):
        found = self.POINT.fullmatch(line)
        check(found is not None, "no test point of TAP: %r" % line)
        check_equal(int(found.group(2)), len(self.points) + 1, "the number of a point")
        description = re.sub(r"\\([\\#])", r"\1", found.group(3))
        self.points.append((found.group(1) is None, description, (found.group(4) or "").lower()))
        if self.lines and self.lines[0] == "  ---":
            self._block()

    def _block(self):
        self.lines.pop(0)
        while True:
            check(bool(self.lines), "a block of TAP has its end")
            line = self.lines.pop(0)
            if line == "  ...":
                return
            if line == "  details:":
                continue
            value = re.fullmatch(r'  (?:  - |[a-z]+: )(".*")', line)
            check(value is not None, "no line of a YAML block: %r" % line)
            json.loads(value.group(1))  # YAML 1.2 has JSON's strings


class Page(html.parser.HTMLParser):
    """What a page holds: every tag closed, ids and links."""

    VOID = {"meta", "link", "br", "hr", "img"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.tags = [], [], [], set()
        self.feed(text)
        self.close()
        check_equal(self.open, [], "tags that are not closed")

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attributes:
            check(not name.startswith("on"), "an attribute that runs: %s" % name)
            check(name not in ("src", "style", "srcset"), "an attribute %s" % name)
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)

    def handle_endtag(self, tag):
        check(bool(self.open) and self.open[-1] == tag, "</%s> closes nothing" % tag)
        self.open.pop()


def all_formats(file, name):
    outputs = {form: DESK.path / ("%s.%s" % (name, form)) for form in FORMATS}
    done = render(file, outputs)
    check_equal(done.out, "", "standard output, where every report goes to a file")
    return done, {form: path.read_bytes().decode("utf-8") for form, path in outputs.items()}


def check_junit(text, records):
    root = xml.etree.ElementTree.fromstring(text)
    check_equal(root.tag, "testsuites", "the root of JUnit")
    cases = list(root.iter("testcase"))
    check_equal(len(cases), count_in(records), "cases of JUnit")
    for suite in root:
        for kind, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            check_equal(
                int(suite.get(kind)), len(list(suite.iter(element))), "%s of a suite" % kind
            )
    return root


def check_csv(text, records):
    check(text.replace("\r\n", "").find("\n") < 0, "lines of CSV end in CR LF")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    check_equal(len(rows), count_in(records) + 1, "rows of CSV")
    check_equal({len(row) for row in rows}, {len(rows[0])}, "columns of CSV")
    for cell in (cell for row in rows for cell in row):
        check(not re.match("[=+@\\-\uff1d\uff0b\uff0d\uff20]", cell), "a formula: %r" % cell)


def check_page(text):
    page = Page(text)
    check(not page.tags & {"script", "iframe", "object", "form", "img", "link"}, "tags: %s" % page.tags)
    check_equal(len(page.ids), len(set(page.ids)), "ids that are there once")
    for link in page.links:
        check(link[0] == "#" and link[1:] in page.ids, "a link to nowhere: %r" % link)
    check("://" not in re.sub(r">[^<]*<", "><", text), "an address in the markup")
    return page


def check_all(texts, records):
    for form, text in texts.items():
        unfit = UNFIT.search(text if form != "csv" else text.replace("\r\n", "\n"))
        check(unfit is None, "%s holds %r" % (form, unfit and unfit.group()))
    check_junit(texts["junit"], records)
    check_equal(len(TapReader(texts["tap"]).points), count_in(records), "points of TAP")
    check_csv(texts["csv"], records)
    check_page(texts["html"])
    json.loads(texts["json"])
    check_equal(len([json.loads(line) for line in texts["jsonl"].splitlines()]), len(records), "lines")


@case
def every_format_of_every_example_is_valid():
    for name in ALL_EXAMPLES:
        done, texts = all_formats(example(name), name)
        check_status(done, STATUS[name], name)
        check_all(texts, read_lines(example(name)))


@case
def whatever_a_server_said_the_formats_stay_valid():
    for seed in range(60):
        file = write(DESK.path / "odd.jsonl", odd(seed))
        done, texts = all_formats(file, "odd")
        check_status(done, {0, 1, 3}, "seed %d" % seed)
        names = {(r["record"], r.get("client", r.get("fact", r.get("who")))) for r in read_lines(file)}
        records = read_lines(file)
        if len(names) >= len(records) - 2:  # no name twice
            check_all(texts, records)


@case
def what_junit_and_tap_call_failed_is_what_the_status_counts():
    _, texts = all_formats(example("founding"), "founding")
    failed = {
        "client " + element.get("name")
        for element in check_junit(texts["junit"], read_lines(example("founding"))).iter("testcase")
        if element.find("failure") is not None
    }
    wanted = {"nokia-e61i", "nokia-e60", "outlook-express-6", "slow-phone"}
    check_equal(failed, {"client " + name for name in wanted}, "failures of JUnit")
    points = TapReader(texts["tap"]).points
    check_equal(
        {point[1].partition(":")[0] for point in points if not point[0] and point[2] != "todo"},
        failed,
        "failures of TAP",
    )


@case
def reports_are_the_same_each_time_and_from_either_json():
    _, first = all_formats(example("founding"), "first")
    for form in ("json", "jsonl"):
        _, again = all_formats(DESK.path / ("first." + form), "again")
        check_equal(again, first, "the reports made of %s" % form)


@case
def a_baseline_excuses_what_it_knows():
    before, now = example("founding"), example("cured")
    for words, status in (
        ([before, "--baseline", before], 0),
        ([before, "--baseline", now], 1),
        ([now, "--baseline", before], 0),
        ([before, "--fail-on", "never"], 0),
        ([now, "--fail-on", "broken-must"], 0),
        ([before, "--baseline", before, "--fail-on", "default,tls-too-old,broken-must"], 0),
        ([example("no-control"), "--baseline", before], 3),
    ):
        done = run([HANDSET, "report", *words, "--format", "tap"])
        check_status(done, status, " ".join(map(str, words)))
    told = run([HANDSET, "report", before, "--baseline", now, "--format", "text"]).out
    check("4 failures are not in the baseline" in told, "new failures are told: %s" % told[:300])
    check_equal(told.count("(new)"), 4, "clients that are marked as new")
    for form in ("text", "html"):
        told = run([HANDSET, "report", now, "--baseline", before, "--format", form]).out
        check("(cured)" in told and "(new)" not in told, "%s says who is cured" % form)


@case
def wrong_files_and_words_are_named():
    bad = DESK.file("bad.jsonl", '{"record":"run"\n{}\n')
    missing = DESK.path / "missing.jsonl"
    page = DESK.file("page.html", "<!DOCTYPE html>\n")
    for words, said in (
        ([bad], "bad.jsonl:1: error: no JSON"),
        ([missing], "cannot open"),
        ([], "which records?"),
        ([example("sends"), "--format", "pdf"], "--format: say text"),
        ([example("sends"), "--format", "html="], "the name of a file"),
        ([example("sends"), "--format", "tap", "--format", "csv"], "two reports"),
        ([example("sends"), "--fail-on", "sometimes"], 'there is no "sometimes"'),
        ([example("sends"), "--baseline", bad], "bad.jsonl:1: error"),
        ([example("sends"), "--baseline", missing], "run once without --baseline"),
        ([example("sends"), "--baseline", page], "that --jsonl FILE wrote"),
        ([example("sends"), "--format", "html=/nowhere/x.html"], "cannot write"),
        ([example("sends"), "--color", "blue"], "color"),
    ):
        done = run([HANDSET, "report", *words])
        check_status(done, 2, " ".join(map(str, words)))
        check(said in done.err, "%r is not in %r" % (said, done.err))
        check_equal(done.out, "", "what goes to standard output")


@case
def what_cannot_be_read_empties_nothing():
    """A baseline or a format that is wrong is told before anything is opened for writing."""
    missing, kept = DESK.path / "missing.jsonl", "what was there"
    server = ["--server", "smtp://127.0.0.1:9", "--from", SENDER]
    for command in (["report", example("sends")], ["check", *server]):
        for wrong in (["--baseline", missing], ["--fail-on", "sometimes"], ["--format", "pdf"]):
            page, records = DESK.file("page.html", kept), DESK.path / "records.jsonl"
            words = [HANDSET, *command, "--format", "html=%s" % page, *wrong]
            if command[0] == "check":
                words += ["--jsonl", records]
            check_status(run(words), 2, str(words))
            check_equal(page.read_text(), kept, "what %s leaves of a page" % wrong[0])
            check(not records.exists(), "a file of records was made (%s)" % wrong[0])


@case
def a_run_that_was_killed_is_rendered_as_far_as_it_came():
    text = example("sends").read_text()
    cut = DESK.file("cut.jsonl", text[: text.rindex("{") + 20])
    done = run([HANDSET, "report", cut])
    check_status(done, 3, "a run without an end")
    check("did not come to its end" in done.out, done.out)
    check("the last line is cut off" in done.err, done.err)
    done = run([HANDSET, "report", cut, "--quiet"])
    check_equal((done.status, done.out, done.err), (3, "", ""), "the same, quietly")
    done = run([HANDSET, "report", DESK.file("first.jsonl", text[:30])])
    check_status(done, 2, "half of a first line")
    check("only the beginning of one" in done.err and not done.out, done.err)


@case
def hundreds_of_clients_and_several_servers_are_one_report():
    file = write(DESK.path / "many.jsonl", many(4, 300))
    done, texts = all_formats(file, "many")
    check_status(done, 1, "many")
    check_all(texts, read_lines(file))
    check("0 of 4 servers take mail from every client" in texts["text"], texts["text"][:200])


@case
def check_writes_what_report_renders_later():
    with Serve(profile="qmail-spamcontrol") as server:
        made = {form: DESK.path / ("check." + form) for form in FORMATS}
        words = [HANDSET, "check", "--server", "smtp://127.0.0.1:%d" % server.port, "--user", USER]
        words += ["--password-file", DESK.password, "--from", SENDER, "--to", "ann@example.net"]
        words += ["--rate", "unlimited", "--seed", "1", "--client", "nokia-e61i", "--client", "correct"]
        outputs = ["--format=%s=%s" % item for item in made.items() if item[0] != "text"]
        done = run([*words, *outputs, "--format", "text", "--jsonl", DESK.path / "kept.jsonl"])
        check_status(done, 1, "check of a server that forgets")
        check_equal(done.out.split("\n")[0], "✗ 1 of 2 clients cannot send", "what it says first")
        check("flow.before-first" in done.out, "the cause")
        check("nokia-e61i" in done.err and "✗" not in done.err, "the talk is on stderr")
        made["text"].write_text(done.out)
        before = {form: file.read_bytes() for form, file in made.items()}
        later = {form: DESK.path / ("later." + form) for form in FORMATS}
        check_status(render(DESK.path / "kept.jsonl", later), 1, "rendered later")
        for form in FORMATS:
            check_equal(later[form].read_bytes(), before[form], "%s, made later" % form)
        done = run([*words, "--baseline", made["jsonl"], "--format", "tap"])
        check_status(done, 0, "with itself as the baseline")
        check("# todo the baseline knows it" in done.out, done.out)


@case
def text_fits_its_terminal_and_its_pipe():
    done = run([HANDSET, "report", example("founding")])
    check("\x1b" not in done.out, "no colours in a pipe")
    check(max(map(len, done.out.splitlines())) <= 80, "80 columns in a pipe")
    done = run([HANDSET, "report", example("founding"), "--color", "always"])
    check("\x1b[1;31m" in done.out, "colours where they are asked for")


if __name__ == "__main__":
    main()
