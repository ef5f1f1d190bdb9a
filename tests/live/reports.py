"""reports: records for the tests of reports, and `handset report` over them."""
import json
import pathlib
import random

from ours import HANDSET, run

EXAMPLES = pathlib.Path(__file__).resolve().parents[1] / "report"
ALL_EXAMPLES = ("founding", "cured", "hostile", "no-control", "sends")
FORMATS = ("text", "json", "jsonl", "junit", "tap", "csv", "html")


def example(name):
    return EXAMPLES / (name + ".jsonl")


def render(files, outputs, *options):
    """Renders in all the formats of `outputs` (format: file) at once."""
    files = files if isinstance(files, (list, tuple)) else [files]
    words = [HANDSET, "report", *files, *options]
    for form, file in outputs.items():
        words += ["--format", "%s=%s" % (form, file)]
    return run(words)


def write(file, records):
    with open(file, "w", encoding="utf-8") as lines:
        for record in records:
            lines.write(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n")
    return file


def _dialogue(count):
    talk = ["-> EHLO [192.0.2.7]", "<- 250 ok", "-> RSET", "<- 250 flushed", "<** 535 no"]
    marks = [line.partition(" ") for line in talk * (count // len(talk))]
    return [{"mark": mark, "text": text, "at-ms": 3} for mark, _, text in marks]


def _client(common, number):
    name = "client-%03d" % number
    if number % 3:
        aspects = [{"aspect": "message", "result": "ok", "dialogue": _dialogue(20)}]
        return dict(common, record="client", client=name, verdict="sends", aspects=aspects)
    key = {"key": "flow.before-first", "value": "[reset]", "telling": "It says RSET."}
    return dict(
        common,
        record="client",
        client=name,
        verdict="cannot-send",
        sentence="cannot send: refused at recipient",
        step="recipient",
        code=535,
        reply="535 no",
        aspects=[{"aspect": "message", "result": "failed", "dialogue": _dialogue(20)}],
        cause={"state": "found", "sentence": "RSET.", "keys": [key]},
    )


def many(targets, clients):
    """As many servers with as many clients each, every third of which cannot send."""
    for target in range(targets):
        common = {"run": "%016x" % (target + 1), "target": "smtp://mx%d.example.net" % target}
        plan = ["client-%03d" % number for number in range(clients)]
        yield dict(common, record="run", format=1, seed=1, clients=plan)
        yield dict(common, record="control", who="msub", result="sends")
        for number in range(clients):
            yield _client(common, number)
        yield dict(common, record="end", exit=1)


PIECES = [
    "]]>", "<script>", "&amp;", "--", "#", "\\", "'", '"', "\n", "\r\n", "\t", "\x1b[2J", "\x7f",
    "\x85", "\u2028", "\u202e", "\ufeff", "\ufffe", "\uffff", "\U0001f4f1", "\u05d0", "=1+1", "@x",
    "ok 1", "not ok", "1..9", "---", "...", "# SKIP", "Bail out!", "535 no", "Grüße", " ", "",
]  # fmt: skip


def odd_text(drawn):
    return "".join(drawn.choice(PIECES) for _ in range(drawn.randrange(6)))


def odd(seed):
    """A run whose every text was chosen by somebody who wishes its readers ill."""
    drawn = random.Random(seed)
    common = {"run": "%016x" % drawn.getrandbits(64), "target": "smtp://x/" + odd_text(drawn)}
    yield dict(common, record="run", format=1, tool=odd_text(drawn), greeting=odd_text(drawn))
    yield dict(common, record="control", who="msub", result="sends", sentence=odd_text(drawn))
    for number in range(drawn.randrange(1, 5)):
        event = {"mark": drawn.choice(["->", "<-", "<**", "==="]), "text": odd_text(drawn)}
        key = {"key": odd_text(drawn), "value": odd_text(drawn), "telling": odd_text(drawn)}
        yield dict(
            common,
            record="client",
            client="%d%s" % (number, odd_text(drawn)),
            title=odd_text(drawn),
            verdict=drawn.choice(["sends", "cannot-send", "hung", "tls-too-old", "inconclusive"]),
            sentence=odd_text(drawn),
            step=drawn.choice(["recipient", odd_text(drawn)]),
            code=drawn.randrange(1000),
            reply=odd_text(drawn),
            aspects=[{"aspect": "message", "result": "failed", "dialogue": [event]}],
            cause={"state": "found", "sentence": odd_text(drawn), "keys": [key]},
            advice=[{"to": "server", "do": odd_text(drawn), "software": odd_text(drawn)}],
        )
    yield dict(
        common,
        record="fact",
        fact=odd_text(drawn),
        strength="MUST",
        verdict="broken",
        sent=[odd_text(drawn)],
        came=[odd_text(drawn)],
    )
    yield dict(common, record="end", verdict=odd_text(drawn))


def count_in(records, kinds=("control", "client", "fact")):
    return sum(record["record"] in kinds for record in records)


def read_lines(file):
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
