"""What of a course goes into a bundle: what marks one assignment, and no student's work."""

from __future__ import annotations

import pytest

from autograder.bundles.course_files import course_files
from autograder.course.assignment import Assignment
from autograder.course.course import SALT_FILE, Course, CourseError
from autograder.course.paths import KIT_ROOT


def test_the_source_and_the_solution_go_with_it(assignment, tmp_path):
    files = course_files(assignment)
    assert f"source/{assignment.name}/{assignment.name}.ipynb" in files
    assert {"nbgrader_config.py"} < set(files)
    assert any(name.startswith(f"solutions/{assignment.name}/") for name in files)


def test_the_assignment_and_what_it_provides_are_the_bundles_own(assignment):
    package = assignment.package_folders["cs231n"]
    (package / "datasets" / "large.h5").write_bytes(b"data")
    own = [name for name in course_files(assignment) if name.startswith("assignments/")]
    assert f"assignments/{assignment.name}/hidden/test_double.py" in own
    assert f"assignments/{assignment.name}/packages/cs231n/rnn_layers.py" in own
    assert not [name for name in own if name.endswith(".h5")]


def test_no_submission_and_no_gradebook_is_in_it(assignment):
    classroom = assignment.course.classroom
    (classroom / "submitted" / "ada").mkdir(parents=True)
    (classroom / "submitted" / "ada" / "secret.ipynb").write_text("{}")
    (classroom / "gradebook.db").write_text("")
    assert not [name for name in course_files(assignment) if "classroom" in name or "ada" in name]


def test_the_salt_goes_with_it_wherever_it_is_said(assignment, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SALT", "of the environment")
    assert course_files(assignment)[SALT_FILE] == b"of the environment"
    monkeypatch.delenv("AUTOGRADER_SALT")
    assert SALT_FILE not in course_files(assignment)
    (assignment.course.root / SALT_FILE).write_text("of the file\n")
    assert course_files(assignment)[SALT_FILE] == b"of the file"


def test_it_says_what_to_do_where_solutions_have_not_been_made(assignment):
    moved = assignment.course.solutions(assignment.name)
    moved.rename(moved.with_name("elsewhere"))
    with pytest.raises(CourseError, match="autograder release"):
        course_files(Assignment(assignment.course, assignment.name))


def test_a_sequel_has_what_its_hidden_tests_share_with_the_earlier_assignment_and_nothing_else_of_it():
    earlier, sequel = "rnn_captioning", "lstm_captioning"
    files = course_files(Assignment(Course(KIT_ROOT), sequel))
    own = {name.removeprefix(f"assignments/{earlier}/") for name in files if name.startswith(f"assignments/{earlier}/")}
    assert {"assignment.toml", "loss_checks.py", "locale/zh_CN/LC_MESSAGES/rnn_captioning.po"} < own
    assert not [name for name in own if name.split("/")[0] in ("hidden", "misconceptions", "right", "packages")]
    assert not [name for name in files if name.startswith((f"source/{earlier}/", f"solutions/{earlier}/"))]
