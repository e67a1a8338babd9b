"""Counts what is behind wrong answers in a class: for each problem, the recognised mistakes and who made them.

What no mistake explains goes by the kind of failure: not attempted, did not end, raised an exception, unknown. Of these
last two, those who made the same mistake are together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.course.assignment import Assignment
from autograder.course.misconceptions import misconceptions
from autograder.course.results import Confidence, Diagnosis, Kind, ProblemResult, Record
from autograder.reports.failure import WORDS, Failure, failure_of
from autograder.reports.unknown import AnswerGroup, Found, answer_difference, answer_groups

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
        group: The number of a mistake that no misconception explains and several made, in its problem and of its
            name, from 1; 0 for all else.
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
    patterned: list[Found] = []
    unnamed: dict[Failure, list[Found]] = {}
    for record in records:
        result = record.problem(problem)
        failure = failure_of(result) if result else None
        if result is None or failure in SILENT:
            continue
        if failure is Failure.KNOWN and is_told_by_pattern(result):
            patterned.append((record, result))
        elif failure is Failure.KNOWN:
            for one in result.diagnoses:
                seen.setdefault((one.kind, one.name), []).append((record.student, one))
        else:
            unnamed.setdefault(failure, []).append((record, result))
    # A pattern is what the values are, and no mistake: several mistakes may show the same one.
    alike, alone = several_and_others(patterned)
    for record, result in alone:
        for one in result.diagnoses:
            seen.setdefault((one.kind, one.name), []).append((record.student, one))
    for (kind, name), found in sorted(seen.items(), key=lambda item: (-len(item[1]), item[0])):
        students = tuple(sorted({student for student, _ in found}))
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
    for number, group in enumerate(alike, 1):
        pattern = group.found[0][1].diagnoses[0]
        yield _of_group(assignment, problem, group, number, pattern.name, str(pattern.title), pattern.kind)
    for failure, others in sorted(unnamed.items(), key=lambda item: list(Failure).index(item[0])):
        yield from _without_name(assignment, problem, failure, others)


def is_told_by_pattern(result: ProblemResult) -> bool:
    """Return whether nothing but patterns is known of wrong values that others may have as well."""
    return all(one.kind is Kind.PATTERN for one in result.diagnoses) and any(test.sketch for test in result.tests)


def several_and_others(found: list[Found]) -> tuple[list[AnswerGroup], list[Found]]:
    """Return the groups of those who made the same mistake, and those who are alone with theirs."""
    several = [one for one in answer_groups(found) if len(one.found) > 1]
    together = {student for group in several for student in group.students}
    return several, [(record, result) for record, result in found if record.student not in together]


def _without_name(assignment: Assignment, problem: str, failure: Failure, found: list[Found]) -> Iterator[Mistake]:
    """Yield the mistakes without a name that several made, and all others as one."""
    several, others = several_and_others(found) if failure in GROUPED else ([], found)
    for number, group in enumerate(several, 1):
        yield _of_group(assignment, problem, group, number, failure.value, f"{WORDS[failure]}, alike", None)
    if others:
        title = f"{WORDS[failure]}, each in another way" if several else WORDS[failure]
        yield Mistake(problem, failure.value, None, title, "", tuple(record.student for record, _ in others))


def _of_group(
    assignment: Assignment, problem: str, group: AnswerGroup, number: int, name: str, title: str, kind: Kind | None
) -> Mistake:
    return Mistake(
        problem=problem,
        name=name,
        kind=kind,
        title=title,
        note="",
        students=group.students,
        group=number,
        seen=answer_difference(assignment, group),
    )
