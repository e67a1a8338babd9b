"""A student follows an attempt, reads what it came to and what changed, proves it, and asks about it."""

import pytest

from autograder.server.pages.attempt import steps
from autograder.server.tables import Attempt, State
from tests.support.seeded import HOSTILE


def address(seeded, name: str) -> str:
    return f"/attempts/{seeded.attempts[name]}/"


def test_a_marked_attempt_shows_points_by_problem_and_what_changed_since_the_one_before(seeded, browser):
    page = browser("ada").get(address(seeded, "second"))
    assert page.status_code == 200
    assert "<strong>50</strong>" in page.text
    assert "What changed since attempt 1" in page.text
    assert '<span class="up">+14</span>' in page.text
    # Of the function that was written since then, the lines.
    assert '<code class="old">\N{MINUS SIGN} ' in page.text
    assert '<code class="new">+ ' in page.text
    assert 'data-live="0"' in page.text
    # Each problem leads to what its feedback says.
    place = f"{address(seeded, 'second')}feedback"
    assert f'<a href="{place}#rnn_step_forward">' in page.text


def test_a_queued_attempt_says_its_place_and_what_was_found_in_it_and_looks_again_without_a_script(seeded, browser):
    page = browser("chen").get(address(seeded, "queued"))
    assert '<li class="now" aria-current="step">in the queue' in page.text
    assert "Ahead of it in the queue: 1." in page.text
    assert "Functions and answers found: 9 of 9. Not written yet: captioning_loss, " in page.text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page.text


def test_a_refused_attempt_says_why_at_once_and_that_it_costs_nothing(seeded, browser):
    page = browser("ben").get(address(seeded, "refused"))
    assert "cannot be read (is a directory): hand in the notebook alone" in page.text
    assert "It has cost you no attempt." in page.text


def test_one_on_which_the_grader_failed_says_that_it_is_no_fault_of_the_students(seeded, browser):
    page = browser("emeka").get(address(seeded, "failed"))
    assert "That is no fault of yours" in page.text
    assert "out of memory" not in page.text  # that is for staff


@pytest.mark.parametrize("name", ["refused", "bens", "second"])
def test_what_students_write_is_shown_and_never_obeyed(seeded, browser, name):
    page = browser("ina").get(address(seeded, name))
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text
    assert HOSTILE not in page.text


def test_nobody_sees_anothers_attempt_and_staff_see_it_as_theirs_to_look_at(seeded, browser):
    theirs = address(seeded, "second")
    assert browser("ben").get(theirs).status_code == 404
    assert browser("otto").get(theirs).status_code == 404
    page = browser("tom").get(theirs)
    assert page.status_code == 200
    assert "/c/vision/staff/" in page.text
    assert "Let this attempt count" not in page.text


def test_a_student_chooses_which_attempt_counts(seeded, browser):
    ada = browser("ada")
    answer = ada.post(f"{address(seeded, 'second')}chosen")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address(seeded, 'second')}?done=chosen")
    with seeded.school.database.reading() as session:
        assert session.get_one(Attempt, seeded.attempts["second"]).counts
        assert not session.get_one(Attempt, seeded.attempts["third"]).counts
    page = ada.get(answer.headers["location"])
    assert "This attempt counts now." in page.text
    assert "It counts: you chose it." in page.text
    ada.post(f"{address(seeded, 'third')}chosen")


def test_a_form_without_the_pages_own_token_changes_nothing(seeded, browser):
    ada = browser("ada")
    ada.csrf = "forged"
    assert ada.post(f"{address(seeded, 'first')}chosen").status_code == 403
    with seeded.school.database.reading() as session:
        assert not session.get_one(Attempt, seeded.attempts["first"]).counts


def test_a_request_is_kept_with_its_text_answered_on_the_page_and_can_be_withdrawn(seeded, browser):
    ada, third = browser("ada"), address(seeded, "third")
    answer = ada.post(f"{third}regrade-requests", problem="captioning_sample", text="  Test 2 is <b>wrong</b>.  ")
    assert answer.headers["location"] == f"{third}?done=asked#ask"
    page = ada.get(third)
    assert "Test 2 is &lt;b&gt;wrong&lt;/b&gt;." in page.text
    (withdraw,) = [part.split('"')[0] for part in page.text.split('action="')[1:] if "/withdrawn" in part.split('"')[0]]
    assert browser("ben").post(withdraw).status_code == 404
    assert ada.post(withdraw).status_code == 303
    assert "withdrawn" in ada.get(third).text
    assert ada.post(withdraw).status_code == 409


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"text": " "}, "The text is empty."), ({"text": "x", "problem": "no"}, "There is no problem no")],
)
def test_a_request_that_says_nothing_is_refused_with_what_to_do(seeded, browser, fields, why):
    answer = browser("ada").post(f"{address(seeded, 'third')}regrade-requests", **fields)
    assert answer.status_code == 422
    assert why in answer.text
    assert "What to do:" in answer.text


def test_the_receipt_is_on_the_page_with_the_bytes_to_read_back(seeded, browser):
    page, attempt = browser("ada").get(address(seeded, "first")).text, seeded.attempts["first"]
    with seeded.school.database.reading() as session:
        row = session.get_one(Attempt, attempt)
    assert row.receipt["signature"] in page.replace("&#43;", "+").replace("&#x2B;", "+")
    assert row.sha256 in page
    assert f'href="/api/v1/attempts/{attempt}/files/rnn_captioning.ipynb"' in page


def test_feedback_runs_and_loads_nothing(seeded, browser):
    page = browser("ada").get(f"{address(seeded, 'first')}feedback")
    assert page.text.endswith("<title>Feedback</title>")
    assert page.headers["content-security-policy"].startswith("sandbox;")


def test_steps_end_where_something_stopped():
    assert [one.kind for one in steps(State.QUEUED)] == ["done", "now", "next", "next"]
    assert [one.kind for one in steps(State.MARKED)] == ["done"] * 4
    assert [one.kind for one in steps(State.REFUSED)] == ["done", "done", "stopped"]
