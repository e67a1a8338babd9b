"""Assignments lie in the course's folder, each with what it provides."""

import importlib
import shutil
import sys
from types import ModuleType

import pytest

from autograder.course import assignment as assignment_module
from autograder.course.assignment import Assignment, assignment_names
from autograder.course.course import Course, CourseError

NAME = "arithmetic"


def moved(course, name):
    """Move a course's assignments to another folder."""
    shutil.move(course.root / "assignments", course.root / name)


def set_folder(course, name):
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + f"c.Assignments.directory = {name!r}\n")


class TestTheFolder:
    def test_is_in_the_course_by_default(self, course):
        assert course.assignments == course.root / "assignments"
        assert Assignment(course, NAME).folder == course.root / "assignments" / NAME

    def test_can_be_named_in_the_config(self, course):
        set_folder(course, "tests/hidden")
        moved(course, "hidden")
        (course.root / "tests").mkdir()
        shutil.move(course.root / "hidden", course.root / "tests" / "hidden")
        assert Assignment(course, NAME).folder == course.root / "tests" / "hidden" / NAME
        assert assignment_names(course) == [NAME]

    def test_can_be_computed_in_the_config(self, course):
        config = course.root / "nbgrader_config.py"
        config.write_text(config.read_text() + 'c.Assignments.directory = "/".join(["tests", "hidden"])\n')
        assert course.assignments == course.root / "tests" / "hidden"

    def test_can_lie_outside_of_the_course(self, course, tmp_path):
        set_folder(course, str(tmp_path / "secret"))
        shutil.move(course.root / "assignments", tmp_path / "secret")
        assert Assignment(course, NAME).folder == tmp_path / "secret" / NAME
        assert tmp_path / "secret" in course.staff


class TestWhoseAssignmentsThereAre:
    @pytest.fixture
    def kit(self, course, tmp_path, monkeypatch):
        """Let the tiny assignment come with the kit, and return the course."""
        shutil.move(course.root / "assignments", tmp_path / "kit")
        monkeypatch.setattr(assignment_module, "ASSIGNMENTS", tmp_path / "kit")
        return course

    def test_those_that_come_with_the_kit_are_the_course_s_when_it_has_their_source(self, kit):
        assert assignment_names(kit) == [NAME]
        shutil.rmtree(kit.source(NAME))
        assert assignment_names(kit) == []
        kit.source("").rmdir()
        assert assignment_names(kit) == [NAME], "a class is only served from there"

    def test_an_installed_kit_finds_those_of_a_checkout_that_is_the_course(self, kit, tmp_path, monkeypatch):
        monkeypatch.setattr(assignment_module, "ASSIGNMENTS", tmp_path / "installed" / "assignments")
        shutil.move(tmp_path / "kit", kit.root / "autograder" / "assignments")
        assert assignment_names(kit) == [NAME]

    def test_the_course_s_own_hides_the_kit_s_of_the_same_name(self, kit, tmp_path):
        own = kit.assignments / NAME
        shutil.copytree(tmp_path / "kit" / NAME, own)
        assert Assignment(kit, NAME).folder == own
        assert assignment_names(kit) == [NAME]

    def test_one_that_there_is_not_is_an_error_that_names_those_that_there_are(self, course):
        with pytest.raises(CourseError, match=r"no assignment 'algebra': there are arithmetic$"):
            Assignment(course, "algebra")

    def test_where_there_is_none_the_error_says_where_to_make_it(self, tmp_path, monkeypatch):
        monkeypatch.setattr(assignment_module, "ASSIGNMENTS", tmp_path / "none")
        with pytest.raises(CourseError, match=rf"nor any other in {tmp_path}/assignments: `autograder new algebra`"):
            Assignment(Course(tmp_path), "algebra")


class TestPackages:
    def test_lie_in_the_assignment_before_the_course(self, course):
        assert Assignment(course, NAME).package_folders == {"cs231n": course.root / "cs231n"}
        own = course.assignments / NAME / "packages" / "cs231n"
        own.mkdir(parents=True)
        (own / "layers.py").write_text("")
        assignment = Assignment(course, NAME)
        assert assignment.package_folders == {"cs231n": own}
        assert assignment.provides("cs231n/layers.py") == own / "layers.py"
        assert assignment.provides("cs231n/rnn_layers.py") is None
        assert assignment.provides("layers.py") is None

    def test_in_the_assignment_are_no_files_of_staff(self, course):
        own = course.assignments / NAME / "packages" / "cs231n"
        own.mkdir(parents=True)
        (own / "layers.py").write_text("")
        assert {file.name for file in Assignment(course, NAME).staff_files()} == {"test_double.py", "test_halve.py"}

    def test_that_are_missing_are_named_with_their_place(self, course):
        shutil.rmtree(course.root / "cs231n")
        with pytest.raises(
            CourseError, match=r"packages names 'cs231n', and there is no such folder: put the package at"
        ):
            Assignment(course, NAME).package_folders  # noqa: B018


class TestWhatItsFilesImport:
    @pytest.fixture
    def two(self, course):
        """Two assignments with packages and helpers of one name."""
        for name, number in (("first", 1), ("second", 2)):
            folder = course.assignments / name
            (folder / "packages" / "given").mkdir(parents=True)
            (folder / "packages" / "given" / "numbers.py").write_text(f"NUMBER = {number}\n")
            (folder / "examples.py").write_text(f"NUMBER = {number}0\n")
            (folder / "assignment.toml").write_text(
                f'title = "{name}"\npackages = ["given"]\nrequirements = []\nmodules = []\n'
            )
            (folder / "data.py").write_text(
                "from pathlib import Path\n"
                "from given.numbers import NUMBER\n"
                f"from autograder.assignments.{name}.examples import NUMBER as OTHER\n"
                "def prepare(): return {'NUMBERS': Path(f'{NUMBER}-{OTHER}')}\n"
            )
        return [Assignment(course, name) for name in ("first", "second")]

    def test_is_its_own(self, two):
        first, second = two
        for _ in range(2):
            assert [str(one.prepare_data()["NUMBERS"]) for one in (first, second)] == ["1-10", "2-20"]

    def test_leaves_nothing_behind(self, two, monkeypatch):
        theirs = ModuleType("given")
        monkeypatch.setitem(sys.modules, "given", theirs)
        before = list(sys.meta_path)
        two[0].prepare_data()
        assert sys.modules["given"] is theirs
        assert "given.numbers" not in sys.modules
        assert sys.meta_path == before


def test_a_sequel_of_the_course_s_own_imports_what_the_earlier_one_shares(tmp_path):
    for name, text in (("ps1", ""), ("ps2", 'sequel_of = "ps1"')):
        folder = tmp_path / "assignments" / name
        folder.mkdir(parents=True)
        (folder / "assignment.toml").write_text(text)
    shared = tmp_path / "assignments" / "ps1" / "examples.py"
    shared.write_text("LARGE = 7\n")
    sequel = Assignment(Course(tmp_path), "ps2")
    with sequel.importing():
        assert importlib.import_module("autograder.assignments.ps1.examples").LARGE == 7
    assert "autograder.assignments.ps1.examples" not in sys.modules
    before = sequel.tests_sha256
    shared.write_text("LARGE = 8\n")
    assert Assignment(Course(tmp_path), "ps2").tests_sha256 != before
