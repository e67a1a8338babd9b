"""The gradebook's database is opened without making one, locked while it is written, and its faults say what to do."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from autograder.course import gradebook_database
from autograder.course.course import CourseError
from autograder.course.gradebook_database import (
    database_errors,
    database_missing,
    for_writing,
    reading,
    without_password,
)

SERVER = "postgresql+psycopg://ta:secret@host/name"


def test_only_a_file_can_be_missing(tmp_path):
    file = tmp_path / "gradebook.db"
    assert database_missing(f"sqlite:///{file}")
    file.touch()
    assert not database_missing(f"sqlite:///{file}")
    assert not database_missing("sqlite://")
    assert not database_missing(SERVER)


def test_an_address_is_told_without_its_password():
    assert without_password(SERVER) == "postgresql+psycopg://ta:***@host/name"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("classroom/gradebook.db", "is no address of a database, such as postgresql"),
        ("nosuch://ta:secret@host/name", r"nosuch://ta:\*\*\*@host/name is no kind of database that is known"),
    ],
)
def test_an_address_that_cannot_be_used_is_an_error_that_names_it(url, said):
    with pytest.raises(CourseError, match=said), reading(url):
        pass


def test_a_file_that_is_no_database_is_an_error_that_says_what_to_do(tmp_path):
    file = tmp_path / "gradebook.db"
    file.write_bytes(b"no database" * 100)
    said = pytest.raises(CourseError, match=r"cannot be read .*run `nbgrader db upgrade`")
    with said, reading(f"sqlite:///{file}") as connection:
        connection.execute(text("select * from grade"))


def test_a_driver_that_is_not_installed_is_named_with_what_installs_it():
    said = pytest.raises(CourseError, match=r"no driver .*\*\*\*.* \(psycopg\): install the extra `postgresql`")
    with said, database_errors(SERVER):
        raise ModuleNotFoundError("psycopg")


def test_a_transaction_locks_before_it_has_read_anything(tmp_path, monkeypatch):
    monkeypatch.setattr(gradebook_database, "PATIENCE", 0)
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    first, second = for_writing(url), for_writing(url)
    with first.begin(), pytest.raises(OperationalError, match="locked"), second.begin():
        pass
    with second.begin():  # and not longer than the transaction
        pass
    first.dispose()
    second.dispose()
