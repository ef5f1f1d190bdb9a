"""browser: Debian's chromium without a window, unpacked by unpack.py, driven over a pipe.

The protocol (Chrome DevTools Protocol) is JSON, each message ended by a NUL, over two pipes that
the browser has as its descriptors 3 and 4 (--remote-debugging-pipe): no port is opened, and no
package is needed. A browser has one page; what it complains of and what it asks of the network is
collected. All its state lies in a folder that goes away with it.
"""
import fcntl
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

from unpack import folder_of, libraries_of

SECONDS = 30
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>%s</dir><dir>/usr/share/fonts</dir><cachedir>%s</cachedir></fontconfig>
"""


def _pipe():
    """Two ends that are neither 3 nor 4, and that a child gets only where it is told so."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return moved


class Browser:
    """.call() asks the page, .events holds what it said by itself, .stop() ends it."""

    def __init__(self):
        root = folder_of("chromium") / "root"
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="chromium-"))
        fonts = self.home / "fonts.conf"
        fonts.write_text(FONTS % (root / "usr/share/fonts", self.home / "fonts"))
        program = root / "usr/lib/chromium/chromium-headless-shell"
        hears, self.to = _pipe()
        self.come, says = _pipe()
        self.log = open(self.home / "log", "wb")

        def as_three_and_four():
            os.dup2(hears, 3)
            os.dup2(says, 4)

        # A browser that trusts its pages (they are ours) needs no sandbox, which root cannot have.
        self.process = subprocess.Popen(
            [
                str(program),
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--user-data-dir=%s" % (self.home / "profile"),
                "about:blank",
            ],
            env=dict(
                os.environ,
                LD_LIBRARY_PATH=libraries_of(root),
                FONTCONFIG_FILE=str(fonts),
                HOME=str(self.home),
                XDG_CONFIG_HOME=str(self.home),
                XDG_CACHE_HOME=str(self.home),
            ),
            close_fds=False,
            preexec_fn=as_three_and_four,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        os.close(hears)
        os.close(says)
        self.left, self.number, self.session, self.events = b"", 0, None, []
        try:
            self._attach()
        except BaseException:
            self.stop()
            raise

    def _attach(self):
        pages = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in pages if target["type"] == "page")
        self.session = self.call(
            "Target.attachToTarget", targetId=page["targetId"], flatten=True
        )["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def _read(self, end):
        while b"\0" not in self.left:
            ready, _, _ = select.select([self.come], [], [], max(0, end - time.monotonic()))
            octets = os.read(self.come, 1 << 16) if ready else b""
            if not octets:
                self.log.flush()
                said = (self.home / "log").read_bytes()[-1000:].decode(errors="replace")
                raise RuntimeError("the browser says nothing more; its log ends: %s" % said)
            self.left += octets
        message, _, self.left = self.left.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        """Asks, and waits for the answer; what comes in between is kept as events."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        octets = json.dumps(message).encode() + b"\0"
        while octets:
            octets = octets[os.write(self.to, octets) :]
        end = time.monotonic() + SECONDS
        while True:
            answer = self._read(end)
            if answer.get("id") == self.number:
                break
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError("%s: %s" % (method, answer["error"]["message"]))
        return answer["result"]

    def open(self, url):
        """Goes there and waits until everything was loaded; forgets what was before."""
        self.events = []
        went = self.call("Page.navigate", url=url)
        if "errorText" in went:
            raise RuntimeError("%s: %s" % (url, went["errorText"]))
        end = time.monotonic() + SECONDS
        while not self.happened("Page.loadEventFired"):
            self.events.append(self._read(end))

    def happened(self, method):
        """The parameters of all events of this name since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def ask(self, expression):
        """The value of an expression in the page. (The page has no scripts; its reader has.)"""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError("%s: %s" % (expression, result["exceptionDetails"]["text"]))
        return result["result"].get("value")

    def press(self, key, times=1):
        """A key of the keyboard: Tab, Enter."""
        codes = {"Tab": (9, ""), "Enter": (13, "\r")}
        code, text = codes[key]
        for _ in range(times):
            for kind in ("keyDown", "keyUp"):
                self.call(
                    "Input.dispatchKeyEvent",
                    type=kind,
                    key=key,
                    code=key,
                    windowsVirtualKeyCode=code,
                    text=text if kind == "keyDown" else "",
                )

    def resize(self, width, height=800, mobile=False):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        for end in (self.to, self.come):
            os.close(end)
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)
