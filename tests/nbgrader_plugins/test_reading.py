"""nbgrader's steps share what was read of a submission, for as long as nothing changes."""

from __future__ import annotations

import os

import pytest

from autograder.nbgrader_plugins import reading


@pytest.fixture
def parsed(monkeypatch):
    """Counts how often a submission is parsed."""
    count: list[object] = []
    monkeypatch.setattr(reading, "_last", None)
    monkeypatch.setattr(reading, "read_submission", lambda _assignment, files: count.append(files) or object())
    return count


def test_a_submission_is_parsed_once(assignment, hand_in, parsed):
    folder = hand_in().parent
    assert reading.read_folder(assignment, folder) is reading.read_folder(assignment, folder)
    assert len(parsed) == 1


def test_it_is_parsed_again_when_it_or_the_assignment_has_changed(assignment, hand_in, parsed):
    file = hand_in()
    first = reading.read_folder(assignment, file.parent)
    file.write_bytes(file.read_bytes() + b" ")
    second = reading.read_folder(assignment, file.parent)
    os.utime(assignment.notebook_file, (1, 1))
    third = reading.read_folder(assignment, file.parent)
    assert len({id(one) for one in (first, second, third)}) == len(parsed) == 3


def test_another_students_submission_of_the_same_bytes_is_another_one(assignment, hand_in, parsed, tmp_path):
    folder = hand_in().parent
    copy = tmp_path / "eve" / folder.name
    copy.mkdir(parents=True)
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert reading.read_folder(assignment, folder) is not reading.read_folder(assignment, copy)
