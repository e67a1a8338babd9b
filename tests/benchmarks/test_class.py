"""The class that graders are compared on."""

from collections import Counter

import nbformat
import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from benchmarks.hand_ins import LEFT_OUT, NEVER_ENDS, Kind, mixed_class, quick_class, without_long_training, write_class

NAME = "rnn_captioning"
ASSIGNMENT = Assignment(Course(KIT_ROOT), NAME)


@pytest.fixture(scope="module")
def hand_ins():
    return mixed_class(ASSIGNMENT)


@pytest.fixture(scope="module")
def notebooks():
    folders = (ASSIGNMENT.course.release(NAME), ASSIGNMENT.course.solutions(NAME))
    return tuple(without_long_training(nbformat.read(folder / f"{NAME}.ipynb", as_version=4)) for folder in folders)


def code_of(notebook):
    return {
        cell.metadata.get("nbgrader", {}).get("grade_id", cell.id): cell.source
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


def test_it_has_forty_of_all_kinds(hand_ins):
    assert Counter(one.kind for one in hand_ins) == {
        "right": 14,
        "wrong": 14,
        "unfinished": 2,
        "crashing": 5,
        "slow": 5,
    }
    assert len({one.name for one in hand_ins}) == len(hand_ins)


def test_a_sample_of_it_is_mixed_as_well(hand_ins):
    kinds = Counter(one.kind for one in hand_ins[:10])
    assert (kinds[Kind.RIGHT], kinds[Kind.WRONG]) == (4, 4)
    assert kinds[Kind.CRASHING] == kinds[Kind.SLOW] == 1


def test_each_differs_from_the_solution_as_it_says_and_runs_no_long_training(hand_ins, notebooks):
    solved = code_of(notebooks[1])
    for one in [*hand_ins, NEVER_ENDS]:
        code = code_of(one.notebook(*notebooks))
        assert not set(LEFT_OUT) & set(code)
        assert "autograder" not in "".join(code.values())
        changed = {name for name in code if code[name] != solved.get(name)}
        if one.untouched or one.name.startswith("the solution"):
            assert bool(changed) is one.untouched
        else:
            assert len(changed) == len(one.functions) + bool(one.helpers) > 0


def test_helpers_of_an_example_stand_before_what_needs_them(hand_ins, notebooks):
    one = next(one for one in hand_ins if one.name == "right/time_major")
    cells = list(code_of(one.notebook(*notebooks)))
    assert cells.index("helpers") < cells.index("rnn_step_forward")
    assert "def outer_sum" in one.helpers


def test_a_class_of_any_size_repeats_the_same_mix(hand_ins, notebooks, tmp_path):
    quick = quick_class(ASSIGNMENT)
    assert Counter(one.kind for one in quick) == {Kind.RIGHT: 5, Kind.WRONG: 5}
    files = write_class(quick, tmp_path, NAME, notebooks, size=12)
    texts = [file.read_text() for file in files]
    assert len({file.parent.parent.name for file in files}) == 12
    assert texts[10:] == texts[:2] != texts[2:4]
