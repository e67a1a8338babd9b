"""The pages of a comparison in a browser: they load nothing, break no rule of their own, and fit a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.earlier_records import keep_earlier
from autograder.course.results import Verdict
from autograder.reports.class_report import ReportRequest, write_report
from benchmarks.chromium import NAMES, program
from tests.support.classes import class_in, hand_in, result

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(program() is None, reason=f"needs Chromium, found as {' or '.join(NAMES)}"),
]
PAGES = ("regrade.html", "years.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The folder with both pages: of 30 students, some gained; of last year's, fewer passed."""
    assignment = class_in(tmp_path_factory.mktemp("now"))
    before = class_in(tmp_path_factory.mktemp("then"))
    wrong, right = result("add", 0, 4, Verdict.FAILED, "off", "sign"), result("add", 4, 4)
    for number in range(30):
        hand_in(before, f"t{number}", [wrong if number < 25 else right, result("gone", 1, 2)])
        student = f"student-{number}@a-long-name-of-a-university.example"
        old = hand_in(assignment, student, [wrong, result("train", 6, 6)])
        if number > 3:
            new = hand_in(assignment, student, [right, result("train", 3, 6, Verdict.FAILED)], tests_sha256="1")
            keep_earlier(assignment.course, "20260301T080000-aa00", old, new)
    write_report(assignment, ReportRequest(against="last"))
    return write_report(assignment, ReportRequest(against=str(before.course.root)))[0].parent


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_it_asks_for_nothing_breaks_no_rule_of_its_own_and_fits(browser, folder, name, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((folder / name).as_uri())
    assert asked == [(folder / name).as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("table tbody tr").count() > 3
    context.close()
