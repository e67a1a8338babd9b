"""How pages do in a browser: bytes, requests, refusals of their policy, width, and what axe-core finds.

Each page is opened in Chromium on a screen and on a phone, light and dark, with all that is folded opened for axe-core.
`make demo` makes pages; without a name those are taken, the class report, and what_is_marked.html. axe-core comes from
npm (``npm install axe-core``, then ``--axe node_modules/axe-core/axe.min.js``); without it that column is empty.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.course import find_course
from benchmarks.chromium import NoChromium, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS, HEIGHT = (1280, 390), 900
SCHEMES = ("light", "dark")
# What axe-core calls a finding that keeps people out.
HARD = ("serious", "critical")
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
SIZE = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
FINDINGS = "axe.run().then(found => found.violations.map(one => [one.impact, one.id, one.nodes.length]))"


@dataclass(frozen=True)
class Seen:
    """One page in one window.

    Attributes:
        page: Its file.
        width: The window's width, in pixels.
        scheme: ``light`` or ``dark``.
        requests: How many files it asked for besides itself.
        refused: What its policy refused, and other complaints of the browser.
        needs: The width that its content takes, in pixels; larger than the window's, it scrolls sideways.
        height: Its height, in pixels.
        findings: What axe-core found: impact, rule, and how often; None without axe-core.
    """

    page: Path
    width: int
    scheme: str
    requests: int
    refused: list[str]
    needs: int
    height: int
    findings: list[tuple[str, str, int]] | None

    @property
    def hard(self) -> list[str]:
        """What must not be: requests, refusals, sideways scrolling, serious findings."""
        found = [f"{rule} ({count})" for impact, rule, count in self.findings or () if impact in HARD]
        found += [f"{self.requests} requests"] if self.requests else []
        found += [f"{self.needs} pixels wide"] if self.needs > self.width else []
        return found + self.refused


def default_pages() -> list[Path]:
    """Return the pages of the course here: feedback, class report, what is marked."""
    course = find_course()
    places = [course.classroom / "feedback", course.reports, course.root / "release"]
    return [page for place in places for page in sorted(place.rglob("*.html"))]


def window(browser: Browser, width: int, scheme: str, **options: Any) -> Page:
    """Return a window of its own, with nothing in it."""
    colours: Literal["dark", "light"] = "dark" if scheme == "dark" else "light"
    return browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=colours, **options)


def look(browser: Browser, page: Path, width: int, scheme: str, axe: str, pictures: Path | None) -> Seen:
    """Open a page in a window of its own and return what is seen."""
    shown = window(browser, width, scheme)
    asked: list[str] = []
    refused: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("console", lambda message: refused.append(message.text))
    shown.goto(page.resolve().as_uri())
    needs, height = shown.evaluate(SIZE)
    if pictures:
        name = f"{'-'.join(page.with_suffix('').parts[-3:])}-{width}-{scheme}"
        shown.screenshot(path=pictures / f"{name}.png", full_page=True)
        if width == WIDTHS[0] and scheme == "light":
            shown.pdf(path=pictures / f"{name}.pdf", format="A4")
    shown.close()
    others = [url for url in asked[1:] if not url.startswith("data:")]
    findings = axe_findings(browser, page, width, scheme, axe) if axe else None
    return Seen(page, width, scheme, len(others), refused, needs, height, findings)


def axe_findings(browser: Browser, page: Path, width: int, scheme: str, axe: str) -> list[tuple[str, str, int]]:
    """Return what axe-core finds in a page, of which everything is open."""
    # It is a script, which the page's own policy refuses.
    shown = window(browser, width, scheme, bypass_csp=True)
    shown.goto(page.resolve().as_uri())
    shown.evaluate(OPEN_ALL)
    shown.evaluate(axe)
    found = [(impact, rule, count) for impact, rule, count in shown.evaluate(FINDINGS)]
    shown.close()
    return found


def print_seen(seen: Sequence[Seen], console: Console) -> None:
    """Print a line for each page in each window."""
    table = Table(box=SIMPLE_HEAD)
    for name in ("page", "window", "kB", "height", "axe-core", "must not be"):
        table.add_column(name, justify="right" if name in ("kB", "height") else "left", overflow="fold")
    for one in seen:
        found = (
            "" if one.findings is None else ", ".join(f"{rule} {count}" for _, rule, count in one.findings) or "none"
        )
        name = "/".join(one.page.parts[-3:])
        size = f"{one.page.stat().st_size / 1000:.0f}"
        table.add_row(name, f"{one.width} {one.scheme}", size, str(one.height), found, "; ".join(one.hard))
    console.print(table)


def main() -> int:
    """Look at pages; the exit code is 1 when there is something that must not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, help="the pages; those of the course here when left out")
    parser.add_argument("--axe", type=Path, metavar="FILE", help="axe-core's axe.min.js")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="write pictures and PDFs there")
    options = parser.parse_args()
    pages = options.pages or default_pages()
    if not pages:
        parser.error("no pages here: run `make demo`, or name some")
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    axe = options.axe.read_text(encoding="utf-8") if options.axe else ""
    try:
        with chromium() as browser:
            seen = [
                look(browser, page, width, scheme, axe, options.pictures)
                for page in pages
                for width in WIDTHS
                for scheme in SCHEMES
            ]
    except NoChromium as fault:
        parser.error(str(fault))
    print_seen(seen, Console())
    return 1 if any(one.hard for one in seen) else 0


if __name__ == "__main__":
    sys.exit(main())
