"""Explains why a problem's tests failed, with the hidden values in plain sight, for staff: `autograder explain`."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

import numpy as np

from autograder import __version__
from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.misconceptions import misconceptions
from autograder.course.problem import Problem
from autograder.course.results import ProblemResult, Record, TestResult, Verdict, read_record
from autograder.course.score import points
from autograder.kernel.sandbox.levels import Level
from autograder.marking.new_record import environment
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports.explain import replay
from autograder.reports.explain.evidence import Evidence, ReplayData, ReplayWriter, evidence
from autograder.reports.explain.reply import reply
from autograder.reports.explain.student_code import standalone
from autograder.reports.explain.transcript import Rerun, Transcript, run_again


@dataclass(frozen=True)
class Explained:
    """One failed test.

    Attributes:
        test: The test's result.
        found: The place where something was seen to be wrong; None when the test asked nothing.
        made: The calls that lead there; None when there is nothing to run.
        name: The name of their files, without the ending.
    """

    test: TestResult
    found: Evidence | None = None
    made: ReplayData | None = None
    name: str = ""


@dataclass(frozen=True)
class Explanation:
    """What can be said of one problem of one submission.

    Attributes:
        record: The record of its marking.
        problem: The problem's result in the record.
        result: The problem's result in this run.
        differences: How this run differs from the marking.
        tests: The tests that failed.
        student_code: Files with the student's functions, and what they use: texts by name.
        reply: The draft of a reply.
        notes: What helps to talk about misconceptions, by their names.
    """

    record: Record
    problem: ProblemResult
    result: ProblemResult
    differences: list[str]
    tests: list[Explained]
    student_code: dict[str, str]
    reply: str
    notes: dict[str, str]


def explain(assignment: Assignment, student: str, problem: str, level: Level) -> Explanation:
    """Run the tests of one problem of a marked submission again and return what there is to say.

    Args:
        assignment: In any language: the submission's own is read from its record.
        student: The id under which the record is kept.
        problem: The ``grade_id`` of the problem's stub.
        level: The level of the kernels' sandbox.

    Raises:
        CourseError: There is no record, or not of this problem.
        FileNotFoundError: The submission no longer exists.
        SandboxError: A kernel cannot be sandboxed that far.
    """
    record = recorded(assignment, student)
    marked = record.problem(problem)
    if marked is None:
        known = ", ".join(result.id for result in record.problems) or "none"
        raise CourseError(f"the record of {student} has no problem {problem!r}: there are {known}")
    asked = assignment.problems[problem]
    again = run_again(assignment, record, asked, level)
    parameters = parameters_of(assignment)
    failed = [test for test in again.result.tests if test.verdict is Verdict.FAILED]
    tests = [
        explain_test(test, again.transcripts.get(test.id), asked, heading(record, test), parameters) for test in failed
    ]
    names = {name for test in tests if test.made for name in test.made.names} | set(asked.functions)
    faults = {test.id: again.transcripts[test.id].case.fault for test in failed if test.id in again.transcripts}
    return Explanation(
        record=record,
        problem=marked,
        result=again.result,
        differences=[*conditions(assignment, record, again, level), *verdicts(record, marked, again.result)],
        tests=tests,
        student_code=standalone(again.cells, again.submission.modules, names, student, assignment.package_folders),
        reply=reply(
            again.result,
            faults,
            [*again.cells, *again.submission.texts.values()],
            assignment.in_language(record.language),
        ),
        notes={one.name: one.note for one in misconceptions(assignment).get(problem, [])},
    )


def lost_points(assignment: Assignment, student: str) -> list[str]:
    """Return a line for each problem in which hidden tests of a marked submission took points, with what explains it.

    Raises:
        CourseError: There is no record.
    """
    lost = [one for one in recorded(assignment, student).problems if one.score < one.max_score]
    lines = [
        f"{points(one.score)} of {points(one.max_score)}: autograder explain {assignment.name} {student} {one.id}"
        for one in lost
    ]
    return lines or [f"{student} lost no points in {assignment.name} by hidden tests."]


def recorded(assignment: Assignment, student: str) -> Record:
    """Return a submission's record.

    Raises:
        CourseError: There is none.
    """
    file = record_file(assignment.course.records, assignment.name, student)
    if not file.is_file():
        raise CourseError(f"no record {file}: mark the hand-in first, with autograder grade {assignment.name}")
    return read_record(file)


def explain_test(
    test: TestResult, transcript: Transcript | None, problem: Problem, title: str, parameters: dict[str, list[str]]
) -> Explained:
    """Return what there is to say of one failed test.

    Args:
        test: Its result in this run.
        transcript: What it asked; None when it was not run.
        problem: The problem that it belongs to.
        title: The first line that a replay prints.
        parameters: The names of the arguments of each function, in order.
    """
    found = evidence(transcript, problem.functions) if transcript is not None else None
    if transcript is None or found is None or transcript.case.fault is None:
        return Explained(test)  # it passed by itself, and lost its points because others did not
    made = ReplayWriter(transcript, parameters).write(found, title)
    name = re.sub(r"\W+", "_", test.id.partition("::")[2]).strip("_")
    return Explained(test, found, made, name)


def parameters_of(assignment: Assignment) -> dict[str, list[str]]:
    """Return the names of the arguments of the solution's functions, and of its classes' methods."""
    names = {}
    for name, value in vars(assignment.reference).items():
        functions = {name: value} if isinstance(value, FunctionType) else {}
        if isinstance(value, type):
            functions = {key: inner for key, inner in vars(value).items() if isinstance(inner, FunctionType)}
        for key, function in functions.items():
            names[key] = [parameter for parameter in inspect.signature(function).parameters if parameter != "self"]
    return names


def heading(record: Record, test: TestResult) -> str:
    """Return a heading that says what is replayed, the test and what its mark rested on, but not whose code."""
    versions = ", ".join(f"{name} {record.environment.get(name, 'unknown')}" for name in ("python", "numpy"))
    salt = record.salt_fingerprint or "unknown"
    return f"{test.id}: kit {record.kit_version}, tests {record.tests_sha256[:12]}, salt {salt}, {versions}."


def conditions(assignment: Assignment, record: Record, again: Rerun, level: Level) -> list[str]:
    """Return how the conditions of this run differ from those of the marking."""
    now = environment(level)
    pairs = {
        "the hand-in's sha256": (record.sha256[:12], again.submission.sha256[:12]),
        "the salt's fingerprint": (record.salt_fingerprint, assignment.course.salt_fingerprint),
        "the hidden tests' sha256": (record.tests_sha256[:12], assignment.tests_sha256[:12]),
        "the kit's version": (record.kit_version, __version__),
        **{name: (record.environment.get(name, ""), value) for name, value in now.items()},
    }
    return [
        f"{name} was {before or 'not recorded'}, and is {after} now"
        for name, (before, after) in pairs.items()
        if before != after
    ]


def verdicts(record: Record, marked: ProblemResult, again: ProblemResult) -> list[str]:
    """Return how the results of this run differ from those of the marking."""
    before = {test.id: test for test in marked.tests}
    lines = []
    for test in again.tests:
        old = before.pop(test.id, None)
        if old is None:
            lines.append(f"{test.id} is new")
        elif old.verdict is not test.verdict:
            lines.append(f"{test.id} was {old.verdict}, and is {test.verdict} now")
        elif str(old.message) != str(test.message):
            lines.append(f"{test.id} has seen something else than now: {old.message}")
    return [*lines, *(f"{name} is gone" for name in before)]


def write(explanation: Explanation, folder: Path) -> list[Path]:
    """Write the calls, their arrays and the script, the student's functions and the reply, and return the files."""
    made = {test.name: test.made for test in explanation.tests if test.made is not None}
    texts = {**explanation.student_code, "reply.txt": explanation.reply}
    texts |= {f"{name}.json": calls.json() for name, calls in made.items()}
    texts |= {"replay.py": inspect.getsource(replay)} if made else {}
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for name, calls in made.items():
        np.savez(folder / f"{name}.npz", **calls.arrays)  # type: ignore[arg-type]
    return [folder / name for name in sorted([*texts, *(f"{name}.npz" for name in made)])]
