"""Each file in right/ solves the whole assignment in another style: every one gets all the points."""

import pytest

from autograder.course.paths import ASSIGNMENTS
from tests.assignments.marker import Marker
from tests.assignments.names import NAMES
from tests.support.sampling import some

RIGHT = {name: sorted((ASSIGNMENTS / name / "right").glob("*.py")) for name in NAMES}
MARKERS = {name: Marker.of(name) for name in NAMES}
STYLES = [(MARKERS[name], file) for name, files in RIGHT.items() for file in files]
IDS = [f"{marker.assignment.name}-{file.stem}" for marker, file in STYLES]
# What is seen and costs nothing, in the words of the record.
NOTED = {
    "changes_arguments": ("{step}", "{step} (argument 1) is changed in place"),
    "plain_lists": ("{step}", "next_h is a list: an array is asked"),
    "row_by_row": ("captioning_sample", "captions come without their axes of length 1"),
    "stops_at_end": ("{sequence}", "The code prints while it runs."),
}
FUNCTIONS = {
    "rnn_captioning": {"step": "rnn_step_forward", "sequence": "rnn_forward"},
    "lstm_captioning": {"step": "lstm_step_forward", "sequence": "lstm_forward"},
}


@pytest.mark.parametrize(("marker", "file"), some(STYLES, 10), ids=IDS)
def test_a_right_solution_gets_all_points_whatever_its_style(marker, file):
    marks = marker.mark(file)
    assert not marks.lost, marks.messages
    assert set(marks.verdicts.values()) == {"passed"}
    assert not marks.deductions
    assert not marks.misconceptions


@pytest.mark.parametrize(("marker", "file"), STYLES, ids=IDS)
def test_a_style_file_replaces_every_function_of_the_solution(marker, file):
    solution, hand_in = marker.namespace(), marker.namespace(file)
    for problem in marker.assignment.problems.values():
        for name in problem.functions:
            assert hand_in[name] is not solution.get(name)


@pytest.mark.parametrize("style", NOTED)
def test_what_costs_nothing_is_noted(marker, style):
    names = FUNCTIONS[marker.assignment.name]
    problem, text = (part.format(**names) for part in NOTED[style])
    file = next(file for file in RIGHT[marker.assignment.name] if file.stem == style)
    assert text in marker.mark(file, problem).notes


def test_the_solution_gets_all_points_and_nothing_is_noted(marker):
    marks = marker.mark()
    assert not marks.lost
    assert not marks.notes


def test_there_are_enough_styles():
    assert min(map(len, RIGHT.values())) >= 8
