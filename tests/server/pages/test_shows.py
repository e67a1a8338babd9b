"""What the rules do not show of marks is on no page of a student's; staff see all, and refusals are always told."""

import pytest
from sqlalchemy import select

from autograder.server.app import make_app
from autograder.server.attempts import queue
from autograder.server.pages.frame import POLICY
from autograder.server.settings import Settings
from autograder.server.tables import Attempt
from tests.server.pages.conftest import URL
from tests.support.seeded import RULES, Browser, seed

WORDS = ("50", "22", "84.5", "Since the attempt before", "not right yet", "Points gained and lost")


@pytest.fixture(scope="module", params=["after_due", "counts_only"])
def shows(request):
    return request.param


@pytest.fixture(scope="module")
def seeded(tmp_path_factory, shows):
    # That an attempt is the best tells of its points.
    rules = RULES.replace('"chosen"', '"best"') + f'shows = "{shows}"\n'
    made = seed(tmp_path_factory.mktemp("server"), rules=rules, settings=Settings(url=URL))
    yield made
    made.school.database.close()


@pytest.fixture(scope="module")
def app(seeded):
    return make_app(seeded.server)


def pages(seeded) -> list[str]:
    attempts = [f"/attempts/{seeded.attempts[name]}/" for name in ("first", "second", "third")]
    return ["/", "/c/vision/", "/c/vision/rnn_captioning/", *attempts]


def test_a_student_sees_of_marks_what_the_rules_show(seeded, browser, shows):
    ada: Browser = browser("ada")
    for address in pages(seeded):
        page = ada.get(address)
        assert page.headers["content-security-policy"] == POLICY
        text = page.text.partition('id="receipt"')[0]
        assert "/feedback" not in text
        if shows == "after_due":
            assert not [word for word in WORDS if f">{word}<" in text or f">{word} " in text or f"{word}:" in text]
            assert "wait for a person" not in text
    assert ada.get(f"/attempts/{seeded.attempts['third']}/feedback").status_code == 403


def test_what_tests_saw_is_on_no_page(seeded, browser):
    for address in pages(seeded):
        text = browser("ada").get(address).text
        assert "not aligned" not in text
        assert "sum_forgotten" not in text


def test_points_and_numbers_of_tests_are_shown_where_counts_are(seeded, browser, shows):
    text = browser("ada").get(f"/attempts/{seeded.attempts['second']}/").text
    if shows == "counts_only":
        assert "<strong>50</strong>" in text
        assert "Tests passed: 5 of 9." in text
    else:
        assert "The result is shown once you can hand in no more." in text
        assert "Tests passed" not in text


def test_which_attempt_counts_is_told_where_points_are(seeded, browser, shows):
    with seeded.school.database.writing() as session:
        (best,) = session.scalars(select(Attempt.id).where(Attempt.counts, Attempt.student == "ada"))
        for kind in ("counts", "entered", "marked"):
            queue.tell(session, best, kind, seeded.school.clock())
    seen = {"ada": shows == "counts_only", "tom": True}
    for login, told in seen.items():
        page = browser(login).get(f"/attempts/{best}/").text
        assert [">counts<" in page, "It counts:" in page] == [told, told], login
        events = browser(login).get(f"/api/v1/attempts/{best}/events").text
        told_of = [f"event: {kind}" in events for kind in ("marked", "counts", "entered")]
        assert told_of == [True, told, told], login
    assert (">counts<" in browser("ada").get("/c/vision/rnn_captioning/").text) is seen["ada"]


def test_why_something_was_refused_is_shown_whatever_the_rules_show(seeded, browser):
    text = browser("ben").get(f"/attempts/{seeded.attempts['refused']}/").text
    assert "cannot be read (is a directory): hand in the notebook alone" in text


def test_staff_see_all(seeded, browser):
    text = browser("tom").get(f"/attempts/{seeded.attempts['second']}/").text
    assert "<strong>50</strong>" in text
    assert "Read the feedback" in text
