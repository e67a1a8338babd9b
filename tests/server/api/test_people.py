"""Who one is, one's tokens; for staff the roster, links, extensions and the trail, by the interface for programs."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from autograder.course import handing_in
from autograder.server.accounts.tokens import MOST
from autograder.server.app import make_app
from autograder.server.tables import Attempt
from tests.grading.dumps import new_database
from tests.support.sampling import thorough
from tests.support.school import NOON, make_school

NAME = "rnn_captioning"
API = "/api/v1"
COURSE = f"{API}/courses/vision"
EXTENSIONS = f"{COURSE}/assignments/{NAME}/extensions"
RULES = 'zone = "Asia/Shanghai"\n[rnn_captioning]\ndue = 2026-11-29T20:00:00\n'


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=thorough)])
def school(request, tmp_path, monkeypatch):
    monkeypatch.setattr(handing_in, "assignment_names", lambda _course: [NAME])
    url = new_database(request.getfixturevalue("postgres")) if request.param == "postgresql" else None
    made = make_school(tmp_path, url=url, assignments=[NAME])
    (made.server.courses["vision"].course.root / "handing_in.toml").write_text(RULES)
    yield made
    made.database.close()


@pytest.fixture
def ask(school):
    """Return a function that asks as somebody."""
    with TestClient(make_app(school.server), school.server.settings.url) as client:

        def ask(login, method, path, **how):
            headers = how.pop("headers", {}) | school.bearer(login)
            return client.request(method, path, headers=headers, **how)

        yield ask


def test_who_i_am(ask):
    said = ask("ada", "GET", f"{API}/me").json()
    assert (said["login"], said["signed_in_by"], said["administers"]) == ("ada", "token", False)
    assert [(one["course"], one["role"], one["student"]) for one in said["courses"]] == [("vision", "student", "ada")]


def test_an_administrator_is_an_instructor_everywhere(ask):
    said = ask("root", "GET", f"{API}/me").json()["courses"]
    assert [(one["course"], one["role"]) for one in said] == [("vision", "instructor"), ("other", "instructor")]


def test_tokens_are_made_listed_and_revoked(ask, school):
    made = ask("ada", "POST", f"{API}/me/tokens", json={"label": "lap\ntop", "days": 7})
    assert made.status_code == 201
    said = made.json()
    listed = ask("ada", "GET", f"{API}/me/tokens").json()
    assert [one["label"] for one in listed] == ["lap\\ntop", ""]
    assert "token" not in listed[0]
    school.tokens["laptop"] = said["token"]
    assert ask("laptop", "GET", f"{API}/me").json()["login"] == "ada"
    assert ask("ben", "DELETE", f"{API}/me/tokens/{said['id']}").status_code == 404
    assert ask("ada", "DELETE", f"{API}/me/tokens/{said['id']}").status_code == 204
    assert ask("laptop", "GET", f"{API}/me").status_code == 401


def test_nobody_has_more_tokens_than_they_can_use(ask):
    codes = [ask("ada", "POST", f"{API}/me/tokens", json={}).status_code for _ in range(MOST)]
    assert codes == [201] * (MOST - 1) + [409]


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**31), "9" * 40])
def test_a_number_that_no_token_has_is_an_error_of_whoever_asks(ask, number):
    assert ask("ada", "DELETE", f"{API}/me/tokens/{number}").status_code == 422


def test_a_roster_is_put_and_read(ask):
    text = "student,name,role\nada,Ada L.,\ncleo,Cleo,\nina,,instructor\n"
    said = ask("ina", "PUT", f"{COURSE}/roster", content=text.encode(), headers={"Content-Type": "text/csv"})
    assert said.json() == {"added": ["cleo"], "changed": ["ada"], "gone": ["ben"], "same": 1, "ended": False}
    listed = {one["login"]: one for one in ask("tom", "GET", f"{COURSE}/roster").json()}
    assert (listed["cleo"]["student"], listed["tom"]["role"]) == ("cleo", "ta")
    said = ask("ina", "PUT", f"{COURSE}/roster?end_missing=true", content=text.encode())
    assert said.json()["ended"]
    assert "ben" not in {one["login"] for one in ask("tom", "GET", f"{COURSE}/roster").json()}
    assert ask("ben", "GET", COURSE + "/roster").status_code == 404


def test_a_wrong_roster_is_an_error_that_names_the_line(ask):
    answer = ask("ina", "PUT", f"{COURSE}/roster", content=b"student,name\nada\n")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "line 2: has 1 cells, and the first line 2: student,name"
    assert ask("ina", "PUT", f"{COURSE}/roster", content=b"x" * 5_000_001).status_code == 413


def test_an_instructor_makes_and_revokes_links_for_their_people_alone(ask, school):
    made = ask("ina", "POST", f"{COURSE}/roster/ada/tokens", json={"days": 30})
    assert made.json()["link"] == f"{school.server.settings.url}/sign-in#{made.json()['token']}"
    assert ask("ina", "POST", f"{COURSE}/roster/otto/tokens", json={}).status_code == 404
    assert ask("ina", "POST", f"{COURSE}/roster/a%00b/tokens", json={}).status_code == 404
    assert ask("tom", "POST", f"{COURSE}/roster/ada/tokens", json={}).status_code == 403
    assert ask("ina", "DELETE", f"{COURSE}/roster/ada/tokens").status_code == 204
    assert ask("ada", "GET", f"{API}/me").status_code == 401


def test_who_has_taken_a_login_before_another_course_gave_it_to_somebody_sees_nothing_of_that_course(ask, school):
    def by(token, method, path, **how):
        school.tokens["by"] = token
        return ask("by", method, path, **how)

    def courses(token):
        return [one["course"] for one in by(token, "GET", f"{API}/me").json()["courses"]]

    def link(who, course):
        return ask(who, "POST", f"{API}/courses/{course}/roster/prof/tokens", json={}).json()["token"]

    def add(who, course, role):
        roster = f"student,login,role\n,prof,{role}\n".encode()
        assert ask(who, "PUT", f"{API}/courses/{course}/roster", content=roster).status_code == 200

    add("olga", "other", "ta")
    taken = link("olga", "other")
    more = by(taken, "POST", f"{API}/me/tokens", json={"label": "kept"}).json()
    add("ina", "vision", "instructor")
    for one in (taken, more["token"]):
        assert courses(one) == ["other"]
        assert by(one, "GET", f"{COURSE}/roster").status_code == 404
        assert by(one, "POST", f"{COURSE}/roster/ada/tokens", json={}).status_code == 404
    # Whom the course itself gives a link has all of it, and neither sees nor ends what the other has.
    right = link("ina", "vision")
    assert courses(right) == ["vision"]
    assert by(right, "GET", f"{COURSE}/roster").status_code == 200
    assert len(by(right, "GET", f"{API}/me/tokens").json()) == 1
    assert by(right, "DELETE", f"{API}/me/tokens/{more['id']}").status_code == 404
    assert by(taken, "DELETE", f"{API}/me/sessions").status_code == 204
    # No more can be filled up than what is theirs.
    for _ in range(MOST - 2):
        by(taken, "POST", f"{API}/me/tokens", json={})
    assert by(taken, "POST", f"{API}/me/tokens", json={}).status_code == 409
    assert by(right, "POST", f"{API}/me/tokens", json={}).status_code == 201


def test_an_extension_counts_for_what_is_there_and_can_be_taken_back(ask, school):
    # Due at noon, UTC.
    late = school.attempt("ada", received_at=NOON + timedelta(hours=1))
    said = ask("ina", "PUT", f"{EXTENSIONS}/ada", json={"due_at": "2026-11-30T20:00", "reason": "ill"})
    assert said.json() == {"student": "ada", "due_at": "2026-11-30T12:00:00Z", "reason": "ill"}
    assert lateness(school, late) == 0
    assert [one["student"] for one in ask("tom", "GET", EXTENSIONS).json()] == ["ada"]
    assert ask("ina", "DELETE", f"{EXTENSIONS}/ada").status_code == 204
    assert lateness(school, late) == 3600
    assert ask("tom", "GET", EXTENSIONS).json() == []


def lateness(school, attempt):
    with school.database.reading() as session:
        return session.get_one(Attempt, attempt).late_seconds


@pytest.mark.parametrize(
    ("student", "due", "status", "message"),
    [
        (
            "ada",
            "tomorrow",
            422,
            "'tomorrow' is no time: write one such as 2026-12-03T23:59, local time of Asia/Shanghai",
        ),
        ("ada", "2026-11-29T20:00", 422, "is not after the due time of all"),
        ("ada", "0001-01-01T00:00", 422, "no calendar"),
        ("ada", "2026-11-30T20:00" + "0" * 90, 422, "at most 64"),
        ("nobody", "2026-11-30T20:00", 404, ""),
        ("a%00b", "2026-11-30T20:00", 404, ""),
        ("otto", "2026-11-30T20:00", 404, ""),
        ("tom", "2026-11-30T20:00", 404, ""),
    ],
)
def test_an_extension_that_cannot_be_is_an_error(ask, student, due, status, message):
    answer = ask("ina", "PUT", f"{EXTENSIONS}/{student}", json={"due_at": due})
    assert answer.status_code == status
    assert message in answer.text


def test_an_assignment_that_is_never_due_has_no_extensions(ask, school):
    (school.server.courses["vision"].course.root / "handing_in.toml").unlink()
    answer = ask("ina", "PUT", f"{EXTENSIONS}/ada", json={"due_at": "2026-11-30T20:00"})
    assert "has no due time that could be put off: set due in handing_in.toml first" in answer.json()["detail"]


def test_the_trail_says_who_did_what_page_by_page(ask):
    ask("ina", "PUT", f"{EXTENSIONS}/ada", json={"due_at": "2026-11-30T20:00", "reason": "ill"})
    for _ in range(101):
        ask("ina", "DELETE", f"{EXTENSIONS}/ada")
    newest = ask("ina", "GET", f"{COURSE}/audit").json()
    assert len(newest) == 100
    assert {(one["who"], one["action"]) for one in newest} == {("ina", "extension.taken-back")}
    (first,) = ask("ina", "GET", f"{COURSE}/audit?action=extension.set").json()
    assert first["object"] == f"student/ada/{NAME}"
    assert first["detail"]["reason"] == "ill"
    assert len(first["request_id"]) == 32
    older = ask("ina", "GET", f"{COURSE}/audit?before={newest[-1]['id']}").json()
    assert [one["action"] for one in older] == ["extension.taken-back", "extension.set"]
    assert ask("olga", "GET", f"{API}/courses/other/audit").json() == []
    assert ask("ina", "GET", f"{COURSE}/audit?action=%25").json() == []
    assert ask("ina", "GET", f"{COURSE}/audit?action=%00").json() == []


def test_what_staff_read_of_a_student_is_in_the_trail_and_what_the_student_reads_is_not(ask, school):
    attempt = school.attempt("ada", files=[])
    for login in ("ada", "tom"):
        ask(login, "GET", f"{API}/attempts/{attempt}")
        ask(login, "GET", f"{API}/attempts/{attempt}/files")
        ask(login, "GET", f"{API}/attempts/{attempt}/feedback")
    trail = ask("ina", "GET", f"{COURSE}/audit").json()
    assert {one["who"] for one in trail} == {"tom"}
    assert [one["action"] for one in trail] == ["attempt.feedback.read", "attempt.files.read", "attempt.score.read"]
    assert trail[0]["detail"] == {"student": "ada"}
