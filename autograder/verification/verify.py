"""Proves what can be proved of an assignment without students, for `autograder verify`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.results import Status
from autograder.course.score import points
from autograder.kernel.sandbox.levels import Level
from autograder.marking.mark_file import mark_file
from autograder.release.points_check import PointsError, point_faults
from autograder.release.release import StaleError, check_current
from autograder.release.translation_check import TwinError, twin_faults
from autograder.testing.declared import declared_tests, uncited
from autograder.verification.proof import BOTH, Proof
from autograder.verification.raising_cells import raising_cells
from autograder.verification.reasons import gathered_reasons
from autograder.verification.skipped_cells import same_marks


def verify(assignment: Assignment, level: Level) -> Iterator[Proof]:
    """Yield the proofs of points, texts and languages, of solution and release; the last take some seconds each.

    What trials of wrong and right code prove of the hidden tests is in `autograder.verification.fairness`.

    Raises:
        CourseError: The assignment, its solutions or its releases are missing.
        SandboxError: A kernel cannot be sandboxed as far as ``level``.
    """
    yield _points(assignment)
    for language in assignment.languages:
        made = assignment.in_language(language)
        missing = tuple(uncited(made, declared_tests(made)))
        yield Proof("every hidden test cites a sentence of the handout", language, "all found", missing)
    seen = "one language" if len(assignment.languages) == 1 else f"{' and '.join(assignment.languages)} agree"
    yield Proof("twins say the same", BOTH, seen, tuple(twin_faults(assignment)))
    yield _current(assignment)
    course = assignment.course
    # Of several notebooks, the folder is what a student would hand in.
    file = "" if assignment.joined else f"{assignment.name}.ipynb"
    for language in assignment.languages:
        solution, released = course.solutions(assignment.name, language), course.release(assignment.name, language)
        yield _marked(assignment, solution / file, SOLVED, language, level, _full)
        yield _marked(assignment, released / file, "the release gets nothing", language, level, _nothing)
    yield from same_marks(assignment, level)


SOLVED = "the solution gets full marks, and no cell raises"


def _full(score: float, most: float) -> bool:
    return score == most


def _nothing(score: float, _most: float) -> bool:
    return score == 0


def _points(assignment: Assignment) -> Proof:
    problems = assignment.problems.values()
    by_hand = sum(problem.points for problem in problems if problem.manual)
    total = sum(problem.points for problem in problems)
    in_kernel = sum(problem.points for problem in problems if problem.in_kernel)
    seen = f"{points(total)}, of which {points(by_hand)} by a person"
    if in_kernel:
        seen += f" and {points(in_kernel)} in_kernel, by checks that the student's code could change"
    return Proof("points add up", BOTH, seen, tuple(point_faults(assignment)))


def _current(assignment: Assignment) -> Proof:
    what = "release and solutions are what the source gives"
    try:
        check_current(assignment)
    except (PointsError, StaleError, TwinError) as fault:
        return Proof(what, BOTH, "", (str(fault),))
    return Proof(what, BOTH, "the same to the byte")


def _marked(
    assignment: Assignment, file: Path, what: str, language: str, level: Level, holds: Callable[[float, float], bool]
) -> Proof:
    with gathered_reasons() as reasons:
        record, notebook = mark_file(assignment, file, level=level)
    most = sum(problem.points for problem in assignment.problems.values() if not problem.manual)
    faults = [*raising_cells(notebook)] if notebook is not None and what == SOLVED else []
    if record.status is Status.GRADER_ERROR:
        faults += [f"the grader failed: {reason}" for reason in reasons or map(str, record.notes)]
    elif record.status is not Status.MARKED:
        faults.append(f"{record.status}: {' '.join(map(str, record.notes))}")
    elif record.language != language:
        faults.append(f"it is taken for {record.language}")
    elif not holds(record.score, most):
        faults.append(f"{points(record.score)} of {points(most)} points")
        faults += [
            f"{problem.id}: {points(problem.score)} of {points(problem.max_score)}"
            for problem in record.problems
            if not holds(problem.score, problem.max_score)
        ]
    return Proof(what, language, f"{points(record.score)} of {points(most)}", tuple(faults))
