"""The HTML report in a real browser: it opens without a complaint and asks nothing of the network,
its cells open by keyboard, a phone's screen is wide enough, what failed is on the paper, a screen
reader finds its tables, and its colours can be told from their grounds."""
import base64
import subprocess
import time

from browser import Browser
from ours import DESK, check_status
from reports import example, many, render, write
from runner import case, check, check_equal, main
from unpack import folder_of, libraries_of

PHONE = 360
_browser = []


def browser():
    if not _browser:
        _browser.append(Browser())
    return _browser[0]


def finish():
    for one in _browser:
        one.stop()


def page_of(name, file=None):
    """The report of an example as a file: address."""
    page = DESK.path / (name + ".html")
    if not page.exists():
        check_status(render(file or example(name), {"html": page}), {0, 1, 3}, name)
    return page.as_uri()


def show(name, width=1100, mark="", file=None):
    browser().resize(width, mobile=width == PHONE)
    browser().open("about:blank")  # so that a mark alone loads the page again
    browser().open(page_of(name, file) + mark)
    return browser()


def is_shown(element):
    return browser().ask("document.getElementById('%s').getClientRects().length > 0" % element)


def texts(selector):
    return browser().ask(
        "Array.from(document.querySelectorAll(%r)).map(one => one.textContent)" % selector
    )


@case
def it_opens_without_a_complaint_and_without_the_network():
    for name in ("founding", "hostile", "no-control", "sends"):
        page = show(name)
        check_equal(
            [asked["request"]["url"] for asked in page.happened("Network.requestWillBeSent")],
            [page_of(name)],
            "what %s asks for" % name,
        )
        for event in ("Runtime.consoleAPICalled", "Log.entryAdded", "Runtime.exceptionThrown"):
            check_equal(page.happened(event), [], "%s of %s" % (event, name))
        check(page.ask("document.styleSheets[0].cssRules.length") > 20, "the policy takes its style")
        check_equal(page.ask("document.compatMode"), "CSS1Compat", "the mode of %s" % name)


@case
def the_policy_lets_nothing_else_in():
    page = show("sends")
    page.ask("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))")
    page.ask(
        "document.head.append(Object.assign(document.createElement('style'),"
        " {textContent: 'body {display: none}'}))"
    )
    check(page.ask("getComputedStyle(document.body).display") != "none", "a style of somebody else")
    end = time.monotonic() + 10
    while len(page.happened("Log.entryAdded")) < 2 and time.monotonic() < end:
        page.ask("1")
        time.sleep(0.05)
    said = [entry["entry"]["text"] for entry in page.happened("Log.entryAdded")]
    check(
        any("style-src" in text for text in said) and any("img-src" in text for text in said),
        "what the policy refused: %s" % said,
    )


@case
def cells_open_by_keyboard():
    page = show("founding")
    wanted = "client-nokia-e61i-message"
    check(not is_shown(wanted), "a dialogue is closed at first")
    for _ in range(60):
        page.press("Tab")
        if page.ask("document.activeElement.getAttribute('href')") == "#" + wanted:
            break
    check_equal(page.ask("document.activeElement.textContent"), "✗ failed", "the cell with the focus")
    page.press("Enter")
    check(is_shown(wanted), "Enter opens the dialogue")
    check("535 authentication required" in page.ask("document.activeElement.innerText"), "the focus is there")
    check(
        page.ask(
            "(box => box.top >= 0 && box.top < innerHeight)"
            "(document.getElementById('%s').getBoundingClientRect())" % wanted
        ),
        "the dialogue is on the screen",
    )
    check("flow.before-first" in page.ask("document.getElementById('client-nokia-e61i').innerText"), "its cause")
    page.press("Tab")
    check_equal(page.ask("document.activeElement.textContent"), "Back to the table", "the next stop")
    page.press("Enter")
    check(not is_shown(wanted), "it is closed again")


def focus_on(page, words):
    """Goes on with Tab until a link of these words has the focus."""
    for _ in range(120):
        page.press("Tab")
        if page.ask("document.activeElement.textContent") == words:
            return
    raise AssertionError("no Tab leads to %r" % words)


def is_at(page, element):
    """It has the focus, and its beginning is on the screen."""
    return page.ask(
        "(one => document.activeElement == one && one.getBoundingClientRect().top >= 0"
        " && one.getBoundingClientRect().bottom <= innerHeight)(document.getElementById(%r))" % element
    )


@case
def from_the_table_to_the_reasons_and_back_by_keyboard():
    page = show("founding")
    for words, element in (("Why they fail", "part-failures"), ("Back to the clients", "part-clients")):
        focus_on(page, words)
        page.press("Enter")
        check(is_at(page, element), "%r leads to %s" % (words, element))
    check_equal(texts("#part-failures"), ["Why they fail"], "the heading")
    page = show("sends")
    check(not page.ask("document.body.textContent.includes('Why they fail')"), "where nobody fails")
    file = write(DESK.path / "two.jsonl", many(2, 6))
    page = show("two", 1100, "", file)
    links = page.ask("Array.from(document.querySelectorAll('.back a')).map(a => a.getAttribute('href'))")
    check(all(page.ask("document.getElementById(%r) != null" % link[1:]) for link in links), "%s" % links)
    check_equal(len([link for link in links if link.endswith("part-failures")]), 2, "one for each server")


@case
def every_cell_and_every_fact_opens_what_it_names():
    show("founding")
    links = browser().ask(
        "Array.from(document.querySelectorAll('td a, .names a')).map(a => a.getAttribute('href'))"
    )
    check(len(links) > 30, "only %d links" % len(links))
    for link in sorted(set(links)):
        browser().ask("location.hash = %r" % link)
        check(is_shown(link[1:]), "%s is not shown" % link)
    opened = browser().ask("document.querySelectorAll('.more:not([style])').length")
    shown = browser().ask(
        "Array.from(document.querySelectorAll('.more')).filter(m => m.getClientRects().length).length"
    )
    check(opened > 5 and shown == 1, "%d of %d parts are shown at once" % (shown, opened))


@case
def a_permalink_opens_one_client():
    show("founding", mark="#fact-login-survives-reset")
    check(is_shown("fact-login-survives-reset"), "the fact of the address")
    check(not is_shown("client-nokia-e61i"), "and no client")


@case
def a_phone_is_wide_enough():
    pages = [("founding", "", None), ("hostile", "", None), ("no-control", "", None)]
    pages += [("founding", "#client-nokia-e61i-message", None), ("founding", "#client-slow-phone", None)]
    pages += [("hostile", "#client-a.23b.5Cc", None)]
    for name, mark, file in pages:
        page = show(name, PHONE, mark, file)
        check_equal(page.ask("innerWidth"), PHONE, "the screen")
        width = page.ask("document.documentElement.scrollWidth")
        check(width <= PHONE, "%s%s is %d wide" % (name, mark, width))
        check(float(page.ask("getComputedStyle(document.body).fontSize")[:-2]) >= 16, "small letters")
    for width in (600, 800, 950, 970, 1100):  # on both sides of where the table changes its form
        page = show("founding", width)
        wide = page.ask("document.documentElement.scrollWidth")
        check(wide <= width, "of %d columns of pixels %d are taken" % (width, wide))
    page = show("founding", PHONE)
    check_equal(page.ask("document.querySelectorAll('.wide[tabindex=\"0\"]').length"), 2, "what scrolls")


@case
def paper_has_what_failed():
    show("founding")
    printed = base64.b64decode(browser().call("Page.printToPDF")["data"])
    paper = DESK.path / "founding.pdf"
    paper.write_bytes(printed)
    root = folder_of("chromium") / "root"
    program = root / "usr/bin/pdftotext"
    text = subprocess.run(
        [program if program.exists() else "pdftotext", "-layout", paper, "-"],
        env={"LD_LIBRARY_PATH": libraries_of(root), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        timeout=30,
        check=True,
    ).stdout.decode()
    for words in (
        "3 of 8 clients cannot send",
        "It says RSET before the first message",
        "~> RSET",
        "<~* 535 authentication required (#5.7.1)",
        "The login survives RSET",
        "qmail with SPAMCONTROL (2007): 21 of 21 facts agree",
    ):
        check(words.replace(" ", "") in text.replace(" ", ""), "%r is not on the paper" % words)
    check("Back to the table" not in text, "a link that paper cannot follow")


@case
def a_screen_reader_finds_tables_and_names():
    show("founding")
    nodes = browser().call("Accessibility.getFullAXTree")["nodes"]
    named = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored") and "role" in node
    ]
    for wanted in (
        ("heading", "✗ 3 of 8 clients cannot send"),
        ("heading", "smtp+starttls://mail.example.net:587"),
        ("region", "Clients"),
        ("region", "Facts about the server"),
        ("columnheader", "Second message"),
        ("columnheader", "Cause"),
        ("rowheader", "nokia-e61i"),
        ("rowheader", "The login survives RSET"),
        ("link", "cannot send"),
        ("main", ""),
    ):
        words = wanted[1].replace("✗ ", "")
        check(
            any(role == wanted[0] and words in name for role, name in named),
            "no %s %r among %s" % (*wanted, [n for r, n in named if r == wanted[0]][:20]),
        )
    tables = [name for role, name in named if role in ("table", "grid")]
    check_equal(len(tables), 2, "tables")
    check(all("What" in name for name in tables), "captions name the tables: %s" % tables)
    links = [name for role, name in named if role == "link"]
    check(all(links), "a link without a name")
    check(not any("✓" in name or "✗" in name for name in links), "a mark is read out: %s" % links)
    check_equal(browser().ask("document.documentElement.lang"), "en", "the language")


CONTRASTS = """(() => {
	const channel = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
	const light = c => .2126 * channel(c[0]) + .7152 * channel(c[1]) + .0722 * channel(c[2]);
	const colour = text => text.match(/[\\d.]+/g).map(Number);
	const ground = one => {
		for (; one; one = one.parentElement) {
			const c = colour(getComputedStyle(one).backgroundColor);
			if (c.length < 4 || c[3] > 0) return c;
		}
		return [255, 255, 255];
	};
	const low = [];
	for (const one of document.querySelectorAll('body *')) {
		if (![...one.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
		const a = light(colour(getComputedStyle(one).color)), b = light(ground(one));
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) low.push(one.tagName + ' ' + one.className + ' ' + ratio.toFixed(2));
	}
	return [...new Set(low)];
})()"""


@case
def by_day_and_by_night_words_stand_out():
    for scheme in ("light", "dark"):
        browser().call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        show("founding", mark="#client-nokia-e61i")
        check_equal(browser().ask(CONTRASTS), [], "contrasts below 4.5 (%s)" % scheme)
    ground = browser().ask("getComputedStyle(document.body).backgroundColor")
    check_equal(ground, "rgb(22, 22, 22)", "the ground by night")
    browser().call("Emulation.setEmulatedMedia", features=[])


@case
def hundreds_of_clients_and_several_servers_are_usable():
    file = write(DESK.path / "many.jsonl", many(4, 300))
    page_of("many", file)
    start = time.monotonic()
    page = show("many", 1100, "", file)
    first = "smtp.3A.2F.2Fmx2.2Eexample.2Enet-client-client-150"
    check_equal(page.ask("document.querySelectorAll('.matrix tbody tr').length"), 1200, "rows")
    page.ask("location.hash = '%s-message'" % first)
    check(is_shown(first), "a client of the third server")
    took = time.monotonic() - start
    check(took < 10, "1200 clients took %.1f s" % took)
    page = show("many", PHONE, "#" + first, file)
    check(page.ask("document.documentElement.scrollWidth") <= PHONE, "a phone is wide enough")


if __name__ == "__main__":
    main(finish)
