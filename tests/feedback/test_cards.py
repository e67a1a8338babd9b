"""Which problem a student should look at first, and what is said of it there."""

from __future__ import annotations

from autograder.course.problem import Problem
from autograder.course.results import Confidence, Diagnosis, Kind, ProblemResult, Verdict
from autograder.feedback.cards import Card, State, look_first
from autograder.i18n.messages import Message
from tests.support.feedback import problem, verdict

OFF = verdict("A.", Verdict.FAILED, "off")
NOT_RUN = verdict("A.", Verdict.NOT_RUN, "no cache")


def card(name: str, lost: float, result: ProblemResult, state: State = State.WRONG) -> Card:
    return Card(Problem(name, lost, name, (), manual=False), state, 0.0, lost, result)


def first_of(*cards: Card) -> str:
    found = look_first(cards)
    return found.id if found else ""


def test_a_problem_that_keeps_later_ones_from_being_run_loses_their_points_as_well():
    step, back = card("step", 8, problem("step", OFF, most=8)), card("back", 12, problem("back", NOT_RUN, most=12))
    loss = card("loss", 18, problem("loss", OFF, most=18))
    assert first_of(step, back, loss) == "step"
    assert first_of(step, loss) == "loss"
    assert first_of(loss, step, back) == "step"


def test_one_that_is_not_written_yet_has_those_that_were_not_run_for_it():
    empty = card("empty", 6, problem("empty", OFF, most=6), State.UNWRITTEN)
    back = card("back", 8, problem("back", NOT_RUN, most=8))
    assert first_of(empty, back, card("loss", 10, problem("loss", OFF, most=10))) == "empty"
    assert first_of(back) == "back"
    assert first_of() == ""


def test_what_explains_some_of_the_failed_tests_is_told_with_their_numbers():
    title = Message("All values are zero.")
    zeros = Diagnosis(name="zeros", kind=Kind.PATTERN, confidence=Confidence.CERTAIN, title=title, tests=["B."])
    one = problem("step", OFF, verdict("B.", Verdict.FAILED, "off"), most=4, diagnoses=[zeros])
    assert str(card("step", 4, one).told_first) == "What your code does (test 2): All values are zero."
    alone = problem("step", verdict("A."), verdict("B.", Verdict.FAILED, "off"), most=4, diagnoses=[zeros])
    assert str(card("step", 4, alone).told_first) == "All values are zero."
    assert str(card("step", 4, problem("step", OFF, most=4)).told_first) == "off"
