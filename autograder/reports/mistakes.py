"""Counts what is behind wrong answers in a class: for each problem, the recognised mistakes and who made them.

What no mistake explains goes by the kind of failure: not attempted, did not end, raised an exception, unknown. Of these
last two, those who made the same mistake are together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.course.assignment import Assignment
from autograder.course.misconceptions import misconceptions
from autograder.course.results import Confidence, Diagnosis, Kind, Record
from autograder.reports.failure import WORDS, Failure, failure_of
from autograder.reports.unknown import Found, difference, groups

# Of these there is nothing to say: what is behind them is in another problem, or costs next to nothing.
SILENT = (None, Failure.SHARE, Failure.NOT_RUN, Failure.DEDUCTION, Failure.GRADER_ERROR)
# What can be the same mistake: the others are one thing each.
GROUPED = (Failure.CRASHED, Failure.UNKNOWN)


@dataclass(frozen=True)
class Mistake:
    """One mistake in one problem.

    Attributes:
        problem: The problem's name.
        name: The name of the misconception or the pattern, or the kind of a failure that neither explains.
        kind: Which of the two it is; None for a kind of failure.
        title: What the code does, in English.
        note: For teaching assistants.
        students: The students whose submissions show it.
        unsure: Those of them for whom it is only likely.
        group: The number of a mistake without a name that several made, in its problem, from 1; 0 for all else.
        seen: Of such a mistake, what its code returns and what is expected.
    """

    problem: str
    name: str
    kind: Kind | None
    title: str
    note: str
    students: tuple[str, ...]
    unsure: tuple[str, ...] = ()
    group: int = 0
    seen: str = ""


def mistakes(assignment: Assignment, records: Iterable[Record]) -> list[Mistake]:
    """Return the mistakes of a class: by problem, the most frequent first, what nothing explains at the end."""
    records = list(records)
    return [mistake for problem in assignment.problems for mistake in _of_problem(assignment, problem, records)]


def _of_problem(assignment: Assignment, problem: str, records: list[Record]) -> Iterator[Mistake]:
    notes = {one.name: one.note for one in misconceptions(assignment).get(problem, [])}
    seen: dict[tuple[Kind, str], list[tuple[str, Diagnosis]]] = {}
    unnamed: dict[Failure, list[Found]] = {}
    for record in records:
        result = record.problem(problem)
        failure = failure_of(result) if result else None
        if result is None or failure in SILENT:
            continue
        if failure is Failure.KNOWN:
            for one in result.diagnoses:
                seen.setdefault((one.kind, one.name), []).append((record.student, one))
        else:
            unnamed.setdefault(failure, []).append((record, result))
    for (kind, name), found in sorted(seen.items(), key=lambda item: (-len(item[1]), item[0])):
        students = tuple(dict.fromkeys(student for student, _ in found))
        unsure = {student for student, one in found if one.confidence is Confidence.LIKELY}
        yield Mistake(
            problem=problem,
            name=name,
            kind=kind,
            title=str(found[0][1].title),
            note=notes.get(name, "") if kind is Kind.MISCONCEPTION else "",
            students=students,
            unsure=tuple(student for student in students if student in unsure),
        )
    for failure, others in sorted(unnamed.items(), key=lambda item: list(Failure).index(item[0])):
        yield from _without_name(assignment, problem, failure, others)


def _without_name(assignment: Assignment, problem: str, failure: Failure, found: list[Found]) -> Iterator[Mistake]:
    """Yield the mistakes without a name that several made, and all others as one."""
    several = [one for one in groups(found) if len(one.found) > 1] if failure in GROUPED else []
    for number, group in enumerate(several, 1):
        yield Mistake(
            problem=problem,
            name=failure.value,
            kind=None,
            title=f"{WORDS[failure]}, alike",
            note="",
            students=group.students,
            group=number,
            seen=difference(assignment, group),
        )
    together = {student for group in several for student in group.students}
    alone = tuple(record.student for record, _ in found if record.student not in together)
    if alone:
        title = f"{WORDS[failure]}, each in another way" if several else WORDS[failure]
        yield Mistake(problem, failure.value, None, title, "", alone)
