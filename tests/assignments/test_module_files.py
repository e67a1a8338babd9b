"""The solution in the original course's files gets all points, in a kernel with the packages of its assignment."""

import shutil

import pytest

from autograder.course.results import Status
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file


@pytest.fixture
def without_data(marker, monkeypatch):
    """Leave out what hidden tests do not need: the data."""
    monkeypatch.setattr(type(marker.assignment), "prepare_data", lambda _assignment: {})


@pytest.mark.usefixtures("without_data")
def test_module_files_get_what_the_notebook_gets(marker, tmp_path):
    solved = marker.assignment.course.solutions(marker.assignment.name)
    for entry in marker.assignment.modules:
        (tmp_path / entry.file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(solved / entry.file, tmp_path / entry.file)
    record, _ = mark_file(marker.assignment, tmp_path, level=best())
    assert record.status is Status.MARKED
    assert {problem.id for problem in record.problems if problem.score != problem.max_score} <= {
        problem.id for problem in marker.assignment.problems.values() if problem.manual
    }
    assert record.score == sum(one.points for one in marker.assignment.problems.values() if not one.manual)
