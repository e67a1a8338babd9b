"""What the diagnosis says of code whose mistake is known is counted test by test."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from autograder.course.misconceptions import Misconception
from autograder.course.results import Confidence, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.verification.confusion import UNKNOWN, confusion_as_json, predictions, print_confusion, write_json
from autograder.verification.mutants import Mutant
from autograder.verification.proof import Proof
from autograder.verification.trials import Baseline, Trial, Trials

KNOWN = Misconception("tripled", "double", Path("tripled.py"), "It triples.", "", "", "", 4)


def finding(name: str, verdict: Verdict = Verdict.FAILED, **said: Any) -> TestResult:
    return TestResult(id=name, title=Message(name), verdict=verdict, score=0, max_score=1, **said)


def result(problem: str, *tests: TestResult) -> ProblemResult:
    return ProblemResult(id=problem, score=0, max_score=4, tests=list(tests))


TRIAL = Trial(
    KNOWN,
    {
        "double": result(
            "double",
            finding("test_double.py::test_a", misconception="tripled", confidence=Confidence.LIKELY),
            finding("test_double.py::test_b", pattern="scaled"),
            finding("test_double.py::test_c"),
            finding("test_double.py::test_d", Verdict.PASSED),
        ),
        "halve": result("halve", finding("test_halve.py::test_a", misconception="tripled")),
    },
)


def test_each_failed_test_has_a_saying_and_only_the_own_name_in_the_own_problem_is_right():
    assert [(one.test, one.said, one.right) for one in predictions([TRIAL])] == [
        ("test_a", "tripled", True),
        ("test_b", "scaled", False),
        ("test_c", UNKNOWN, False),
        ("test_halve.py::test_a", "tripled", False),
    ]


def test_the_table_has_a_line_for_each_thing_that_was_said():
    file = io.StringIO()
    print_confusion([TRIAL], Console(file=file, width=120))
    lines = file.getvalue().splitlines()
    (right,) = (line for line in lines if "\u2713" in line)
    assert "the same" in right
    assert "test_a" in right
    assert sum("tripled" in line for line in lines) == 1, "the name stands before the first of its lines"
    assert any("scaled" in line and "test_b" in line for line in lines)


def test_mutants_are_written_with_the_tests_that_notice_them_and_their_explanation(assignment, tmp_path):
    before, after = "return (x / 2, 'cache')", "return (x / 2,)"
    tried = [
        Trial(Mutant("halve", "result", before, after, "", "halve"), {"halve": result("halve")}),
        Trial(Mutant("double", "operator", "return 2 * x", "return 2 + x", "", "double"), TRIAL.results, "ended"),
    ]
    trials = Trials(Baseline({}, {}, {}), [TRIAL], mutants=tried)
    proofs = [Proof("it holds", "all", "seen", ("fault",))]
    form = confusion_as_json(assignment, proofs, trials)
    assert form["proofs"] == [{"what": "it holds", "language": "all", "seen": "seen", "faults": ["fault"]}]
    assert [one["explained"] for one in form["mutants"]] == ["Nothing asks for the cache again.", ""]
    assert form["mutants"][1]["ended"] == "ended"
    assert len(form["mutants"][1]["failed"]) == 4
    file = tmp_path / "found.json"
    write_json(file, assignment, proofs, trials)
    assert json.loads(file.read_text(encoding="utf-8")) == form
