"""Staff see what needs them first, the class, each submission; students see none of it, and TAs change no rules."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest

from autograder.course.results import write_record
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.server.accounts.access import rules_of
from autograder.server.marking import regrade
from autograder.server.tables import Attempt, AuditLine, JobState, Regrade, RequestState, State
from tests.support.seeded import NAME, Seeder, record_of

STAFF = "/c/vision/staff/"
CLASS = f"{STAFF}{NAME}/"
PAGES = [
    STAFF,
    f"{STAFF}queue",
    f"{STAFF}requests",
    f"{STAFF}people",
    CLASS,
    f"{CLASS}students/1/",
    f"{CLASS}regrades",
    f"{CLASS}extensions",
    f"{CLASS}written",
]


def rows(page) -> list[str]:
    """Return the ids that a table shows, in order."""
    return re.findall(r'<th scope="row"><a href="students/\d+/">([^<]+)</a>', page.text)


def audited(seeded, action: str) -> int:
    with seeded.school.database.reading() as session:
        return session.query(AuditLine).filter_by(action=action).count()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_for_staff_of_the_course_alone(browser, page):
    assert browser("tom").get(page).status_code == 200
    assert browser("ina").get(page).status_code == 200
    assert browser("ada").get(page).status_code == 403
    assert browser("olga").get(page).status_code == 404
    assert browser().get(page).status_code == 303


def test_the_list_of_pages_above_is_whole(app):
    shown = {path for path, _ in rules_of(app) if path.startswith("GET /c/{course}/staff") and "classroom" not in path}
    assert len(shown) == len(PAGES) + len(["audit", "report", "hints", "regrades/{id}"])


@pytest.mark.parametrize("page", PAGES)
def test_what_students_write_is_shown_and_never_obeyed(browser, page):
    text = browser("ina").get(page).text
    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_what_failed_comes_first_with_its_cause_and_is_marked_again(seeded, browser):
    page = browser("tom").get(STAFF)
    assert "The grader failed on 1" in page.text
    assert "worker killed eight times: out of memory" in page.text
    (form,) = re.findall(r'action="([^"]+/marked-again)"', page.text)
    assert browser("tom").post(form).status_code == 303
    with seeded.school.database.writing() as session:
        row = session.get_one(Attempt, seeded.attempts["failed"])
        assert row.state is State.QUEUED
        row.state = State.FOR_A_PERSON
    assert audited(seeded, "attempt.marked-again") == 1
    assert browser("tom").post(form.replace(seeded.attempts["failed"], seeded.attempts["third"])).status_code == 409
    assert browser("tom").post(form.replace(seeded.attempts["failed"], "0" * 32)).status_code == 404


def test_a_program_of_staff_has_what_failed_marked_again(seeded, browser):
    failed, third = seeded.attempts["failed"], seeded.attempts["third"]
    of_course = "/api/v1/courses/vision/assignments/rnn_captioning/attempts"

    def ask(attempt):
        school = seeded.school
        return browser("").client.post(f"{of_course}/{attempt}/mark-again", headers=school.bearer("tom"))

    answer = ask(failed)
    assert (answer.status_code, answer.json()["id"], answer.json()["state"]) == (202, failed, "queued")
    again = ask(failed)
    assert (again.status_code, again.json()["type"]) == (409, "urn:autograder:not-failed")
    assert (ask(third).status_code, ask("0" * 32).status_code) == (409, 404)
    with seeded.school.database.writing() as session:
        session.get_one(Attempt, failed).state = State.FOR_A_PERSON


def test_a_refused_attempt_is_listed_until_another_one_comes(seeded, browser):
    with seeded.school.database.writing() as session:
        session.get_one(Attempt, seeded.attempts["bens"]).state = State.REFUSED
    assert "1 could not be marked, and nothing has come since" in browser("tom").get(STAFF).text
    with seeded.school.database.writing() as session:
        session.get_one(Attempt, seeded.attempts["bens"]).state = State.MARKED
    assert "could not be marked, and nothing" not in browser("tom").get(STAFF).text


def test_what_is_wrong_with_the_rules_is_shown_until_it_is_put_right(seeded, browser):
    file = seeded.server.courses["vision"].course.root / "handing_in.toml"
    right = file.read_text(encoding="utf-8")
    assert "The rules of before hold" not in browser("tom").get(STAFF).text
    file.write_text(right + "late_dys = 3\n", encoding="utf-8")
    assert "late_dys is not known: did you mean late_days?" in browser("tom").get(STAFF).text
    file.write_text(right, encoding="utf-8")
    assert "The rules of before hold" not in browser("tom").get(STAFF).text


def test_the_queue_shows_what_is_marked_what_waits_and_what_went_wrong(browser):
    page = browser("tom").get(f"{STAFF}queue").text
    assert page.index(">dana<") < page.index(">chen<")
    assert 'data-live="3"' in page


def test_the_class_is_searched_filtered_and_sorted_without_a_script(browser):
    tom = browser("tom")
    assert rows(tom.get(CLASS))[:3] == ["ada", "ben", "chen"]
    assert rows(tom.get(f"{CLASS}?q=HEN")) == ["chen"]
    assert rows(tom.get(f"{CLASS}?q=müller")) == ["s0005", "s0011"]
    assert rows(tom.get(f"{CLASS}?show=failed")) == ["emeka"]
    assert rows(tom.get(f"{CLASS}?show=extended")) == ["ben"]
    assert rows(tom.get(f"{CLASS}?show=waiting")) == ["chen", "dana"]
    assert rows(tom.get(f"{CLASS}?section=B&q=s000")) == ["s0001", "s0003", "s0005", "s0007", "s0009"]
    by_points = rows(tom.get(f"{CLASS}?sort=score&down=true"))
    assert by_points[:2] == ["ada", "s0008"]
    # Those without points stay at the end, however it is turned.
    assert set(by_points[-3:]) == set(rows(tom.get(f"{CLASS}?sort=score"))[-3:]) == {"chen", "dana", "emeka"}
    assert tom.get(f"{CLASS}?sort=nothing&show=nothing").status_code == 200


def test_a_submission_shows_each_attempt_its_record_and_the_command_that_explains_it(seeded, browser):
    before = audited(seeded, "submission.read")
    page = browser("root").get(f"{CLASS}students/1/").text
    assert "autograder explain rnn_captioning ada captioning_sample" in page
    assert "sum_forgotten" in page
    assert "Your code raised ValueError: shapes (3,4) and (5,) not aligned." in page
    assert audited(seeded, "submission.read") == before + 1
    assert browser("tom").get(f"{CLASS}students/99999/").status_code == 404


def test_staff_who_open_an_attempt_leave_a_line_in_the_trail_and_students_none(seeded, browser):
    address, before = f"/attempts/{seeded.attempts['second']}/", audited(seeded, "attempt.read")
    browser("ada").get(address)
    assert audited(seeded, "attempt.read") == before
    tom = browser("tom")
    for _ in range(3):  # as a page does that is followed live
        tom.get(address)
    assert audited(seeded, "attempt.read") == before + 1
    seeded.school.clock.forward(minutes=11)
    tom.get(address)
    seeded.school.clock.forward(minutes=-11)
    assert audited(seeded, "attempt.read") == before + 2


def test_a_regrade_is_started_seen_and_applied_by_an_instructor(seeded, browser):
    tom, ina = browser("tom"), browser("ina")
    assert "Name students by their ids" in tom.post(f"{CLASS}regrades", who="some", students="eve ada").text
    address = tom.post(f"{CLASS}regrades", who="some", students="ada, ben", reason="<b>why</b>").headers["location"]
    page = tom.get(address).text
    assert "&lt;b&gt;why&lt;/b&gt;" in page
    assert 'data-live="3"' in page
    assert tom.post(f"{address}/applied").status_code == 403
    assert ina.post(f"{address}/applied").status_code == 409
    Seeder(seeded.school).marked_again(int(address.rsplit("/", 1)[1]), {"ada": 9, "ben": 3})
    page = ina.get(address).text
    assert "Apply to 2" in page
    assert 'data-live="0"' in page
    assert ina.post(f"{address}/applied").headers["location"] == f"{address}?done=applied"
    assert "Applied <time" in ina.get(address).text
    assert audited(seeded, "regrade.applied") == 1


def test_a_regrade_can_be_of_those_with_one_mistake_and_be_cancelled(seeded, browser):
    page = browser("tom").get(f"{CLASS}regrades").text
    (mistake,) = {one for one in re.findall(r'<option value="([^"]+)">', page) if one.startswith("rnn_backward: tanh")}
    address = browser("tom").post(f"{CLASS}regrades", who="mistake", mistake=mistake).headers["location"]
    number = int(address.rsplit("/", 1)[1])
    with seeded.school.database.reading() as session:
        seen = regrade.preview(session, session.get_one(Regrade, number))
        assert [one.attempt.student for one in seen.attempts] == ["s0003"]
    browser("tom").post(f"{address}/cancelled")
    with seeded.school.database.reading() as session:
        seen = regrade.preview(session, session.get_one(Regrade, number))
    assert [one.job.state for one in seen.attempts] == [JobState.CANCELLED]
    assert browser("tom").get(f"{STAFF}regrades/99999").status_code == 404


def test_a_request_is_answered_and_the_student_reads_it(seeded, browser):
    (form,) = re.findall(r'action="([^"]+/requests/\d+)"', browser("tom").get(f"{STAFF}requests").text)
    assert browser("tom").post(form, text="It <i>was</i> wrong.", decision="maybe").status_code == 422
    assert browser("tom").post(form, text="It <i>was</i> wrong.", decision="upheld").status_code == 303
    page = browser("ada").get(f"/attempts/{seeded.attempts['second']}/").text
    assert "It &lt;i&gt;was&lt;/i&gt; wrong." in page
    assert "upheld" in page
    assert audited(seeded, f"request.{RequestState.UPHELD.value}") == 1


def test_an_extension_is_given_and_taken_back_by_instructors(seeded, browser):
    ina, form = browser("ina"), f"{CLASS}extensions"
    assert browser("tom").post(form, student="chen", due_at="2026-12-03T23:59").status_code == 403
    assert "choose one of the list" in ina.post(form, student="eve", due_at="2026-12-03T23:59").text
    assert "is no time" in ina.post(form, student="chen", due_at="soon").text
    assert ina.post(form, student="chen", due_at="2026-12-03T23:59", reason="ill").status_code == 303
    assert rows(ina.get(f"{CLASS}?show=extended")) == ["ben", "chen"]
    ina.post(form, student="chen", due_at="")
    assert rows(ina.get(f"{CLASS}?show=extended")) == ["ben"]


def test_a_roster_is_taken_and_a_link_made_that_is_shown_once(browser):
    ina, form = browser("ina"), f"{STAFF}people"
    roster = b"student,name,section\nnew1,New One,A\nada,Ada L.,A\n"
    assert browser("tom").post(form, {"roster": ("r.csv", roster)}).status_code == 403
    page = ina.post(form, {"roster": ("r.csv", roster)})
    assert "1 added, 1 changed" in page.text
    assert "who stay in the course" in page.text
    wrong = ina.post(form, {"roster": ("r.csv", b"nothing\n1\n")})
    assert wrong.status_code == 422
    assert "nothing was changed" in wrong.text
    ina.csrf, csrf = "forged", ina.csrf
    assert ina.post(form, {"roster": ("r.csv", roster)}).status_code == 403
    ina.csrf = csrf
    page = ina.post(f"{form}/new1/link")
    (link,) = re.findall(r'<code class="secret">([^<]+)</code>', page.text)
    assert "/sign-in#agt_" in link
    assert link not in ina.get(form).text
    assert ina.post(f"{form}/new1/locked-out").status_code == 303
    assert ina.post(f"{form}/nobody/link").status_code == 404


def test_the_trail_is_for_instructors(browser):
    assert browser("tom").get(f"{STAFF}audit").status_code == 403
    browser("ina").get(f"{CLASS}students/1/")
    page = browser("ina").get(f"{STAFF}audit?action=submission").text
    assert "<code>submission.read</code>" in page
    assert "<code>roster.put</code>" not in page


def test_a_report_that_cannot_be_made_says_why(browser):
    answer = browser("tom").get(f"{CLASS}report")
    assert answer.headers["location"] == f"{STAFF}classroom/reports/{NAME}/class.html"
    page = browser("tom").get(answer.headers["location"])
    assert page.status_code == 200
    assert "no hand-in of rnn_captioning is marked yet" in page.text


def test_a_report_is_of_the_class_as_it_is_and_its_links_lead_on(seeded, browser):
    tom, report = browser("tom"), f"{STAFF}classroom/reports/{NAME}/"
    for login, right in (("ada", 8), ("ben", 4)):
        record = record_of(seeded.assignment, login, right, "off", "transposed")
        write_record(record, record_file(seeded.course.course.records, NAME, login))
    page = tom.get(f"{report}class.html")
    assert "class report" in page.text
    assert "&#39;sha256-" in page.text  # its own policy
    links = {urljoin(f"{report}class.html", one) for one in re.findall(r'<a href="(\.\./[^"]+)"', page.text)}
    assert len(links) == 4
    for link in links:
        answer = tom.get(link)
        assert answer.status_code == (200 if link.endswith(".json") else 303), link
        assert browser("ada").get(link).status_code == 403
    assert tom.get(f"{report}class.csv").headers["content-disposition"].startswith("attachment")
    assert tom.get(f"{report}class.json").json()["assignment"] == NAME
    for name in ("nbgrader_config.py", "..%2F..%2F..%2Fnbgrader_config.py"):
        assert browser("tom").get(f"{STAFF}classroom/reports/{NAME}/{name}").status_code == 404


def test_what_hints_did_is_for_staff_alone(browser):
    tom, report = browser("tom"), f"{STAFF}classroom/reports/{NAME}/"
    assert tom.get(f"{CLASS}hints").headers["location"] == f"{report}hints.html"
    page = tom.get(f"{report}hints.html")
    assert "do hints help?" in page.text
    assert tom.get(f"{report}hints.csv").headers["content-disposition"].startswith("attachment")
    assert tom.get(f"{report}hints.json").json()["hints"] == []
    assert browser("ada").get(f"{report}hints.html").status_code == 403
    assert browser("olga").get(f"{report}hints.json").status_code == 404
