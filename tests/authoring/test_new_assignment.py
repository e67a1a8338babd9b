"""What `autograder new` writes can be released and verified as it stands."""

from __future__ import annotations

import tomllib

import nbformat
import pytest

from autograder.authoring.course_folder import make_course
from autograder.authoring.new_assignment import new_assignment
from autograder.course.assignment import Assignment
from autograder.course.assignment_settings import AssignmentSettings
from autograder.course.course import Course, CourseError
from autograder.course.limits import Limits
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.release.release import release
from autograder.verification.fairness import fairness
from autograder.verification.trials import try_all
from autograder.verification.verify import verify


@pytest.fixture
def new_course(tmp_path):
    """Return a course as `autograder init` makes it."""
    make_course(tmp_path / "cs101")
    return Course(tmp_path / "cs101")


def test_it_is_released_as_it_stands_and_its_solution_gets_full_marks(new_course):
    new_assignment(new_course, "ps1", 'Say "hello", and \\')
    assignment = Assignment(new_course, "ps1")
    release(assignment)
    student_copy = nbformat.read(new_course.release("ps1") / "ps1.ipynb", as_version=4)
    assert student_copy.cells[0].source.startswith('# Say "hello", and \\\n')
    for folder, points in ((new_course.release("ps1"), 0), (new_course.solutions("ps1"), 4)):
        record, _ = mark_file(assignment, folder / "ps1.ipynb", Limits(), best())
        assert (record.score, record.max_score) == (points, 4)


def test_its_hidden_tests_are_fair_and_needed_from_the_first_minute(new_course):
    new_assignment(new_course, "ps1")
    assignment = Assignment(new_course, "ps1")
    release(assignment)
    proofs = [*verify(assignment, best()), *fairness(assignment, try_all(assignment))]
    assert [(proof.what, proof.faults) for proof in proofs if proof.faults] == []


def test_every_key_of_the_settings_is_explained_in_them(new_course):
    new_assignment(new_course, "ps1")
    text = (new_course.assignments / "ps1" / "assignment.toml").read_text()
    assert tomllib.loads(text) == {"title": "Ps1", "requirements": ["numpy>=1.26", "jupyter>=1.1"]}
    fields = AssignmentSettings.__struct_encode_fields__
    assert [key for key in fields if f"{key} = " not in text and f"[{key}]" not in text] == []
    uncommented = "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line or "# [" in line)
    assert set(tomllib.loads(uncommented)) == set(fields), "each example can be used as it stands"


@pytest.mark.parametrize("name", ["", "Ps1", "1st", "a-b", "../up", "a b", "ﬁt", "x" * 61])
def test_a_name_that_is_none_is_refused(new_course, name):
    with pytest.raises(CourseError, match="cannot be an assignment's name"):
        new_assignment(new_course, name)


def test_what_is_there_is_never_overwritten(new_course):
    new_assignment(new_course, "ps1")
    before = {file: file.read_bytes() for file in new_course.root.rglob("*") if file.is_file()}
    with pytest.raises(CourseError, match=r"ps1 is there already"):
        new_assignment(new_course, "ps1")
    assert {file: file.read_bytes() for file in new_course.root.rglob("*") if file.is_file()} == before


def test_a_sequel_has_the_requirements_and_a_copy_of_the_packages(new_course):
    new_assignment(new_course, "ps1")
    folder = new_course.assignments / "ps1"
    (folder / "packages" / "tools").mkdir(parents=True)
    (folder / "packages" / "tools" / "__init__.py").write_text('"""Tools."""\n')
    settings = folder / "assignment.toml"
    settings.write_text('packages = ["tools"]\nrequirements = ["numpy>=2"]\n')
    new_assignment(new_course, "ps2", sequel_of="ps1")
    sequel = Assignment(new_course, "ps2")
    assert sequel.requirements == ["numpy>=2"]
    assert sequel.package_folders["tools"] == new_course.assignments / "ps2" / "packages" / "tools"
    assert (sequel.package_folders["tools"] / "__init__.py").read_text() == '"""Tools."""\n'
    with pytest.raises(CourseError, match="ps9"):
        new_assignment(new_course, "ps3", sequel_of="ps9")
    assert not (new_course.assignments / "ps3").exists()
