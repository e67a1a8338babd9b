"""The class report in a browser: what each control does, and that the page is there without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from autograder.course.results import Status, Verdict
from autograder.reports.class_report import write_report
from benchmarks.chromium import NAMES, program
from tests.support.classes import class_in, hand_in, result

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(program() is None, reason=f"needs Chromium, found as {' or '.join(NAMES)}"),
]
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """The report of a class of four: two made one mistake, one crashed, one was rejected."""
    assignment = class_in(tmp_path_factory.mktemp("course"))
    right = result("train", 6, 6)
    hand_in(assignment, "ada", [result("add", 4, 4), right])
    hand_in(assignment, "ben", [result("add", 1, 4, Verdict.FAILED, "off", "sign"), right])
    hand_in(assignment, "chen", [result("add", 0, 4, Verdict.FAILED, "Your code raised ValueError: x"), right])
    hand_in(assignment, "dana", [result("add", 2, 4, Verdict.FAILED, "off", "sign"), right])
    hand_in(assignment, "emeka", [], Status.REJECTED)
    feedback = assignment.course.classroom / "feedback" / "ben" / "sums" / "sums.html"
    feedback.parent.mkdir(parents=True)
    feedback.write_text("<title>The feedback of ben</title>")
    return write_report(assignment)[0]


def opened(browser: Browser, report: Path, **options: Any) -> Page:
    """Return the report in a window of its own."""
    page = browser.new_context(**options).new_page()
    page.goto(report.as_uri())
    return page


@pytest.fixture(scope="module")
def long_report(tmp_path_factory) -> Path:
    """The report of a class of 60."""
    assignment = class_in(tmp_path_factory.mktemp("long"))
    for number in range(60):
        hand_in(assignment, f"s{number:02d}", [result("add", 4, 4), result("train", 6, 6)])
    return write_report(assignment)[0]


@pytest.fixture(scope="module")
def phone() -> dict[str, Any]:
    """What a phone's browser has, beside a small screen: fingers."""
    return {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 3}


@pytest.fixture
def page(browser, report) -> Iterator[Page]:
    """The report in a window of its own."""
    page = opened(browser, report)
    yield page
    page.context.close()


def students(page: Page) -> list[str]:
    """Return the students that the table of points shows, in order."""
    rows = page.locator("#students tbody tr:visible td:first-child a")
    return [text.strip() for text in rows.all_inner_texts()]


def test_a_search_leaves_those_whose_id_holds_it_in_table_map_and_list(page):
    page.get_by_label("Id or name").fill("EN")
    assert students(page) == ["ben", "chen"]
    expect(page.locator("#found")).to_have_text("2 of 5 shown")
    expect(page.locator("#heat tbody tr[data-of]:visible")).to_have_count(2)
    expect(page.locator("details.student:visible")).to_have_count(2)
    page.get_by_role("button", name="Show all").click()
    assert len(students(page)) == 5


def test_filters_ask_for_both_in_one_problem(page):
    page.get_by_label("What happened").select_option("known")
    assert students(page) == ["ben", "dana"]
    page.get_by_role("combobox", name="Problem").select_option("train")
    assert students(page) == []
    page.get_by_label("What happened").select_option("")
    page.get_by_role("combobox", name="Problem").select_option("add")
    assert students(page) == ["ben", "chen", "dana"]
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("What happened").select_option("rejected")
    assert students(page) == ["emeka"]


def head_of(page: Page, name: str) -> Locator:
    """Return the head of a column of the table of points."""
    return page.locator("#students thead th", has_text=name)


def test_a_columns_head_sorts_by_keyboard_and_turns_round(page):
    head = head_of(page, "add")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert students(page) == ["chen", "emeka", "ben", "dana", "ada"]
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert students(page) == ["ada", "dana", "ben", "chen", "emeka"]


def test_a_click_sorts_too_by_numbers_as_numbers_and_by_one_column_at_a_time(page):
    total, add = head_of(page, "total"), head_of(page, "add")
    add.get_by_role("button").click()
    total.get_by_role("button").click()
    expect(add).not_to_have_attribute("aria-sort", "ascending")
    # 10 points are more than 6 to 8, though "1" comes before "6".
    assert students(page) == ["emeka", "chen", "ben", "dana", "ada"]


def test_a_search_and_a_sorted_column_go_together(page):
    head_of(page, "total").get_by_role("button").click()
    page.get_by_label("Id or name").fill("en")
    assert students(page) == ["chen", "ben"]


def test_tests_can_be_sorted_by_how_many_fail(page):
    fails = page.locator(".items tbody tr td:nth-child(4)")
    page.locator(".items thead th", has_text="fail").get_by_role("button").click()
    assert fails.all_inner_texts() == ["0 of 4", "3 of 4"]


def test_what_is_empty_stays_at_the_end_of_a_sorted_column(page):
    head = head_of(page, "essay")  # of which emeka alone has points
    for _ in range(2):
        head.get_by_role("button").click()
        assert students(page)[0] == "emeka"


def test_the_heat_map_can_be_in_the_order_of_points(page):
    page.get_by_label("Rows of the heat map").select_option("points")
    rows = page.locator("#heat tbody tr[data-of]:visible th")
    assert rows.all_inner_texts() == ["ada", "dana", "ben", "chen", "emeka"]
    expect(page.locator("#heat .head:visible")).to_have_count(0)
    page.get_by_label("Rows of the heat map").select_option("cause")
    assert rows.first.inner_text() in ("ben", "dana")
    expect(page.locator("#heat .head:visible")).to_have_count(3)


def test_a_mistake_shows_who_made_it_in_the_tables(page):
    page.get_by_text("Does sign.").first.click()
    page.get_by_role("button", name="Show these in the tables").first.click()
    assert students(page) == ["ben", "dana"]
    expect(page.locator("#found")).to_contain_text("with one mistake")


def test_a_way_in_which_points_were_lost_shows_whose_they_are(page):
    page.get_by_role("button", name="wrong, and known: 2").click()
    assert students(page) == ["ben", "dana"]
    expect(page.get_by_role("combobox", name="Problem")).to_have_value("add")
    expect(page.get_by_label("What happened")).to_have_value("known")
    page.get_by_role("button", name="waits for a person: 4").click()
    assert students(page) == ["ada", "ben", "chen", "dana"]


def test_a_link_from_elsewhere_to_a_student_opens_that_student(browser, report):
    page = browser.new_page()
    page.goto(f"{report.as_uri()}#s1")
    expect(page.locator("#s1")).to_have_attribute("open", "")
    expect(page.get_by_text("autograder explain sums ben add")).to_be_in_viewport()
    page.close()


def test_heads_stay_in_sight_when_a_long_table_is_scrolled(browser, long_report):
    page = opened(browser, long_report, viewport={"width": 1280, "height": 700})
    for table in ("#students", "#heat"):
        page.locator(".pane", has=page.locator(table)).evaluate(
            "pane => { pane.scrollIntoView({ block: 'end' }); pane.scrollTop = pane.scrollHeight; }"
        )
        for part in ("tbody tr:last-child", "thead"):
            expect(page.locator(table).locator(part)).to_be_in_viewport(ratio=1)
    page.context.close()


def test_on_a_phone_all_works_by_touch(browser, report, phone):
    page = opened(browser, report, **phone)
    head_of(page, "total").get_by_role("button").tap()
    assert students(page) == ["emeka", "chen", "ben", "dana", "ada"]
    page.get_by_text("Does sign.").first.tap()
    page.get_by_role("button", name="Show these in the tables").first.tap()
    assert students(page) == ["ben", "dana"]
    page.get_by_label("Id or name").tap()
    page.keyboard.type("be")
    assert students(page) == ["ben"]
    page.locator("#students tbody a", has_text="ben").tap()
    page.get_by_role("link", name="feedback page").locator("visible=true").tap()
    expect(page).to_have_title("The feedback of ben")
    page.context.close()


def test_what_is_tapped_on_a_phone_is_large_enough_for_a_finger(browser, report, phone):
    page = opened(browser, report, **phone)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for control in page.locator("button:visible, input:visible, select:visible, summary:visible").all():
        box = control.bounding_box()
        assert box
        # WCAG 2.2, 2.5.8: 24 pixels.
        assert min(box["width"], box["height"]) >= 24, control.inner_text()
    page.context.close()


def test_a_student_leads_to_what_tests_saw_and_on_to_the_feedback_page(page):
    page.locator("#students tbody a", has_text="ben").click()
    expect(page.get_by_text("autograder explain sums ben add")).to_be_visible()
    page.get_by_role("link", name="feedback page").locator("visible=true").click()
    expect(page).to_have_title("The feedback of ben")


def test_without_a_script_all_is_there_and_no_control_that_does_nothing(browser, report):
    page = opened(browser, report, java_script_enabled=False)
    assert students(page) == ["ada", "ben", "chen", "dana", "emeka"]
    expect(page.locator(".find")).to_be_hidden()
    expect(page.locator("button:visible")).to_have_count(0)
    page.locator("#students tbody a", has_text="ben").click()
    page.locator("details.student summary").nth(1).click()
    expect(page.get_by_text("autograder explain sums ben add")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_asks_for_nothing_breaks_no_rule_of_its_own_and_fits(browser, report, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(report.as_uri())
    for control in ("th button", ".kinds button", ".show"):
        page.locator(control).first.evaluate("control => control.click()")
    page.locator("#students tbody tr:visible a").first.click()
    assert asked == [report.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
