"""Prints a record as a table on the terminal: in English, whatever language its student is told in."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from autograder.course.results import ProblemResult, Record, Status, Verdict
from autograder.course.score import Score, points
from autograder.i18n.catalogue import ENGLISH
from autograder.i18n.terminal import said
from autograder.marking.feedback import MARKS


def print_record(record: Record, console: Console | None = None) -> None:
    """Print a submission's problems, and the tests that did not pass, each with what was seen."""
    console = console or Console()
    if record.status is Status.REJECTED:
        console.print(said("Rejected: " + " ".join(map(ENGLISH.say, record.notes))))
        return
    table = Table(title=said(f"{record.assignment}: {record.student}"), title_justify="left")
    table.add_column("problem", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was seen")
    for problem in record.problems:
        got = "?" if problem.unresolved else points(problem.score)
        table.add_row(problem.id, f"{got} / {points(problem.max_score)}", said(findings_of(problem)))
    console.print(table)
    console.print(said(f"Score: {ENGLISH.say(Score.of_record(record).sentence)}"))
    if record.manual:
        console.print(said(f"Marked by a person: {', '.join(record.manual)}"))
    for sentence in record.mended:
        console.print(said(f"Mended: {ENGLISH.say(sentence)}"))
    for note in record.notes:
        console.print(said(ENGLISH.say(note)))
    console.print(said(f"{record.seconds:.1f} s"))


def findings_of(problem: ProblemResult) -> str:
    """Return a problem's diagnoses, its failures (those with the same reason together), and the remaining tests."""
    if problem.not_attempted:
        return "\n".join(ENGLISH.say(one.title) for one in problem.diagnoses)
    lines = [f"{ENGLISH.say(one.title)} ({one.name}, {one.confidence})" for one in problem.diagnoses]
    reasons: dict[str, list[str]] = {}
    for test in problem.tests:
        if test.verdict is not Verdict.PASSED:
            titles = reasons.setdefault(ENGLISH.say(test.message), [])
            titles.append(f"{MARKS[test.verdict]} {ENGLISH.say(test.title)}")
    lines += [
        line
        for message, titles in reasons.items()
        for line in (*titles, *(f"  {part}" for part in message.split("\n")))
    ]
    lines += [f"{MARKS[Verdict.FAILED]} {ENGLISH.say(deduction.reason)}" for deduction in problem.deductions]
    return "\n".join([*lines, *(f"({ENGLISH.say(note)})" for note in problem.notes)])
