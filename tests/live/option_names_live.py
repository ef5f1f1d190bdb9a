"""No text names an option that the program at hand does not have: what the sources say is held against what the built
commands take (--print-options). An option of another command has that command in front of it."""
import pathlib
import re

from ours import HANDSET, MSUB, check_status, run
from runner import case, check, main

ROOT = pathlib.Path(__file__).resolve().parents[2]
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
NAMED = re.compile(r"(?:\b(msub|handset(?: [a-z]+)*) )?(?<![\w<!-])--([a-z][a-z0-9-]+)")
COMMANDS = ("check", "explain", "play", "serve", "report", "report merge", "profile", "demo")
# Of no list, and of others: secret-tool's, and one of msmtp's that msub explains not to have.
OTHERS = {"version", "print-options", "label", "rmqs"}
# Whose words a file's are, the first row that fits: every one of these commands shows them.
SPEAKERS = (
    ("tools/handset_check_(control|target|ground)", "check explain"),
    ("tools/handset_check", "check"),
    ("tools/handset_explain", "explain"),
    ("tools/handset_play", "play"),
    ("tools/handset_serve", "serve"),
    ("tools/handset_report_merge", "report merge"),
    ("tools/handset_report", "report"),
    ("tools/handset_demo", "demo"),
    ("tools/handset_(output|records)", "check"),
    ("emulator/check/(fact|lesson|likeness|run|examine)", "check"),
    ("emulator/check", "check explain"),
    ("emulator/play/(many|crowd|carrier)", "play"),
    ("emulator/play", "play check explain"),
    ("tools/msub", "msub"),
    ("client", "msub play check explain"),
    ("profiles/advice", "check explain"),
)


def taken():
    """Of each command its options."""
    found = {}
    for name in ("msub", *COMMANDS):
        if name == "report merge":  # has no list of its own
            done = run([HANDSET, "report", "merge", "--help"])
            found[name] = set(re.findall(r"--([a-z-]+)", done.out))
            continue
        done = run([MSUB, "--print-options"] if name == "msub" else [HANDSET, name, "--print-options"])
        check_status(done, 0, name)
        lines = [line.split("\t") for line in done.out.splitlines()]
        found[name] = {word.lstrip("-") for line in lines for word in line[:2]}
    return found


def texts_of(file):
    """The texts of a file: those of C that stand side by side are one."""
    source = file.read_text()
    if file.suffix == ".yaml":
        return [" ".join(source.split())]
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.S)
    return LITERAL.findall(re.sub(r'"\s*\n\s*"', "", source))


def speakers_of(name):
    for pattern, commands in SPEAKERS:
        if re.match(pattern, name):
            return ["report merge"] if commands == "report merge" else commands.split()
    return None


def wrong_names(file, name, options):
    """(option, command that lacks it) of each text of the file."""
    for text in texts_of(file):
        for program, option in NAMED.findall(text):
            speakers = speakers_of(name)
            if program:
                speakers = [program.replace("handset", "").strip() or "check"]
                speakers = [one for one in speakers if one in options]
            if speakers is None:  # of all of handset: one of its commands has to have it
                speakers = [] if any(option in options[one] for one in COMMANDS) else ["handset"]
            for one in speakers:
                if option not in OTHERS and option not in options.get(one, ()):
                    yield option, one, text


@case
def every_option_that_is_named_is_one():
    options = taken()
    check("trust-file" in options["check"] and "serverinfo" in options["msub"], "no lists: %s" % options)
    files = [
        file
        for folder in ("tools", "emulator", "client", "profiles/advice")
        for file in sorted((ROOT / folder).rglob("*.*"))
        if file.suffix in (".c", ".h", ".yaml") and file.name != "html_style.c"  # its --names are of CSS
    ]
    named, wrong = 0, []
    for file in files:
        name = str(file.relative_to(ROOT))
        wrong += ["%s: --%s, which %s lacks: %s" % (name, *found) for found in wrong_names(file, name, options)]
        named += sum(len(NAMED.findall(text)) for text in texts_of(file))
    check(named > 150, "only %d options are named" % named)
    check(not wrong, "\n".join(wrong))


@case
def who_is_told_of_a_fingerprint_can_name_one():
    """What the TLS of all commands says needs no option of one of them."""
    options = taken()
    texts = [text for file in sorted((ROOT / "client/net").glob("*.c")) for text in texts_of(file)]
    check(any("its fingerprint" in text for text in texts), "nobody is told any more")
    for command in ("msub", "play", "check", "explain"):
        check(any("fingerprint" in option for option in options[command]), "%s has no such option" % command)


main()
