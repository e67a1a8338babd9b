"""Formgrader's buttons against a grading server: release, take back, collect; and nbgrader's own commands."""

from __future__ import annotations

import os
import shutil

import pytest
from nbgrader.exchange import ExchangeError, ExchangeFactory
from sqlalchemy import select

from autograder.course.paths import KIT_ROOT
from autograder.server.tables import Attempt
from autograder_client.http import Server
from autograder_client.settings import Settings
from tests.support.seeded import NAME, notebook


@pytest.fixture
def staff(own, monkeypatch):
    """Signs a person of the test's own server in."""

    def signed_in(login: str) -> Server:
        monkeypatch.setenv("AUTOGRADER_SERVER", own.url)
        monkeypatch.setenv("AUTOGRADER_TOKEN", own.token(login))
        return Server(Settings(own.url, own.token(login)))

    return signed_in


@pytest.fixture
def course(tmp_path):
    """An instructor's folder with what `autograder release` made."""
    root = tmp_path / "course"
    shutil.copytree(KIT_ROOT / "release" / NAME, root / "release" / NAME)
    return root


def last_line(answer) -> str:
    assert not answer["success"]
    return " ".join(answer["error"].strip().rpartition("\n\n")[2].splitlines())


def test_formgrader_opens_with_what_is_released(formgrader, sign_in):
    sign_in("ina")
    api = formgrader()
    assert api.exchange_is_functional
    assert api.get_released_assignments() == {NAME}


def test_formgrader_opens_without_the_server_and_says_that_it_has_no_exchange(formgrader, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SERVER", "http://127.0.0.1:9")
    monkeypatch.setenv("AUTOGRADER_TOKEN", "t")
    assert formgrader().exchange_missing


def test_what_is_taken_back_cannot_be_fetched_until_it_is_released_again(formgrader, staff, course):
    ada = staff("ada")
    staff("ina")
    api = formgrader()
    assert api.unrelease(NAME)["success"]
    assert api.get_released_assignments() == set()
    assert not ada.json(f"/api/v1/courses/vision/assignments/{NAME}")["released"]
    (course / "release" / NAME / "extra.txt").write_text("new")
    assert api.release_assignment(NAME)["success"]
    assert api.get_released_assignments() == {NAME}
    assert "extra.txt" in ada.json(f"/api/v1/courses/vision/assignments/{NAME}")["files"]


def test_what_is_released_is_not_replaced_unless_told_so(formgrader, sign_in, course):
    sign_in("ina")
    assert last_line(formgrader().release_assignment(NAME)).startswith(f"{NAME} is released already: use --force")


def test_what_would_give_a_solution_away_is_not_released(formgrader, staff, course):
    staff("ina")
    api = formgrader()
    api.unrelease(NAME)
    shutil.copy(KIT_ROOT / "solutions" / NAME / f"{NAME}.ipynb", course / "release" / NAME / "old.ipynb")
    said = last_line(api.release_assignment(NAME))
    assert "This is not released: it would give something away: old.ipynb" in said
    assert "Nothing has changed for students" in said
    assert api.get_released_assignments() == set()


def test_a_teaching_assistant_releases_nothing(formgrader, sign_in, course):
    sign_in("tom")
    assert last_line(formgrader().unrelease(NAME)).startswith("You may not do this.")


def test_what_counts_is_collected_where_nbgrader_looks_for_it(formgrader, sign_in):
    sign_in("ina")
    api = formgrader()
    assert api.collect(NAME)["success"]
    place = api.coursedir.format_path(api.coursedir.submitted_directory, "ada", NAME)
    assert api.get_submitted_students(NAME) == {"ada", "ben"}
    with open(f"{place}/{NAME}.ipynb", "rb") as file:
        assert file.read() == notebook(8)
    assert str(api.coursedir.get_existing_timestamp(place)) == "2026-11-29 10:00:00"


def test_what_was_collected_is_loaded_again_only_where_another_attempt_counts(formgrader, staff, own, monkeypatch):
    staff("ina")
    api = formgrader()
    api.collect(NAME)
    asked = []
    download = Server.download
    monkeypatch.setattr(Server, "download", lambda *args, **more: asked.append(args[1]) or download(*args, **more))
    assert api.collect(NAME)["success"]
    assert asked == []
    Server(Settings(own.url, own.token("ada")))._ask("PUT", f"/api/v1/attempts/{own.seeded.attempts['second']}/chosen")
    assert api.collect(NAME)["success"]
    place = api.coursedir.format_path(api.coursedir.submitted_directory, "ada", NAME)
    assert str(api.coursedir.get_existing_timestamp(place)) == "2026-11-28 16:00:00"


def test_a_hidden_file_of_one_student_keeps_nobody_from_being_collected(formgrader, staff, own):
    with own.seeded.school.database.writing() as session:
        (row,) = session.scalars(select(Attempt).where(Attempt.counts, Attempt.student == "ada"))
        row.files = [*row.files, {"name": ".DS_Store", "size": 1, "sha256": ""}]
    (own.seeded.server.storage.files(row.id) / ".DS_Store").write_bytes(b"x")
    staff("ina")
    api = formgrader()
    assert api.collect(NAME)["success"]
    place = api.coursedir.format_path(api.coursedir.submitted_directory, "ada", NAME)
    assert sorted(os.listdir(place)) == [".DS_Store", f"{NAME}.ipynb", "timestamp.txt"]
    assert api.get_submitted_students(NAME) == {"ada", "ben"}


def test_a_student_collects_nothing(formgrader, sign_in):
    sign_in("ada")
    assert last_line(formgrader().collect(NAME)).startswith("You may not do this.")


# nbgrader's own: it misspells an argument.
@pytest.mark.filterwarnings("ignore:Passing unrecognized arguments")
def test_feedback_is_the_servers_to_show_and_that_is_said(formgrader, sign_in):
    sign_in("ina")
    assert "shows students their feedback itself" in last_line(formgrader().release_feedback(NAME))


def test_staff_list_what_was_handed_in(formgrader, sign_in):
    sign_in("ina")
    api = formgrader()
    api.coursedir.assignment_id = NAME
    lister = api.exchange.List(coursedir=api.coursedir, authenticator=api.authenticator, parent=api)
    lister.inbound = True
    found = [(row["student_id"], row["timestamp"]) for one in lister.start() for row in one["submissions"]]
    assert ("ada", "2026-11-29 10:00:00.000000 UTC") in found


def test_nbgraders_commands_get_the_error_that_they_catch(formgrader, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SERVER", "http://127.0.0.1:9")
    monkeypatch.setenv("AUTOGRADER_TOKEN", "t")
    api = formgrader()
    lister = ExchangeFactory(parent=api).List(coursedir=api.coursedir, parent=api)
    with pytest.raises(ExchangeError, match="cannot be reached"):
        lister.start()
