"""nbgrader's steps share what was read of a submission, for as long as nothing changes."""

from __future__ import annotations

import os

import pytest

from autograder.course.assignment import Assignment
from autograder.nbgrader_plugins import reading
from autograder.submissions.read import read_submission


@pytest.fixture
def parsed(monkeypatch):
    """What was parsed, each time."""
    files: list[object] = []

    def parse(assignment, submitted):
        files.append(submitted)
        return read_submission(assignment, submitted)

    monkeypatch.setattr(reading, "_last", None)
    monkeypatch.setattr(reading, "read_submission", parse)
    return files


def test_a_submission_is_parsed_once(assignment, hand_in, parsed):
    folder = hand_in().parent
    assert reading.read_folder(assignment, folder).notebook is reading.read_folder(assignment, folder).notebook
    assert len(parsed) == 1


def test_it_is_parsed_again_when_it_or_its_source_or_the_settings_have_changed(assignment, hand_in, parsed):
    file = hand_in()
    reading.read_folder(assignment, file.parent)
    file.write_bytes(file.read_bytes() + b" ")
    reading.read_folder(assignment, file.parent)
    for changed in (assignment.notebook_file, assignment.folder / "assignment.toml"):
        os.utime(changed, (1, 1))
        reading.read_folder(assignment, file.parent)
    assert len(parsed) == 4


def test_hidden_tests_are_those_of_now(assignment, hand_in, parsed):
    folder = hand_in().parent
    before = reading.read_folder(assignment, folder).assignment.tests_sha256
    file = assignment.hidden_file("double")
    file.write_text(file.read_text() + "# changed\n")
    later = reading.read_folder(Assignment(assignment.course, assignment.name), folder)
    assert later.assignment.tests_sha256 != before
    assert len(parsed) == 1


def test_another_students_submission_of_the_same_bytes_is_another_one(assignment, hand_in, parsed, tmp_path):
    folder = hand_in().parent
    copy = tmp_path / "eve" / folder.name
    copy.mkdir(parents=True)
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    for place in (folder, copy):
        reading.read_folder(assignment, place)
    assert len(parsed) == 2
