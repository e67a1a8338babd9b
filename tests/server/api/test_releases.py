"""What programs are told of assignments, and who fetches, sends and collects what."""

from __future__ import annotations

import io
import zipfile

import pytest
from fastapi.testclient import TestClient

from autograder.course.paths import KIT_ROOT
from autograder.server.app import make_app
from autograder.server.attempts.releases import files_in, pack
from tests.support.seeded import NAME, notebook

OF = f"/api/v1/courses/vision/assignments/{NAME}"
RELEASE = KIT_ROOT / "release" / NAME


@pytest.fixture
def client(seeded):
    with TestClient(make_app(seeded.server)) as made:
        yield made


@pytest.fixture
def ask(seeded, client):
    """Asks as a person."""

    def asked(login, method, path, **more):
        return client.request(method, path, headers=seeded.school.bearer(login), **more)

    return asked


def sent(data: bytes):
    return {"files": ("release.zip", data)}


def test_one_request_tells_all_that_a_list_shows(ask):
    (told,) = ask("ada", "GET", "/api/v1/assignments").json()
    assert ask("ada", "GET", "/api/v1/courses/vision/assignments").json() == [told]
    assert (told["course"], told["assignment"], told["released"]) == ("vision", NAME, True)
    assert (told["due_at"], told["zone"]) == ("2026-11-29T23:59:00-08:00", "America/Los_Angeles")
    assert "It is due at 2026-11-29 23:59 (America/Los_Angeles, UTC-08:00); the server's clock counts." in told["rules"]
    assert [(one["number"], one["feedback"]) for one in told["attempts"]] == [(1, 1), (2, 2), (3, 3)]
    assert told["notebooks"] == [NAME]


def test_an_extension_is_in_it(ask):
    (told,) = ask("ben", "GET", "/api/v1/assignments").json()
    assert told["due_at"] == "2026-12-04T04:00:00-08:00"


def test_a_refusal_is_told_before_anything_is_sent(ask, seeded):
    seeded.school.clock.forward(days=9)
    (told,) = ask("ada", "GET", "/api/v1/assignments").json()
    assert told["refusal"].startswith("Handing in closed at 2026-12-02 00:04")


def test_one_course_is_not_told_to_another_ones_student(ask):
    assert ask("otto", "GET", "/api/v1/assignments").json() == []
    assert ask("otto", "GET", OF).status_code == 404
    assert ask("otto", "GET", f"{OF}/release").status_code == 404


def test_students_fetch_what_is_released_and_can_tell_what_they_have_changed(ask):
    told = ask("ada", "GET", OF).json()
    with zipfile.ZipFile(io.BytesIO(ask("ada", "GET", f"{OF}/release").content)) as zipped:
        assert zipped.namelist() == sorted(told["files"]) == [name for name, _ in files_in(RELEASE)]


def test_an_edition_is_fetched_by_its_language(ask):
    with zipfile.ZipFile(io.BytesIO(ask("ada", "GET", f"{OF}/release?language=zh-CN").content)) as zipped:
        assert zipped.read(f"{NAME}.ipynb") == (KIT_ROOT / "release" / f"{NAME}.zh-CN" / f"{NAME}.ipynb").read_bytes()
    answer = ask("ada", "GET", f"{OF}/release?language=fr")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no edition in fr.")


def test_nothing_is_fetched_before_it_opens_but_by_staff(ask, seeded):
    seeded.school.clock.forward(days=-12)
    told = ask("ada", "GET", OF).json()
    assert (told["released"], told["files"], told["notebooks"]) == (False, {}, [])
    assert ask("ada", "GET", f"{OF}/release").status_code == 403
    assert ask("tom", "GET", f"{OF}/release").status_code == 200


def test_an_instructor_alone_sends_and_takes_back(ask):
    files = {**dict(files_in(RELEASE)), "new.txt": RELEASE / "requirements.txt"}
    for login, status in (("ada", 403), ("tom", 403), ("olga", 404), ("ina", 200)):
        assert ask(login, "PUT", f"{OF}/release", files=sent(pack(files))).status_code == status
    assert "new.txt" in ask("ada", "GET", OF).json()["files"]
    for login, status in (("tom", 403), ("ina", 204)):
        assert ask(login, "DELETE", f"{OF}/release").status_code == status
    assert ask("ada", "GET", f"{OF}/release").json()["detail"] == "This assignment is not released yet."


def test_a_solution_is_not_released_and_not_told_on(ask):
    files = {**dict(files_in(RELEASE)), f"{NAME}.ipynb": KIT_ROOT / "solutions" / NAME / f"{NAME}.ipynb"}
    answer = ask("ina", "PUT", f"{OF}/release", files=sent(pack(files)))
    assert answer.status_code == 422
    assert "it would give something away: rnn_captioning.ipynb: " in answer.json()["detail"]
    assert "np." not in answer.json()["detail"]


@pytest.mark.parametrize("form", [{"files": []}, {"files": sent(b"PK")}], ids=["nothing", "no zip"])
def test_what_is_no_zip_is_refused_with_what_to_send(ask, form):
    form = form or {}
    answer = ask("ina", "PUT", f"{OF}/release", **form)
    assert answer.status_code in (415, 422)
    assert answer.json()["what_to_do"]


def test_staff_collect_what_counts_as_nbgrader_has_submissions(ask):
    counted = ask("tom", "GET", f"{OF}/submissions").json()
    assert [(one["student"], one["number"]) for one in counted] == [("ada", 3), ("ben", 2)]
    with zipfile.ZipFile(io.BytesIO(ask("tom", "GET", f"{OF}/submissions?format=zip").content)) as zipped:
        assert zipped.namelist() == [
            f"ada/{NAME}.ipynb",
            "ada/timestamp.txt",
            f"ben/{NAME}.ipynb",
            "ben/timestamp.txt",
        ]
        assert zipped.read(f"ada/{NAME}.ipynb") == notebook(8)
        assert zipped.read("ada/timestamp.txt") == b"2026-11-29 10:00:00.000000 UTC\n"
    assert ask("ada", "GET", f"{OF}/submissions").status_code == 403
