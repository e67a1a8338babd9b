"""Addresses at which programs hand in, and read what has become of it."""

import io
import zipfile

import pytest
from fastapi.testclient import TestClient

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.server.accounts import people
from autograder.server.accounts.credentials import COOKIE, CSRF_FIELD
from autograder.server.app import make_app
from autograder.server.attempts import queue
from autograder.server.settings import Sessions
from autograder.server.tables import Attempt, State
from autograder_client.receipts import verify
from tests.support.school import make_school

NAME = "rnn_captioning"
ATTEMPTS = f"/api/v1/courses/vision/assignments/{NAME}/attempts"


@pytest.fixture
def school(tmp_path):
    made = make_school(tmp_path)
    for course in made.server.courses.values():
        vars(course)["assignments"] = {NAME: Assignment(Course(KIT_ROOT), NAME)}
    yield made
    made.database.close()


@pytest.fixture
def client(school):
    with TestClient(make_app(school.server), base_url=school.server.settings.url) as made:
        yield made


def hand_in(client, school, *files, login="ada", **headers):
    sent = [("files", one) for one in files or [("work.ipynb", b"a notebook")]]
    return client.post(ATTEMPTS, files=sent, headers={**school.bearer(login), **headers})


def test_a_receipt_is_the_answer_and_the_same_one_when_it_comes_again(client, school):
    first = hand_in(client, school, **{"Idempotency-Key": "k"})
    again = hand_in(client, school, **{"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.headers["Location"] == f"/api/v1/attempts/{first.json()['attempt']}"
    assert verify(first.json(), client.get("/api/v1/receipt-key").json()["public_key"])
    assert client.post("/api/v1/receipts/verify", json=first.json()).json()["valid"]
    assert not client.post("/api/v1/receipts/verify", json={**first.json(), "number": 2}).json()["valid"]


def test_a_receipt_that_says_something_twice_is_not_taken_for_what_it_says_last(client, school):
    text = hand_in(client, school).text
    assert client.post("/api/v1/receipts/verify", content=text).json() == {"valid": True, "why": ""}
    said = client.post("/api/v1/receipts/verify", content=f'{{"student": "mallory", {text[1:]}').json()
    assert said == {"valid": False, "why": "it says the same thing twice, and a receipt says each once"}


@pytest.mark.parametrize("content", [b"", b"{", b'"receipt"', b"[" * 100_000, b"\xff"])
def test_what_is_no_object_of_json_is_no_receipt(client, content):
    answer = client.post("/api/v1/receipts/verify", content=content)
    assert (answer.status_code, answer.json()["title"]) == (422, "invalid")


def test_an_error_says_what_is_wrong_and_what_to_do(client, school):
    hand_in(client, school, **{"Idempotency-Key": "k"})
    answer = hand_in(client, school, ("work.ipynb", b"other"), **{"Idempotency-Key": "k"})
    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert {"type", "title", "status", "detail", "what_to_do"} <= body.keys()
    assert client.post(ATTEMPTS.replace(NAME, "none"), headers=school.bearer("ada")).status_code == 404


def test_what_was_handed_in_comes_back_byte_for_byte(client, school):
    one, name = bytes(range(256)), "作业 <b>.ipynb"
    attempt = hand_in(client, school, (name, one)).json()["attempt"]
    answer = client.get(f"/api/v1/attempts/{attempt}/files", headers=school.bearer("ada"))
    assert answer.content == one
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E4%BD%9C")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"] == "application/octet-stream"
    several = hand_in(client, school, ("a.py", b"1"), ("b.py", b"2")).json()["attempt"]
    answer = client.get(f"/api/v1/attempts/{several}/files", headers=school.bearer("ada"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {one: archive.read(one) for one in archive.namelist()} == {"a.py": b"1", "b.py": b"2"}
    one_of_them = client.get(f"/api/v1/attempts/{several}/files/b.py", headers=school.bearer("ada"))
    assert one_of_them.content == b"2"


@pytest.mark.parametrize("name", ["../../receipt.key", "..%2f..%2freceipt.key", "a.py/../../x", "none.py", "%00"])
def test_no_name_leads_elsewhere(client, school, name):
    attempt = hand_in(client, school, ("a.py", b"1")).json()["attempt"]
    assert client.get(f"/api/v1/attempts/{attempt}/files/{name}", headers=school.bearer("ada")).status_code == 404


def test_feedback_is_said_to_come_while_there_is_none(client, school):
    attempt = hand_in(client, school).json()["attempt"]
    answer = client.get(f"/api/v1/attempts/{attempt}/feedback", headers=school.bearer("ada"))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:autograder:not-marked")


def test_attempts_are_listed_to_their_student_and_to_staff(client, school):
    for login in ("ada", "ben"):
        hand_in(client, school, login=login)
    hand_in(client, school, ("work.ipynb", b"second"))

    def listed(login, **query):
        answer = client.get(ATTEMPTS, params=query, headers=school.bearer(login)).json()
        return [(one["student"], one["number"]) for one in answer]

    assert listed("ada") == [("ada", 2), ("ada", 1)]
    assert listed("ada", student="ben") == [("ada", 2), ("ada", 1)]
    assert listed("tom", student="ben") == [("ben", 1)]
    assert len(listed("tom")) == 3


def test_which_attempt_counts_is_chosen_only_where_the_rules_let_students_choose(client, school):
    attempt = hand_in(client, school).json()["attempt"]
    path = f"/api/v1/attempts/{attempt}/chosen"
    assert client.put(path, headers=school.bearer("ada")).status_code == 409
    root = school.server.courses["vision"].course.root
    (root / "handing_in.toml").write_text(f'[{NAME}]\ncounts = "chosen"\n')
    assert client.put(path, headers=school.bearer("ada")).json()["chosen"]
    assert client.put(path, headers=school.bearer("tom")).status_code == 403
    assert client.put(path, headers=school.bearer("ben")).status_code == 404


def test_a_browsers_form_needs_what_its_page_holds_and_nothing_is_kept_without(client, school):
    with school.database.writing() as session:
        made = people.start_session(session, school.person("ada", session), school.clock(), Sessions())
    client.cookies.set(COOKIE, made.cookie)
    files = [("files", ("work.ipynb", b"a notebook"))]
    origin = {"Origin": school.server.settings.origin}
    assert client.post(ATTEMPTS, files=files, headers=origin).status_code == 403
    assert client.post(ATTEMPTS, files=files, data={CSRF_FIELD: "guessed"}, headers=origin).status_code == 403
    assert [one for one in school.server.storage.attempts.rglob("*") if one.is_file()] == []
    answer = client.post(ATTEMPTS, files=files, data={CSRF_FIELD: made.row.csrf, "key": "k"}, headers=origin)
    assert answer.status_code == 201
    with school.database.reading() as session:
        assert session.query(Attempt).one().key == "k"


def test_events_come_as_a_stream_which_goes_on_where_it_was(client, school):
    attempt = hand_in(client, school).json()["attempt"]
    with school.database.writing() as session:
        row = session.get_one(Attempt, attempt)
        row.state = State.MARKED
        queue.tell(session, attempt, "marked", school.clock())
    path = f"/api/v1/attempts/{attempt}/events"
    answer = client.get(path, headers=school.bearer("ada"))
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert [line for line in answer.text.splitlines() if line.startswith("event")] == [
        "event: received",
        "event: queued",
        "event: marked",
    ]
    later = client.get(path, headers={**school.bearer("ada"), "Last-Event-ID": "2"})
    assert [line for line in later.text.splitlines() if line.startswith("event")] == ["event: marked"]
