"""A hand-in gets the same marks with all its cells and without those that no points depend on."""

from __future__ import annotations

import msgspec
import nbformat
import pytest

from autograder.course.assignment import NOT_FOR_MARKING, Assignment
from autograder.course.cells import grade_id
from autograder.course.results import Verdict
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.verification.skipped_cells import mark_differences, marked_both_ways, same_marks
from tests.support.tagging import handed_in, put_in, with_tags

pytestmark = pytest.mark.usefixtures("scratch")
RIGHT = "def double(x):\n    return 2 * x"


def doubles(source):
    """Return what writes a function into the cell of double."""

    def edit(notebook):
        next(cell for cell in notebook.cells if grade_id(cell) == "double").source = source

    return edit


@pytest.mark.parametrize(
    "source",
    [
        RIGHT,
        "def double(x):\n    return 2 * x + np.random.rand()",
        "import random\n\ndef double(x):\n    return 2 * x + random.random()",
        "def double(x):\n    return x * trained.size",
        "def double(x):\n    import os\n    os._exit(1)",
    ],
)
def test_marks_are_the_same_both_ways(bilingual, source):
    assignment = with_tags(bilingual)
    assert marked_both_ways(assignment, handed_in(assignment, edit=doubles(source)), level=best())[0] == []


def test_code_that_depends_on_what_ran_before_it_is_marked_as_it_behaves_then(bilingual):
    source = "n = 0\n\ndef double(x):\n    global n\n    n += 1\n    return 2 * x if n < 3 else x"
    assignment = with_tags(bilingual)
    differs, _ = marked_both_ways(assignment, handed_in(assignment, edit=doubles(source)), level=best())
    assert [one.partition(":")[0] for one in differs] == ["double"]


def test_what_differs_is_named(bilingual):
    record, _ = mark_file(bilingual, bilingual.course.solutions(bilingual.name) / "arithmetic.ipynb", level=best())
    assert mark_differences(record, record) == []
    double, halve = record.problems
    failed = msgspec.structs.replace(double.tests[0], verdict=Verdict.FAILED, score=0.0)
    other = msgspec.structs.replace(double, tests=[failed, *double.tests[1:]], score=2.0)
    whole = msgspec.structs.replace(record, problems=[other, halve])
    assert mark_differences(record, whole) == [
        "double: 4 points, with all cells 2: test_double.py::test_example, the points"
    ]


def proofs_of(assignment):
    """Return the faults of what is proved, with the tagged cells in solution and release."""
    for folder in (assignment.course.solutions(assignment.name), assignment.course.release(assignment.name)):
        file = folder / f"{assignment.name}.ipynb"
        notebook = nbformat.read(file, as_version=4)
        put_in(notebook)
        nbformat.write(notebook, file)
    return {proof.what: (proof.seen, proof.faults) for proof in same_marks(assignment, best())}


def test_an_assignment_without_tags_has_nothing_to_prove(bilingual):
    assert list(same_marks(bilingual, best())) == []


def test_it_is_proved_of_solution_and_release(bilingual):
    assert proofs_of(with_tags(bilingual)) == {
        f"cells tagged {NOT_FOR_MARKING} are left out": ("3 cells", ()),
        "no cell that is run needs one that is left out": ("10 cells", ()),
        "leaving cells out changes no mark": ("the same with all cells", ()),
        "no cell of the solution raises, also of those left out": ("all run", ()),
    }


def test_tags_without_effect_are_named_with_what_to_do(bilingual):
    seen, faults = proofs_of(with_tags(bilingual, ("train", "double")))[f"cells tagged {NOT_FOR_MARKING} are left out"]
    assert seen == "1 cells"
    (fault,) = faults
    assert fault.startswith("double bears the tag, and is run: ")
    assert "Read-only" in fault


def test_a_cell_that_is_run_and_needs_one_that_is_left_out_is_named_with_what_to_do(bilingual):
    _, faults = proofs_of(with_tags(bilingual, ("train",)))["no cell that is run needs one that is left out"]
    assert faults == (
        "show uses trained, which is bound in train only, and that is left out: tag this cell too, or take the other "
        "tag away",
    )


def test_a_cell_of_the_solution_that_raises_is_named_also_where_it_is_left_out(bilingual):
    def odd(notebook):
        next(cell for cell in notebook.cells if grade_id(cell) == "train").source += "\nraise ValueError('odd')"

    assignment = with_tags(bilingual)
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    odd(notebook)
    nbformat.write(notebook, assignment.notebook_file)
    found = proofs_of(Assignment(assignment.course, assignment.name))
    _, faults = found["no cell of the solution raises, also of those left out"]
    assert [fault.partition(" (cell ")[0] for fault in faults] == ["cell 'train'"]
    assert faults[0].endswith("raises ValueError: odd")
    assert found["leaving cells out changes no mark"][1] == ()
