"""JupyterLab's own Assignment List in a browser, against a grading server that goes down, hangs, and refuses."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from benchmarks.chromium import NAMES, chromium, program
from tests.browser.test_whole_way import SECONDS, lab
from tests.support.live import Live, live
from tests.support.seeded import NAME, notebook

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(program() is None, reason=f"needs Chromium, found as {' or '.join(NAMES)}"),
]
CONFIG = """
from autograder_client.exchange import configure

c = get_config()
configure(c, {url!r})
"""


class Line:
    """What lies between JupyterLab and the server: it passes on, closes, or says nothing."""

    def __init__(self, url: str) -> None:
        host, _, port = url.partition("://")[2].partition(":")
        self._server = host, int(port)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.state = "up"
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self.state = "over"
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while self.state != "over":
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            if self.state == "down":
                client.close()
                continue
            self._open.append(client)
            if self.state == "up":
                server = socket.create_connection(self._server)
                self._open.append(server)
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    @staticmethod
    def _pass_on(come: socket.socket, go: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := come.recv(1 << 16):
                go.sendall(data)
            go.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def handin(tmp_path) -> Iterator[Live]:
    """A grading server with attempts."""
    folder = tmp_path / "server"
    folder.mkdir()
    with live(folder) as made:
        yield made


@pytest.fixture
def line(handin) -> Iterator[Line]:
    """The line to it."""
    made = Line(handin.url)
    yield made
    made.close()


@pytest.fixture
def home(tmp_path) -> Path:
    """The folder where a student works."""
    made = tmp_path / "home"
    made.mkdir()
    return made


@pytest.fixture
def page(handin, line, home, tmp_path) -> Iterator[Page]:
    """A browser with JupyterLab, where the Assignment List is open."""
    settings = tmp_path / "jupyter"
    settings.mkdir()
    (settings / "nbgrader_config.py").write_text(CONFIG.format(url=line.url))
    data = {name: str(at) for name, at in Assignment(Course(KIT_ROOT), NAME).prepare_data().items()}
    installed = tmp_path / "installed"
    installed.mkdir()
    (installed / "autograder_client").symlink_to(KIT_ROOT / "autograder_client")
    more = {"AUTOGRADER_TOKEN": handin.token("ada"), "PYTHONPATH": str(installed)}
    with lab(home, settings, data, **more) as server, chromium() as browser:
        opened = browser.new_page(viewport={"width": 1280, "height": 1000})
        opened.set_default_timeout(SECONDS * 1000)
        expect.set_options(timeout=SECONDS * 1000)
        opened.goto(server.page("lab"))
        opened.get_by_role("menuitem", name="Nbgrader").click()
        opened.get_by_text("Assignment List", exact=True).first.click()
        yield opened
        opened.close()


def button(page: Page, name: str) -> Locator:
    return page.locator("#assignments").get_by_role("button", name=name, exact=True)


def dialog(page: Page) -> str:
    """Return what a box says, and close it."""
    box = page.locator(".jp-Dialog")
    said = box.inner_text()
    box.get_by_role("button", name="Ok").click()
    return " ".join(said.split())


def refused(page: Page) -> str:
    """Press Submit, and return what the box says."""
    button(page, "Submit").click()
    return dialog(page)


def list_fault(page: Page) -> str:
    """Ask for the list, and return what stands in its place."""
    page.locator("#refresh_assignments_list").click()
    fault = page.locator("#released_assignments_list_error")
    expect(fault).to_be_visible()
    return " ".join(fault.inner_text().split())


def test_from_fetching_to_feedback_and_what_stands_there_when_the_server_does_not_answer(page, handin, line, home):
    button(page, "Fetch").click()
    expect(button(page, "Submit")).to_be_visible()
    page.locator("#assignments .assignment-notebooks-link").click()
    expect(page.get_by_text(f"{NAME} (due 2026-11-29 23:59, America/Los_Angeles)")).to_be_visible()
    button(page, "Validate").click()
    assert "The following cell failed" in dialog(page)

    (home / NAME / f"{NAME}.ipynb").write_bytes(notebook(4))
    button(page, "Submit").click()
    expect(page.get_by_text(re.compile("attempt 4: queued, place"))).to_be_visible()
    assert len(list((home / NAME).glob("*.receipt.json"))) == 1
    button(page, "Fetch Feedback").click()
    expect(page.get_by_text("(view feedback)")).to_have_count(3)
    page.get_by_text("(view feedback)").first.click()
    expect(page.get_by_role("listitem", name=re.compile(f"{NAME}.html"))).to_be_visible()

    for state, said in (("down", "cannot be reached"), ("hangs", "has not answered for 5 seconds")):
        line.state = state
        assert f"{line.url} {said}" in refused(page)
        assert f"{line.url} {said}" in list_fault(page)
        line.state = "up"
        page.locator("#refresh_assignments_list").click()
        expect(button(page, "Submit")).to_be_visible()

    (home / NAME / f"{NAME}.ipynb").write_bytes(notebook(5))
    handin.seeded.school.clock.forward(days=30)
    assert "Handing in closed at 2026-12-02 00:04 (America/Los_Angeles" in refused(page)
