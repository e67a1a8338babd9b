"""Finds and opens Chromium: for the pictures of the docs, for looks at pages, and for the tests of pages."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")


class NoChromium(Exception):
    """Chromium does not open; the message says what to do."""


def program() -> str | None:
    """Return the system's Chromium, None when there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Open the system's Chromium without a window, or else the one that playwright has fetched.

    Raises:
        NoChromium: There is neither.
    """
    # Tests that only need to know whether there is one don't load it.
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        except Error as fault:
            raise NoChromium(
                f"no Chromium opens: install {' or '.join(NAMES)}, or run `playwright install chromium`:\n{fault}"
            ) from fault
        with browser:
            yield browser
