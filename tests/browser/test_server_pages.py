"""The server's pages in a browser: handing in with and without a script, an attempt live, and how all of them fit."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from autograder.server.accounts import people
from autograder.server.accounts.credentials import cookie_name
from autograder.server.app import make_app
from autograder.server.attempts import queue
from autograder.server.settings import Settings
from autograder.server.tables import Attempt, Job, JobState, State
from benchmarks.chromium import NAMES, program
from benchmarks.pages import FINDINGS, OPEN_ALL
from tests.support.seeded import NAME, Seeded, Seeder, notebook, record_of, seed

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(program() is None, reason=f"needs Chromium, found as {' or '.join(NAMES)}"),
]
# The file of axe-core, where somebody has it.
AXE = os.environ.get("AXE", "")
ASSIGNMENT = f"/c/vision/{NAME}/"
STAFF = "/c/vision/staff/"
STUDENTS = ["/", ASSIGNMENT, "first", "second", "third", "/tokens", "/receipts", "/sign-in", "/nothing/here"]
OTHERS = [("ben", "refused"), ("chen", "queued"), ("dana", "marking"), ("emeka", "failed")]
STAFFS = [
    *(STAFF + page for page in ("", "queue", "requests", "people", "audit", f"{NAME}/", f"{NAME}/students/1/")),
    *(f"{STAFF}{NAME}/{page}" for page in ("regrades", "extensions", "written", "report")),
]


class Web:
    """A server that answers on a port of this machine.

    Attributes:
        seeded: What it knows.
        url: Its address.
    """

    def __init__(self, folder: Any) -> None:
        config = uvicorn.Config("", port=0, log_level="warning")
        self._sock = config.bind_socket()
        self.url = f"http://127.0.0.1:{self._sock.getsockname()[1]}"
        self.seeded: Seeded = seed(folder, settings=Settings(url=self.url), crowd=30)
        config.app = make_app(self.seeded.server)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._sock]})

    def __enter__(self) -> Web:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.seeded.school.database.close()

    def cookie(self, login: str) -> Any:
        """Return the cookie of somebody who has signed in."""
        school = self.seeded.school
        with school.database.writing() as session:
            lifetime = school.server.settings.sessions
            made = people.start_session(session, school.person(login, session), school.clock(), lifetime)
        return {"name": cookie_name(school.server.settings), "value": made.cookie, "url": self.url}


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Iterator[Web]:
    """A server in which each state of an attempt occurs."""
    with Web(tmp_path_factory.mktemp("server")) as web:
        yield web


@pytest.fixture
def opened(browser, web) -> Iterator[Any]:
    """Opens a page in a window of its own, in which somebody has signed in."""
    contexts = []

    def open_(login: str, address: str, **options: Any) -> Page:
        context = browser.new_context(base_url=web.url, **{"locale": "en", **options})
        contexts.append(context)
        context.add_cookies([web.cookie(login)])
        page = context.new_page()
        page.goto(address_of(web, address))
        return page

    yield open_
    for context in contexts:
        context.close()


def address_of(web: Web, page: str) -> str:
    return page if page.startswith("/") else f"/attempts/{web.seeded.attempts[page]}/"


def attempts_of(web: Web, login: str) -> list[Attempt]:
    with web.seeded.school.database.reading() as session:
        return session.query(Attempt).filter_by(student=login).order_by(Attempt.number).all()


def file_of(data: bytes, name: str = f"{NAME}.ipynb") -> Any:
    return {"name": name, "mimeType": "application/json", "buffer": data}


def test_what_a_notebook_holds_is_said_before_it_is_sent(opened):
    page = opened("s0001", ASSIGNMENT)
    told = page.locator("#told")
    page.set_input_files("#files", file_of(notebook(6)))
    expect(told).to_contain_text("functions and answers found: 9, not written yet: 3.")
    expect(told).to_contain_text("Not written yet: captioning_loss, inline_question_masking, captioning_sample.")
    page.set_input_files("#files", file_of(b'{"cells": []}'))
    expect(told).to_contain_text("has none of this assignment's cells: is it the right notebook?")
    page.set_input_files("#files", file_of(b"{"))
    expect(told).to_contain_text("is no notebook that can be read")
    page.set_input_files("#files", [file_of(b"x", f"{number}.py") for number in range(41)])
    expect(told).to_contain_text("There are 41 files, and at most 40 may be handed in.")


def test_names_of_files_are_shown_and_never_obeyed(opened):
    page = opened("s0001", ASSIGNMENT)
    page.set_input_files("#files", file_of(b"", "<img src=x onerror=alert(1)>.ipynb"))
    expect(page.locator("#told")).to_contain_text("<img src=x onerror=alert(1)>.ipynb is empty")
    expect(page.locator("#told img")).to_have_count(0)


def test_a_double_click_is_one_attempt_and_leads_to_it(opened, web):
    page = opened("s0002", ASSIGNMENT)
    page.set_input_files("#files", file_of(notebook(5, "# mine")))
    page.get_by_role("button", name="Hand in").dblclick()
    expect(page.get_by_role("heading", name="Attempt 2")).to_be_visible()
    assert [one.source.value for one in attempts_of(web, "s0002")] == ["browser", "browser"]


def test_what_gets_no_answer_is_sent_again_and_counts_once(opened, web):
    page = opened("s0003", ASSIGNMENT)
    tries: list[int] = []

    def lose(route: Any) -> None:
        tries.append(1)
        if len(tries) == 1:  # it arrives, and its answer does not
            route.fetch()
            route.abort()
        elif len(tries) == 2:
            route.fulfill(status=503)
        else:
            route.continue_()

    page.route("**/api/v1/**/attempts", lose)
    page.clock.install()
    page.set_input_files("#files", file_of(notebook(5, "# mine")))
    page.get_by_role("button", name="Hand in").click()
    for number in (1, 2):
        expect(page.locator("#told")).to_contain_text("The server does not answer.")
        page.clock.run_for(1000 * 2**number)
    expect(page.get_by_role("heading", name="Attempt 2")).to_be_visible()
    assert len(tries) == 3
    assert len(attempts_of(web, "s0003")) == 2


def test_what_is_refused_says_what_to_do_and_the_form_stays(opened):
    page = opened("s0004", ASSIGNMENT)
    page.set_input_files("#files", file_of(notebook(1, "# a")))
    page.route(
        "**/api/v1/**/attempts",
        lambda route: route.fulfill(status=507, json={"detail": "The disk is full.", "what_to_do": "Keep your file."}),
    )
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#told")).to_have_text("The disk is full.Keep your file.")
    expect(page.get_by_role("button", name="Hand in")).to_be_enabled()


def test_without_a_script_a_file_is_handed_in_and_the_page_looks_again_by_itself(opened, web):
    page = opened("s0005", ASSIGNMENT, java_script_enabled=False)
    page.set_input_files("#files", file_of(notebook(5, "# mine")))
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Your files have been received.")).to_be_visible()
    attempt = attempts_of(web, "s0005")[-1]
    mark(web, attempt)
    # It asks for itself, as its head says.
    expect(page.get_by_role("link", name="Read the feedback")).to_be_visible(timeout=30_000)


def mark(web: Web, attempt: Attempt) -> None:
    """Let an attempt be marked, as a marker does it."""
    seeder, now = Seeder(web.seeded.school), web.seeded.school.clock()
    with web.seeded.school.database.writing() as session:
        row = session.get_one(Attempt, attempt.id)
        job = session.query(Job).filter_by(attempt_id=row.id).one()
        job.state, job.begun_at, job.finished_at, job.claim = JobState.DONE, now, now, 1
        record = record_of(web.seeded.assignment, row.student, 5)
        row.marking_id = seeder.marking(session, row, job, record, now, "<title>Feedback</title>", notebook(5))
        row.state = State.MARKED
        queue.tell(session, row.id, "marked", now)


def test_an_attempt_is_followed_live_to_its_points_without_a_reload(opened, web):
    page = opened("s0006", ASSIGNMENT)
    page.set_input_files("#files", file_of(notebook(5, "# mine")))
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("[aria-current=step]")).to_have_text("in the queue")
    page.evaluate("window.stayed = true")
    attempt = attempts_of(web, "s0006")[-1]
    with web.seeded.school.database.writing() as session:
        session.get_one(Attempt, attempt.id).state = State.MARKING
        queue.tell(session, attempt.id, "marking", web.seeded.school.clock())
    expect(page.locator("[aria-current=step]")).to_have_text("being marked")
    mark(web, attempt)
    expect(page.locator(".score")).to_contain_text("50 of 92 so far")
    expect(page.get_by_role("heading", name="What changed since attempt 1")).to_be_visible()
    # Whoever does not see it hears it.
    expect(page.locator("#announced")).to_contain_text("50 of 92 so far")
    assert page.evaluate("window.stayed")


def test_the_way_to_the_content_is_the_first_thing_that_a_keyboard_finds(opened):
    page = opened("ada", ASSIGNMENT)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_students_ask_for_nothing_elsewhere_break_no_rule_and_fit(opened, web, width, scheme, language):
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "locale": language}
    for login, name in [*(("ada", one) for one in STUDENTS), *OTHERS]:
        check_fits(opened(login, "/static/", **look), web, address_of(web, name), width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_of_staff_ask_for_nothing_elsewhere_break_no_rule_and_fit(opened, web, width, scheme):
    page = opened("ina", STAFF, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in STAFFS:
        check_fits(page, web, address, width)


def check_fits(page: Page, web: Web, address: str, width: int) -> None:
    """Check that a page loads only this server's files, breaks no rule of its own, and needs no sideways scrolling."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    expected_fault = ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
    assert [one for one in asked if not one.startswith(web.url)] == []
    assert said in ([], expected_fault if "nothing" in address else []), address
    assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.skipif(not AXE, reason="needs axe-core of npm: AXE=node_modules/axe-core/axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_core_finds_nothing(opened, web, width, scheme):
    # It is a script, which the pages' own policy refuses.
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "bypass_csp": True}
    pages = [*(("ada", one) for one in STUDENTS), *OTHERS, *(("ina", one) for one in STAFFS)]
    found = {}
    for login, name in pages:
        page = opened(login, address_of(web, name), **look)
        page.evaluate(OPEN_ALL)
        page.evaluate(Path(AXE).read_text(encoding="utf-8"))
        found[name] = page.evaluate(FINDINGS)
        page.context.close()
    assert {name: rules for name, rules in found.items() if rules} == {}
