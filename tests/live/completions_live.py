"""The completions that are built for the shells: each option of each command is in each of them, and
bash, which is everywhere, completes."""
import pathlib
import shutil
import subprocess

from ours import HANDSET, MSUB, run
from runner import case, check, check_equal, main

FOLDER = pathlib.Path(MSUB).parent / "completions"
COMMANDS = [("msub", MSUB, [[]]),
            ("handset", HANDSET, [["demo"], ["play"], ["serve"], ["profile"]])]


def rows(path, part):
    return [line.split("\t") for line in
            run([path, *part, "--print-options"]).out.splitlines()]


@case
def each_option_is_in_each_completion():
    for name, path, parts in COMMANDS:
        for part in parts:
            found = rows(path, part)
            check(len(found) > 3, "%s %s has %d options" % (name, part, len(found)))
            for shell in ("bash", "zsh", "fish"):
                text = (FOLDER / shell / name).read_text()
                for option, letter, *_ in found:
                    mark = "-l %s " if shell == "fish" else "--%s"
                    check(not option or mark % option in text,
                          "%s of %s is not in %s's" % (option, name, shell))


def complete(name, *words):
    """What bash offers for the last of the words, split as bash splits them."""
    script = (
        'source "%s"\nCOMP_WORDS=(%s)\nCOMP_CWORD=%d\n_%s\nprintf "%%s\\n" "${COMPREPLY[@]}"\n'
        % (FOLDER / "bash" / name, " ".join("'%s'" % word for word in (name,) + words),
           len(words), name))
    done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, timeout=20)
    return done.stdout.split()


@case
def bash_completes_options_and_their_words():
    for words, wanted in [
        (("--mbo",), ["--mbox", "--mbox-format="]),
        (("--mbox-format", "=", "mboxr"), ["mboxrd"]),
        (("--mbox-format", "="), ["mboxo", "mboxrd", "mboxcl"]),
        (("--tls", "=", "o"), ["on", "off"]),
        (("--subject", "=", ""), []),
    ]:
        check_equal(complete("msub", *words), wanted, " ".join(words))
    check("serve" in complete("handset", "se"), "subcommands")
    check("--maildir=" in complete("handset", "serve", "--mai"), "an option of serve")
    check_equal(complete("handset", "play", "--mai"), [], "an option of serve for play")


@case
def other_shells_take_theirs_where_they_are():
    for shell in ("zsh", "fish"):
        if shutil.which(shell) is None:
            continue
        for name, _, _ in COMMANDS:
            done = subprocess.run([shell, "-n", str(FOLDER / shell / name)], timeout=20)
            check_equal(done.returncode, 0, "%s -n" % shell)


main()
