"""A plain nbgrader course is adopted as it is: what is written, what is said, what is refused."""

from __future__ import annotations

import io
import shutil

import nbformat
import pytest
from rich.console import Console

from autograder.course.assignment import Assignment
from autograder.course.course import Course, CourseError
from autograder.course.nbgrader_app import load_config
from autograder.nbgrader_plugins.mark_cells import MarkCells
from autograder.release.adopt import adopt, is_wired
from autograder.release.adoption_report import print_adoption
from autograder.release.course_survey import CellKind
from tests.support import plain_course
from tests.support.course import code


@pytest.fixture
def root(tmp_path):
    """A course that nobody has adopted yet."""
    shutil.copytree(plain_course.QUICKSTART / "ps1", tmp_path / "source" / "ps1")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'course101'\n")
    return tmp_path


def put(root, *cells, name="ps2"):
    (root / "source" / name).mkdir()
    nbformat.write(plain_course.notebook_of(*cells), root / "source" / name / f"{name}.ipynb")


def test_the_cells_of_all_notebooks_are_counted_by_their_kinds(root):
    (one,) = adopt(root).assignments
    found = one.survey
    assert list(found.notebooks) == ["problem1", "problem2"]
    assert {kind: found.number(kind) for kind in CellKind if found.number(kind)} == {
        CellKind.ANSWER: 2,
        CellKind.CHECK: 4,
        CellKind.CODE: 1,
        CellKind.TEXT: 3,
        CellKind.TASK: 1,
        CellKind.PROVIDED: 1,
        CellKind.OTHER: 11,
    }
    assert (found.points(CellKind.CHECK), found.points(CellKind.TASK)) == (3, 4)


def test_what_is_written_is_an_assignment_whose_checks_give_the_points(root):
    before = {file: file.read_bytes() for file in (root / "source").rglob("*") if file.is_file()}
    (one,) = adopt(root).assignments
    assert one.written
    made = Assignment(Course(root), "ps1")
    assert [problem.id for problem in made.problems.values() if problem.in_kernel] == one.in_kernel
    assert one.in_kernel[0] == "problem1.correct_squares"
    assert not any(problem.tested for problem in made.problems.values())
    assert before == {file: file.read_bytes() for file in (root / "source").rglob("*") if file.is_file()}


def test_the_course_keeps_its_settings_and_gets_the_kits_steps(root):
    assert adopt(root).wired
    config = load_config(Course(root))
    assert config.CourseDirectory.course_id == "course101"
    assert MarkCells in config.Autograde.autograde_preprocessors
    assert is_wired(Course(root))


def test_adopting_again_changes_nothing_and_names_checks_that_are_new(root):
    adopt(root)
    file = root / "assignments" / "ps1" / "assignment.toml"
    file.write_text(file.read_text().replace('    "problem1.correct_squares",\n', "") + "# mine\n")
    (file.parent / "hidden").mkdir()
    (file.parent / "hidden" / "test_problem1.squares_invalid_input.py").touch()
    config = (root / "nbgrader_config.py").read_text()
    again = adopt(root)
    (one,) = again.assignments
    assert (one.written, again.wired) == (False, False)
    assert one.left == ["problem1.correct_squares"]
    assert one.tested == ["problem1.squares_invalid_input"]
    assert "# mine" in file.read_text()
    assert (root / "nbgrader_config.py").read_text() == config


def test_what_was_found_is_printed_with_what_is_weaker_and_what_comes_next(root):
    written = io.StringIO()
    print_adoption(adopt(root), Console(file=written, width=100))
    said = " ".join(written.getvalue().split())
    assert "ps1: problem1, problem2" in said
    assert "check cells 4 3" in said
    assert "Weaker than hidden tests: problem1.correct_squares" in said
    assert "could change what a check sees" in said
    assert "autograder release ps1" in said


def test_a_setting_that_the_kit_replaces_is_named(root):
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograde.autograde_preprocessors = []\n")
    assert adopt(root).replaced == ["c.Autograde.autograde_preprocessors"]


def test_a_course_without_a_configuration_gets_one(root):
    (root / "nbgrader_config.py").unlink()
    assert adopt(root).wired
    assert MarkCells in load_config(Course(root)).Autograde.autograde_preprocessors


AUTOTEST = code("test_f", "### AUTOTEST f(1)", grade=True, points=1)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([AUTOTEST], "AUTOTEST lines"),
        ([code("one", "x"), code("one", "y")], "Duplicate grade id: one"),
        (
            [
                code("f", "", grade=True, solution=True, locked=False, points=1),
                code("test_f", "f", grade=True, points=1),
            ],
            "would both be the problem f",
        ),
    ],
    ids=["autotest", "twice", "one problem"],
)
def test_what_cannot_be_marked_as_it_is_is_named_and_nothing_is_written(root, cells, why):
    put(root, *cells)
    with pytest.raises(CourseError, match=why):
        adopt(root)
    assert not (root / "assignments").exists()
    assert not is_wired(Course(root))


def test_a_notebook_in_another_language_and_metadata_of_an_older_nbgrader_are_refused(root):
    put(root, code("f", "x"))
    file = root / "source" / "ps2" / "ps2.ipynb"
    notebook = nbformat.read(file, as_version=4)
    notebook.metadata.kernelspec.language = "R"
    nbformat.write(notebook, file)
    with pytest.raises(CourseError, match="written in R"):
        adopt(root, "ps2")
    notebook.metadata.kernelspec.language = "python"
    notebook.cells[0].metadata.nbgrader.schema_version = 1
    nbformat.write(notebook, file)
    with pytest.raises(CourseError, match="run `nbgrader update"):
        adopt(root, "ps2")


def test_a_folder_that_is_no_course_and_an_assignment_that_is_not_there_are_named(root, tmp_path):
    with pytest.raises(CourseError, match="it has no folder source/"):
        adopt(tmp_path / "elsewhere")
    with pytest.raises(CourseError, match=r"no assignment 'ps9' in .*: there are ps1"):
        adopt(root, "ps9")


def test_sources_in_another_folder_are_named(root):
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.source_directory = 'sources'\n")
    with pytest.raises(CourseError, match="source_directory = 'sources', and this kit looks in source/"):
        adopt(root)
