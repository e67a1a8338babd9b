"""Compares the diagnosis with the mistake where that is known: a table for people, and everything as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.assignment import Assignment
from autograder.course.misconceptions import Misconception
from autograder.course.results import Verdict
from autograder.verification.equivalents import ExplainedChange, explained_changes, explanation
from autograder.verification.fairness import failing_alone
from autograder.verification.mutants import Mutant
from autograder.verification.proof import Proof
from autograder.verification.trials import Trial, Trials, failed

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Prediction:
    """The diagnosis of one failed test of a misconception.

    Attributes:
        problem: The misconception's problem.
        name: The misconception's name.
        test: The failed test, without its file where it is one of this problem.
        said: The name of a misconception or of a pattern, or `UNKNOWN`.
        confidence: The diagnosis's confidence; empty where it named nothing.
        right: Whether the diagnosis named the misconception.
    """

    problem: str
    name: str
    test: str
    said: str
    confidence: str
    right: bool


def predictions(variants: Sequence[Trial]) -> Iterator[Prediction]:
    """Yield the diagnoses of misconceptions, test by test."""
    for trial in variants:
        known = trial.subject
        if not isinstance(known, Misconception):
            continue
        for name, result in trial.results.items():
            for test in result.tests:
                if test.verdict is not Verdict.PASSED or test.misconception:
                    shown = test.id.split("::")[1] if name == known.problem else test.id
                    said = test.misconception or test.pattern or UNKNOWN
                    right = name == known.problem and test.misconception == known.name
                    yield Prediction(known.problem, known.name, shown, said, test.confidence or "", right)


def print_confusion(variants: Sequence[Trial], console: Console | None = None) -> None:
    """Print what the diagnosis said of each misconception, with the failed tests in which it said so."""
    table = Table(title="What is said of each misconception", title_justify="left", box=SIMPLE_HEAD)
    for column in ("", "misconception", "said", "confidence", "failed tests"):
        table.add_column(column, overflow="fold")
    before = ("", "")
    failing = Counter((one.problem, one.name) for one in predictions(variants))
    for (problem, name, said, confidence, right), tests in _grouped(variants).items():
        if problem != before[0]:
            table.add_section()
            table.add_row("", Text(problem, "bold"))
        shown = name if (problem, name) != before else ""
        before = (problem, name)
        table.add_row(
            "\u2713" if right else "",
            shown,
            "the same" if said == name else said,
            confidence,
            Text(", ".join(tests) if len(tests) < failing[problem, name] else f"all {len(tests)}"),
        )
    (console or Console()).print(table)


def _grouped(variants: Sequence[Trial]) -> dict[tuple[str, str, str, str, bool], list[str]]:
    """Return the tests in which the same was said of the same misconception."""
    grouped: dict[tuple[str, str, str, str, bool], list[str]] = {}
    for one in predictions(variants):
        grouped.setdefault((one.problem, one.name, one.said, one.confidence, one.right), []).append(one.test)
    return grouped


def write_json(file: Path, assignment: Assignment, proofs: Sequence[Proof], trials: Trials) -> None:
    """Write all that was found to a file."""
    text = json.dumps(confusion_as_json(assignment, proofs, trials), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def confusion_as_json(assignment: Assignment, proofs: Sequence[Proof], trials: Trials) -> dict[str, Any]:
    """Return all that was found as JSON values."""
    known = explained_changes(assignment)
    return {
        "assignment": assignment.name,
        "proofs": [
            {"what": one.what, "language": one.language, "seen": one.seen, "faults": list(one.faults)} for one in proofs
        ],
        "misconceptions": [vars(one) for one in predictions(trials.variants)],
        "mutants": [
            _mutant(trial, trial.subject, explanation(trial.subject, known))
            for trial in trials.mutants or ()
            if isinstance(trial.subject, Mutant)
        ],
        "failing_alone": sorted(failing_alone(trials)),
    }


def _mutant(trial: Trial, mutant: Mutant, known: ExplainedChange | None) -> dict[str, Any]:
    return {
        "problem": mutant.problem,
        "function": mutant.function,
        "rule": mutant.rule,
        "before": mutant.before,
        "after": mutant.after,
        "failed": [test for result in trial.results.values() for test in failed(result)],
        "ended": trial.ended,
        "explained": known.reason if known is not None else "",
    }
