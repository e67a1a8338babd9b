"""A submission's budget: what each wait may take, and what is known to be endless is not waited for again."""

from __future__ import annotations

import nbformat
import pytest

from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.course.results import Verdict
from autograder.kernel.sandbox.levels import best
from autograder.marking.execution import budget
from autograder.marking.execution.budget import Budget, dependents
from autograder.marking.mark_file import mark_file
from autograder.testing.faults import NotRun

LIMITS = Limits(cell=60, check=3, test=5, budget=150)


class Clock:
    """A clock, and what the thread waited for a core, that say what they are told to."""

    def __init__(self):
        self.now, self.waited = 1000.0, 50.0

    def monotonic(self):
        return self.now

    def seconds(self):
        return self.waited


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still."""
    made = Clock()
    monkeypatch.setattr(budget, "time", made)
    monkeypatch.setattr(budget, "ThreadWaits", lambda: made)
    return made


def test_waits_for_a_core_are_not_spent_as_long_as_the_backstop_allows(clock):
    spends = Budget(LIMITS)
    clock.now, clock.waited, spends.usage.waited = 1060, 70, 15
    assert spends.spent == 30
    clock.now, clock.waited = 1120, 170
    assert spends.spent == 60  # half of the time by the clock


def test_what_threads_use_beside_each_other_is_spent(clock):
    spends = Budget(LIMITS)
    clock.now, spends.usage.kernels = 1010, 18
    assert spends.spent == 18


def test_no_wait_is_longer_than_what_is_left_and_then_nothing_is_run(clock):
    spends = Budget(LIMITS)
    clock.now = 1148
    assert (spends.test, spends.cell(60), spends.over) == (2, 2, False)
    clock.now = 1151
    with pytest.raises(NotRun, match="used up"):
        spends.check()
    assert spends.reached


def test_cells_share_half_of_the_budget_and_each_still_gets_a_little(clock):
    spends = Budget(LIMITS)
    spends.ran_cell(40)
    assert spends.cell(60) == 35
    spends.ran_cell(35)
    assert spends.cell(60) == 3


def test_cells_that_are_run_again_share_a_fifth_and_each_still_gets_a_little(clock):
    spends = Budget(LIMITS)
    assert (spends.rerun(0.5), spends.rerun(20)) == (4.5, 30)
    spends.reran_cell(28)
    assert spends.rerun(20) == 2
    spends.reran_cell(2)
    assert spends.rerun(20) == 1


def test_what_was_stopped_and_what_is_built_on_it_gets_a_short_time_and_nothing_else(clock):
    spends = Budget(LIMITS, {"step": {"sequence"}})
    spends.stopped("step")
    times = {}
    for spends.subject in ("step", "sequence", "other"):
        times[spends.subject] = spends.test
    assert times == {"step": 1, "sequence": 1, "other": 5}
    assert spends.doubts("sequence")
    assert not spends.doubts("other")


def test_after_many_stops_a_short_time_is_shorter(clock):
    spends = Budget(LIMITS)
    spends.subject = "step"
    for _ in range(3):
        spends.stopped("step")
    assert spends.test == 0.5


def test_a_kernel_is_waited_for_less_once_something_was_stopped(clock):
    spends = Budget(LIMITS)
    assert spends.patience(5) == 5
    spends.stopped(None)
    assert spends.patience(5) == 1


def test_dependents_are_those_that_the_assignment_declares():
    found = dependents(Assignment.here("rnn_captioning"))
    assert {"rnn_step_backward", "rnn_forward", "captioning_sample"} <= found["rnn_step_forward"]
    assert "captioning_loss" in found["word_embedding_backward"]
    assert "captioning_loss" not in found


@pytest.fixture
def mark(assignment, hand_in, limits, scratch):
    """Return a function that marks a hand-in made from the release, with a cell of the student's own put into it."""

    def marked(double="def double(x): return 2 * x", place="double", source="pass"):
        def edit(notebook):
            names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
            notebook.cells.insert(names.index(place), nbformat.v4.new_code_cell(source))

        return mark_file(assignment, hand_in(double, "def halve(x): return x / 2", edit), limits, best())

    return marked


def test_an_endless_function_is_stopped_in_its_check_and_in_one_test(mark):
    record, _ = mark("def double(x):\n    while True: pass")
    double, halve = record.problems
    assert [test.verdict for test in double.tests] == [Verdict.FAILED, *[Verdict.NOT_RUN] * (len(double.tests) - 1)]
    assert str(double.tests[0].message) == "Your code was still running after 0.14 s."
    assert halve.passed
    assert not record.over_budget
    assert ["Stopped" in str(note) for note in record.notes] == [True]


def test_what_is_over_budget_is_marked_as_far_as_it_came_and_says_so(mark, tools, monkeypatch):
    monkeypatch.setattr(Budget, "spent", property(lambda self: 200.0 if self.stops else 0.0))
    record, notebook = mark(place="test_halve", source="while True: pass")
    double, halve = record.problems
    assert double.passed
    assert [test.verdict for test in halve.tests] == [Verdict.NOT_RUN] * len(halve.tests)
    assert {str(test.message) for test in halve.tests} == {"Not run: the time for marking this submission was used up."}
    assert record.over_budget
    check = tools.cell_named(notebook, "test_halve")
    assert check.outputs[-1].text == "Not run: the time for marking this submission was used up.\n"
    assert str(record.notes[-1]) == "The time for marking, 150 seconds, was used up: what came after that was not run."


def test_definitions_are_made_though_a_hook_keeps_the_kernel_from_running_cells(mark):
    hook = "def forever(lines):\n    while True: pass\nget_ipython().input_transformers_cleanup.append(forever)"
    assert mark(source=hook)[0].score == 10
