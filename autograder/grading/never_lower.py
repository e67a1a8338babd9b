"""Keeps earlier points although a new marking gives fewer, for ``--never-lower``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec
import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id, problem_name
from autograder.course.results import ProblemResult, Record, Verdict
from autograder.course.score import points
from autograder.grading.gradebook.changes import Change, Published
from autograder.grading.pipeline import notebook_bytes
from autograder.grading.task import Reply
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, gettext_noop, say
from autograder.marking.feedback import problem_output

# The notes of a problem whose earlier points are kept.
HIGHER = gettext_noop("marked again it has {score} points; the higher ones that it had stay")
NOT_AGAIN = gettext_noop("it could not be marked again, and the points that it had stay")


def is_kept(result: ProblemResult) -> bool:
    """Return whether a problem has points that an earlier marking gave, and the latest would not have given."""
    return any(note.template in (HIGHER, NOT_AGAIN) for note in result.notes)


def keep(changes: Iterable[Change]) -> list[Change]:
    """Return the changes, with those that would take points away marked as kept."""
    return [msgspec.structs.replace(change, kept=True) if change.lowers else change for change in changes]


def with_kept(
    assignment: Assignment,
    old: Record | None,
    published: Mapping[str, Published],
    changes: Iterable[Change],
    reply: Reply,
) -> Reply:
    """Return the result of a submission with the points that are kept, in its record and in its marked notebook.

    Args:
        assignment: In any language: texts are made in the record's.
        old: The record so far; None when there is none.
        published: What the gradebook says, by ``grade_id``.
        changes: As `keep` returns them.
        reply: The result of the new marking.
    """
    kept = [change for change in changes if change.kept]
    if not kept:
        return reply
    most = {problem_name(name): mark.max_score for name, mark in published.items()}
    results = {one.problem: _kept_result(one, most[one.problem], old, reply.record) for one in kept}
    record = _with_results(assignment, reply.record, results)
    catalogue = assignment.in_language(record.language).catalogue
    notebook = reply.notebook and _with_tables(assignment, reply.notebook, results, catalogue)
    return replace(reply, record=record, notebook=notebook)


def _kept_result(change: Change, most: float, old: Record | None, new: Record) -> ProblemResult:
    """Return a problem's result with the old points, and with the old tests where the new marking came to nothing."""
    result = new.problem(change.problem)
    if result is None or result.unresolved:
        before = old.problem(change.problem) if old else None
        result = before if before and not before.unresolved else _resolved(change, most, result)
    note = _note(change)
    # Marked again and again, it would otherwise be noted each time.
    notes = [*(one for one in result.notes if str(one) != str(note)), note]
    # A record of version 1 has 0 of 0 for a problem that was not asked.
    return msgspec.structs.replace(result, score=change.old or 0.0, max_score=most, notes=notes)


def _resolved(change: Change, most: float, result: ProblemResult | None) -> ProblemResult:
    tests = [test for test in result.tests if test.verdict is not Verdict.GRADER_ERROR] if result else []
    return ProblemResult(id=change.problem, score=0.0, max_score=most, tests=tests)


def _note(change: Change) -> Message:
    if change.new is None:
        return say(NOT_AGAIN)
    return say(HIGHER, score=points(change.new))


def _with_results(assignment: Assignment, record: Record, results: Mapping[str, ProblemResult]) -> Record:
    """Return a record with other results for some problems, and the total that fits them."""
    by_name = {problem.id: problem for problem in record.problems}
    by_name |= dict(results)
    problems = [by_name[name] for name in assignment.problems if name in by_name]
    return msgspec.structs.replace(
        record, problems=problems, score=round(sum(problem.score for problem in problems), 4)
    )


def _with_tables(
    assignment: Assignment, data: bytes, results: Mapping[str, ProblemResult], catalogue: Catalogue
) -> bytes:
    """Return a marked notebook with the tables of some problems made anew."""
    notebook = nbformat.reads(data.decode(), as_version=nbformat.NO_CONVERT)
    checks = {assignment.problems[name].check: result for name, result in results.items()}
    for cell in notebook.cells:
        result = checks.get(grade_id(cell))
        if result is not None:
            # The table comes first; there is none where nothing was run.
            cell.outputs[:1] = [problem_output(result, catalogue)]
    return notebook_bytes(notebook)
