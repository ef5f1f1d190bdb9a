"""mail_queue: a queue of msub's in a folder of its own, and what lies in it."""
import os

from ours import DESK, MSUB, check_status, run

OK = 0
TEXT = "From: Me <me@example.org>\nTo: ann@example.net\nBcc: bob@example.net\nSubject: s\n\n.text\n"


class Queue:
    number = 0

    def __init__(self):
        Queue.number += 1
        self.path = DESK.path / ("queue-%d" % Queue.number)

    def words(self, port, *more):
        return [
            MSUB, "--host=127.0.0.1", "--port=%d" % port, "--timeout=2",
            "--from=me@example.org", "--queue=%s" % self.path,
        ] + list(more)  # fmt: skip

    def put(self, port, *recipients, text=TEXT, more=()):
        done = run(self.words(port, "--enqueue", *more, *recipients), stdin=text)
        check_status(done, OK, "put")

    def flush(self, *more):
        return run([MSUB, "--flush", "--queue=%s" % self.path] + list(more))

    def files(self, folder="new"):
        """Ids, oldest first."""
        path = self.path / folder
        return sorted(f for f in os.listdir(path) if "." not in f) if path.exists() else []

    def file(self, folder="new", index=0):
        return (self.path / folder / self.files(folder)[index]).read_text()

    def states(self, folder="new", index=0):
        lines = self.file(folder, index).split("\n\n")[0].splitlines()
        return [(line.split()[2], line.split()[1]) for line in lines if line.startswith("to ")]

    def reasons(self, index=0):
        name = self.files("failed")[index]
        return (self.path / "failed" / (name + ".reasons")).read_text()

    def redirect(self, port):
        """What waits is for another port now."""
        for name in self.files():
            file = self.path / "new" / name
            head, rest = file.read_text().split("\n\n", 1)
            head = "\n".join(
                "set port %d" % port if line.startswith("set port ") else line
                for line in head.split("\n")
            )
            file.write_text(head + "\n\n" + rest)
