"""The release of module files: from the same source, untouched it gets nothing, solved everything."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.course.solutions import SourceError
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.release.module_release import make
from autograder.release.release import StaleError, check_current, release

FILE = "cs231n/rnn_layers.py"


@pytest.fixture
def made(course, assignment):
    make(assignment, course.release("arithmetic"), course.module_release("arithmetic"))
    return course.module_release("arithmetic")


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_stubs_stand_in_the_files_and_the_rest_of_the_package_is_as_in_the_notebook_release(made, course):
    ours, theirs = content(made), content(course.release("arithmetic"))
    assert ours.keys() == theirs.keys()
    assert {name for name in ours if ours[name] != theirs[name]} == {FILE, "arithmetic.ipynb"}
    text = (made / FILE).read_text(encoding="utf-8")
    assert 'raise NotImplementedError("double: replace this line with your code")' in text
    assert "return 2 * x" not in text
    assert "def temporal_affine_forward" in text


def test_the_notebook_imports_what_it_checks_and_no_cell_is_to_be_filled_in_but_the_answer(made):
    notebook = nbformat.read(made / "arithmetic.ipynb", as_version=4)
    nbformat.validate(notebook)
    sources = [cell.source for cell in notebook.cells]
    assert f"# double: written in {FILE}\nfrom cs231n.rnn_layers import double" in sources
    assert any("%autoreload 2" in source for source in sources)
    open_cells = [
        cell.metadata.nbgrader.grade_id for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")
    ]
    assert open_cells == ["why"]
    assert "hidden_tests" not in (made / "arithmetic.ipynb").read_text(encoding="utf-8")


def test_it_is_the_same_to_the_byte_each_time_and_replaces_what_was_there(made, course, assignment):
    before = content(made)
    (made / "cs231n" / "stale.py").write_text("old")
    make(assignment, course.release("arithmetic"), made)
    assert content(made) == before


@pytest.mark.usefixtures("leaks_elsewhere")
def test_release_makes_it_when_asked_and_again_where_it_is_and_check_compares_it(course, assignment):
    folder = course.module_release("arithmetic")
    assert folder not in release(assignment)
    assert not folder.exists()
    assert main(["release", "arithmetic", "--layout", "modules"]) == 0
    before = content(folder)
    check_current(assignment)
    (folder / FILE).write_text("changed")
    with pytest.raises(StaleError, match=rf"release/arithmetic.modules/{FILE}: line \d+: "):
        check_current(assignment)
    assert release(assignment)[-1] == folder
    assert content(folder) == before


def test_untouched_it_gets_nothing_and_solved_by_copying_the_solution_everything(made, course, assignment, scratch):
    untouched, _ = mark_file(assignment, made, level=best())
    assert (untouched.score, untouched.max_score) == (0, 10)
    assert f"{FILE}: unfilled: double, halve." in map(str, untouched.notes)
    shutil.copytree(course.solutions("arithmetic") / "cs231n", made / "cs231n", dirs_exist_ok=True)
    solved, _ = mark_file(assignment, made, level=best())
    assert (solved.score, solved.max_score) == (10, 10)


def test_texts_are_replaced_and_a_text_that_is_not_there_is_named(made, course, assignment, capsys):
    settings = course.assignments / "arithmetic" / "assignment.toml"
    entry = '\n[[module_texts]]\nplace = "title"\nold = "{}"\nnew = "Sums"\n'
    text = settings.read_text()
    settings.write_text(text + entry.format("Arithmetic"))
    make(Assignment(course, "arithmetic"), course.release("arithmetic"), made)
    assert "# Sums" in (made / "arithmetic.ipynb").read_text(encoding="utf-8")
    settings.write_text(text + entry.format("Geometry"))
    with pytest.raises(SourceError, match=r"title does not hold 'Geometry'.*change module_texts there"):
        make(Assignment(course, "arithmetic"), course.release("arithmetic"), made)
    assert main(["release", "arithmetic"]) == 1
    assert "does not hold 'Geometry'" in capsys.readouterr().err
