"""Each file in right/ solves the whole assignment in another style: every one gets all the points."""

import pytest

from autograder.course.paths import ASSIGNMENTS
from tests.support.sampling import some

RIGHT = sorted((ASSIGNMENTS / "rnn_captioning" / "right").glob("*.py"))
# What is seen and costs nothing, in the words of the record.
NOTED = {
    "changes_arguments": ("rnn_step_forward", "rnn_step_forward (argument 1) is changed in place"),
    "plain_lists": ("rnn_step_forward", "next_h is a list: an array is asked"),
    "row_by_row": ("captioning_sample", "captions come without their axes of length 1"),
    "stops_at_end": ("rnn_forward", "The code prints while it runs."),
}

every_style = pytest.mark.parametrize("file", RIGHT, ids=[file.stem for file in RIGHT])


@pytest.mark.parametrize("file", some(RIGHT, 7), ids=[file.stem for file in RIGHT])
def test_a_right_solution_gets_all_points_whatever_its_style(marker, file):
    marks = marker.mark(file)
    assert not marks.lost, marks.messages
    assert set(marks.verdicts.values()) == {"passed"}
    assert not marks.deductions
    assert not marks.misconceptions


@every_style
def test_a_style_file_replaces_every_function_of_the_solution(marker, file):
    solution, hand_in = marker.namespace(), marker.namespace(file)
    for problem in marker.assignment.problems.values():
        for name in problem.functions:
            assert hand_in[name] is not solution.get(name)


@pytest.mark.parametrize("style", NOTED)
def test_what_costs_nothing_is_noted(marker, style):
    problem, text = NOTED[style]
    file = next(file for file in RIGHT if file.stem == style)
    assert text in marker.mark(file, problem).notes


def test_the_solution_gets_all_points_and_nothing_is_noted(marker):
    marks = marker.mark()
    assert not marks.lost
    assert not marks.notes


def test_there_are_enough_styles():
    assert len(RIGHT) >= 8
