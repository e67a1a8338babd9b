"""Hidden tests are run on code whose worth is known, within limits that the solution's own time gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.results import Deduction, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.verification import trials
from autograder.verification.mutants import mutants
from autograder.verification.trials import Trial, automatic_problems, baseline, failed, sound, try_all

ENDLESS = ("n -= 1", "n *= 1")


def test_what_is_built_on_a_problem_is_found_by_running_the_solution(assignment):
    file = assignment.course.solutions(assignment.name) / "cs231n" / "rnn_layers.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('return x / 2, "cache"', 'return double(x) / 4, "cache"'), encoding="utf-8")
    found = baseline(assignment)
    assert found.used == {"double": {"double"}, "halve": {"double", "halve"}}
    assert found.built_on("double") == ["halve"]
    assert found.built_on("halve") == []


@pytest.mark.thorough
def test_an_endless_mutant_is_ended_and_counts_as_noticed(assignment, monkeypatch):
    file = assignment.course.solutions(assignment.name) / "cs231n" / "rnn_layers.py"
    text = file.read_text(encoding="utf-8")
    assert "    return 2 * x\n" in text
    loop = "    n = 1\n    while n < 2:\n        n += 1\n    return n * x\n"
    file.write_text(text.replace("    return 2 * x\n", loop), encoding="utf-8")
    # The others are endless as well, and each is waited for; the limit is so long that no honest one ever needs it.
    tried = [mutant for mutant in mutants(assignment) if mutant.function == "halve" or mutant.after in ENDLESS]
    monkeypatch.setattr(trials, "mutants", lambda _assignment: tried)
    made = try_all(assignment).mutants or []
    ended = {trial.subject.after: trial.ended for trial in made if trial.ended}
    assert ended == dict.fromkeys(ENDLESS, f"took more than {trials.FLOOR} seconds of processor time")
    assert len(made) > len(ENDLESS)


def test_a_problem_is_sound_with_full_marks_only():
    passed = TestResult(id="a", title=Message("a"), verdict=Verdict.PASSED, score=1, max_score=1)
    missed = TestResult(id="b", title=Message("b"), verdict=Verdict.FAILED, score=0, max_score=1)
    right = ProblemResult(id="double", score=1, max_score=1, tests=[passed])
    costly = ProblemResult(
        id="halve", score=0, max_score=1, tests=[passed], deductions=[Deduction(points=1, reason=Message(""))]
    )
    wrong = ProblemResult(id="third", score=1, max_score=2, tests=[passed, missed])
    assert [sound(result) for result in (right, costly, wrong)] == [True, False, False]
    assert failed(wrong) == ["b"]
    assert Trial(Path("a.py"), {"double": right, "halve": costly, "third": wrong}).caught_in == ["halve", "third"]


def test_problems_that_a_person_marks_are_not_tried(assignment):
    assert "why" in assignment.problems
    assert automatic_problems(assignment) == ["double", "halve"]
