"""What students get and the solutions: made from the source alone, to the byte, with nothing in them that is secret."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.course import Course, CourseError
from autograder.course.nbgrader_app import ConversionError, load_config
from autograder.release.release import StaleError, check_current, release


def content(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file below a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def times(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def edit_source(assignment: Assignment, grade_id: str, source: str, tools) -> None:
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    tools.cell_named(notebook, grade_id).source = source
    nbformat.write(notebook, assignment.notebook_file)


def test_the_release_is_a_notebook_the_packages_and_the_requirements(course):
    files = content(course.release("arithmetic"))
    assert {
        "arithmetic.ipynb",
        "requirements.txt",
        "what_is_marked.html",
        "cs231n/rnn_layers.py",
        "cs231n/classifiers/rnn.py",
    } <= set(files)
    assert files["requirements.txt"] == b"numpy>=1.26\n"
    assert files["cs231n/rnn_layers.py"] == (course.root / "cs231n" / "rnn_layers.py").read_bytes()
    assert {Path(name).suffix for name in files} <= {".html", ".ipynb", ".txt", ".py", ".sh"}
    assert not [name for name in files if "__pycache__" in name or "/." in name]


def test_stubs_raise_an_error_that_names_their_problem(course, tools):
    notebook = nbformat.read(course.release("arithmetic") / "arithmetic.ipynb", as_version=4)
    for name in ("double", "halve"):
        names: dict = {}
        exec(tools.cell_named(notebook, name).source, names)
        with pytest.raises(NotImplementedError, match=f"{name}: replace this line with your code"):
            names[name](1)


def test_nothing_of_a_solution_a_hidden_test_or_a_mark_scheme_is_in_the_release(course):
    text = (course.release("arithmetic") / "arithmetic.ipynb").read_text(encoding="utf-8")
    for secret in ("return 2 * x", "hidden_tests", "BEGIN", "secret reason", "Because."):
        assert secret not in text
    assert "visible check of double" in text


def test_the_solution_is_the_solved_notebook_and_the_modules_and_has_no_hidden_test(course):
    files = content(course.solutions("arithmetic"))
    assert set(files) == {"arithmetic.ipynb", "cs231n/rnn_layers.py"}
    text = files["arithmetic.ipynb"].decode()
    assert "return 2 * x" in text
    assert "Because." in text
    for secret in ("hidden_tests", "BEGIN", "END SOLUTION", "secret reason"):
        assert secret not in text


@pytest.mark.usefixtures("leaks_elsewhere")
def test_making_it_again_gives_the_same_bytes(course, assignment):
    before = content(course.release("arithmetic")), content(course.solutions("arithmetic"))
    for folder in (course.release("arithmetic"), course.solutions("arithmetic")):
        shutil.rmtree(folder)
    assert release(assignment) == [course.release("arithmetic"), course.solutions("arithmetic")]
    assert (content(course.release("arithmetic")), content(course.solutions("arithmetic"))) == before


@pytest.mark.usefixtures("leaks_elsewhere")
def test_check_accepts_what_was_released_and_writes_nothing(course, assignment):
    before = times(course.root)
    check_current(assignment)
    assert times(course.root) == before


@pytest.mark.usefixtures("leaks_elsewhere")
def test_check_names_every_file_that_differs_is_missing_or_is_too_much_and_writes_nothing(course, assignment):
    folder = course.release("arithmetic")
    (folder / "requirements.txt").write_text("numpy\n")
    (folder / "cs231n" / "optim.py").unlink()
    (folder / "notes.txt").write_text("mine")
    (course.solutions("arithmetic") / "cs231n" / "rnn_layers.py").write_text("")
    before = times(course.root)
    with pytest.raises(StaleError) as caught:
        check_current(assignment)
    lines = [line.strip() for line in str(caught.value).splitlines()]
    assert "run `autograder release arithmetic`" in lines[0]
    assert sorted(line.partition(", ")[0] for line in lines[1:]) == [
        "release/arithmetic/cs231n/optim.py: is missing",
        "release/arithmetic/notes.txt: does not belong there",
        "release/arithmetic/requirements.txt: line 1: 'numpy' here",
        "solutions/arithmetic/cs231n/rnn_layers.py: line 1: nothing here",
    ]
    assert times(course.root) == before


@pytest.mark.usefixtures("leaks_elsewhere")
def test_check_sees_that_the_source_has_changed(course, assignment, tools):
    edit_source(assignment, "setup", "import numpy as np  # changed", tools)
    with pytest.raises(StaleError, match=r"arithmetic\.ipynb: cell setup, line 1: .* from the source"):
        check_current(Assignment(course, "arithmetic"))


@pytest.mark.parametrize(
    ("grade_id", "source", "message"),
    [
        (
            "double",
            "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x",
            "cell 'double'.*line 2: BEGIN SOLUTION without END",
        ),
        ("test_double", "### BEGIN HIDDEN TESTS\n1", "cell 'test_double'.*line 1: BEGIN HIDDEN TESTS without END"),
        (
            "double",
            "def double(x:\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION",
            "SyntaxError",
        ),
        (
            "setup",
            "### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS",
            "line 1: a hidden test region in a cell that has no points",
        ),
    ],
    ids=["solution", "hidden tests", "syntax", "place"],
)
def test_a_faulty_source_is_refused_and_the_old_release_stays(course, assignment, tools, grade_id, source, message):
    edit_source(assignment, grade_id, source, tools)
    before = content(course.release("arithmetic")), content(course.solutions("arithmetic"))
    with pytest.raises(ConversionError, match=message):
        release(Assignment(course, "arithmetic"))
    assert (content(course.release("arithmetic")), content(course.solutions("arithmetic"))) == before


STAND_IN = """
[[stand_ins]]
function = "double"
takes = { x = "N" }
gives = {gives}
used_by = ["halve"]
"""


@pytest.mark.parametrize(("gives", "told"), [('"N"', ""), ('["N", "N"]', 'Write gives = "N"')])
def test_what_is_declared_of_stand_ins_is_tried_on_the_solution_that_is_made(course, assignment, gives, told):
    with assignment.settings_file.open("a") as file:
        file.write(STAND_IN.replace("{gives}", gives))
    changed = Assignment(course, assignment.name)
    if told:
        with pytest.raises(CourseError, match=told):
            release(changed)
    else:
        release(changed)


@pytest.mark.usefixtures("leaks_elsewhere")
def test_an_old_release_is_replaced_whole(course, assignment):
    stale = course.release("arithmetic") / "cs231n" / "stale.py"
    stale.write_text("old")
    release(assignment)
    assert not stale.exists()


def test_the_generate_button_of_formgrader_makes_the_same_folder(course, monkeypatch, tmp_path):
    before = content(course.release("arithmetic"))
    (course.release("arithmetic") / "stale.txt").write_text("old")
    monkeypatch.chdir(tmp_path)
    config = load_config(course)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    answer = api.generate_assignment("arithmetic", force=True)
    assert answer["success"], answer
    assert content(course.release("arithmetic")) == before


def test_the_release_has_no_outputs_and_its_notebook_is_valid(course: Course):
    notebook = json.loads((course.release("arithmetic") / "arithmetic.ipynb").read_text(encoding="utf-8"))
    nbformat.validate(notebook)
    assert not [cell for cell in notebook["cells"] if cell.get("outputs") or cell.get("execution_count")]
