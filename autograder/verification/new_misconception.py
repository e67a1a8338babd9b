"""Makes a misconception of a student's answer and tries it, for `autograder misconception`.

The file that is written is a draft: its texts are for a person to write. It is tried as `autograder verify` would, but
in its own problem alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_scores import gradebook_names
from autograder.course.misconceptions import FOLDER, NAME, UNWRITTEN, Misconception, misconceptions, read
from autograder.course.problem import Problem
from autograder.course.results import Confidence, read_record
from autograder.course.score import points
from autograder.testing.declared import declared_tests
from autograder.testing.diagnosis.named_anew import named_anew
from autograder.verification.answer_code import answer_codes
from autograder.verification.fairness import (
    caught,
    fair_to_styles,
    gates_of,
    harmless_elsewhere,
    names_said,
    points_of_share,
    shares_lost,
    texts_written,
    title,
)
from autograder.verification.proof import BOTH, Proof
from autograder.verification.trials import (
    Task,
    Tell,
    Trial,
    automatic_problems,
    right_solutions,
    run_tasks,
    trial_workers,
    with_drafts,
)

UNNAMED = "unnamed"
# What a draft says until a person has written it.
DRAFT = f'''"""{UNWRITTEN}: what the code does, a sentence."""

{{imports}}BELIEF = "{UNWRITTEN}: what somebody believes who writes it, a sentence that a student could say."
HINT = "{UNWRITTEN}: a question or two that lead to the idea; no statement of the solution."
NOTE = "{UNWRITTEN}: for whoever talks to the student: where it comes from, how it shows, what to ask."
LOSES = 0


{{code}}'''
LOSES = re.compile(r"^LOSES = .*$", re.MULTILINE)


@dataclass(frozen=True)
class Tried:
    """What trials of one misconception came to.

    Attributes:
        trial: Of the misconception itself.
        proofs: What should hold of it.
        students: Of those whose hand-ins are marked, the ones that it would be named for, each with how surely.
    """

    trial: Trial
    proofs: list[Proof]
    students: list[tuple[str, Confidence]]


@dataclass(frozen=True)
class Draft:
    """A misconception that is not written yet.

    Attributes:
        student: Whose answer it is.
        file: Where it is to lie.
        texts: What the file may hold, the shortest first: the last has all the code of the others.
        traces: Names of the student's that stand in it.
    """

    student: str
    file: Path
    texts: list[str]
    traces: tuple[str, ...] = ()


def drafted(assignment: Assignment, student: str, problem: str, name: str | None) -> Draft:
    """Return what a student's answer would be as a misconception; nothing is written.

    Args:
        assignment: The assignment.
        student: Whose answer.
        problem: The problem's name.
        name: The name that it gets; None for one that says nothing.

    Raises:
        CourseError: There is no such problem or hand-in, the name will not do, or the answer is not fit for it.
    """
    file = _new_file(assignment, _problem(assignment, problem), name)
    codes = answer_codes(assignment, student, assignment.problems[problem])
    texts = [DRAFT.format(imports=f"{one.imports}\n" if one.imports else "", code=one.functions) for one in codes]
    return Draft(student, file, texts, traces(assignment, student, texts[-1]))


def write_draft(assignment: Assignment, draft: Draft) -> Misconception:
    """Write a draft into the catalogue and return it: the shortest code that does what the student's did, or the last.

    Raises:
        CourseError: The file cannot be written.
        RecordError: The student's record is damaged.
    """
    assignment = with_drafts(assignment)
    for text in draft.texts:
        try:
            draft.file.parent.mkdir(parents=True, exist_ok=True)
            draft.file.write_text(text, encoding="utf-8")
        except OSError as fault:
            raise CourseError(f"{draft.file} cannot be written ({fault.strerror}): may you write there?") from fault
        known = read(draft.file)
        if _names(assignment, draft.student, known) is Confidence.CERTAIN:
            break
    return known


def _names(assignment: Assignment, student: str, known: Misconception) -> Confidence | None:
    """Return how surely a misconception is named for a hand-in; None where it is not, or the hand-in is not marked."""
    file = assignment.course.records / assignment.name / f"{student}.json"
    result = named_anew(assignment, read_record(file)).problem(known.problem) if file.is_file() else None
    return next((one.confidence for one in result.diagnoses if one.name == known.name), None) if result else None


def _problem(assignment: Assignment, problem: str) -> Problem:
    if problem not in automatic_problems(assignment):
        known = ", ".join(automatic_problems(assignment))
        raise CourseError(f"{assignment.name} has no problem {problem!r}: there are {known}")
    return assignment.problems[problem]


def _new_file(assignment: Assignment, problem: Problem, name: str | None) -> Path:
    folder = assignment.folder / FOLDER / problem.id
    if name is None:
        number = 1
        while (file := folder / f"{UNNAMED}{f'_{number}' if number > 1 else ''}.py").exists():
            number += 1
        return file
    if not NAME.fullmatch(name):
        raise CourseError(
            f"{name!r} is no name of a misconception: small letters, digits and _, such as bias_forgotten"
        )
    file = folder / f"{name}.py"
    if file.exists():
        raise CourseError(f"there is {file} already: choose another name, or try that one")
    return file


def traces(assignment: Assignment, student: str, text: str) -> tuple[str, ...]:
    """Return the names of a student's that stand in a text, though comments and docstrings are gone."""
    names = {student, *gradebook_names(assignment).get(student, "").split()}
    # An underscore parts words in the names of code.
    return tuple(
        sorted(one for one in names if re.search(rf"(?<![^\W_]){re.escape(one)}(?![^\W_])", text, re.IGNORECASE))
    )


def misconceptions_named(assignment: Assignment, name: str | None) -> list[Misconception]:
    """Return the misconceptions of a name; all drafts where none is given.

    Raises:
        CourseError: There is none.
    """
    known = [one for several in misconceptions(with_drafts(assignment)).values() for one in several]
    some = [one for one in known if (one.unwritten if name is None else name in (one.name, title(one)))]
    if not some:
        what = "draft of a misconception" if name is None else f"misconception {name!r}"
        raise CourseError(f"{assignment.name} has no {what} in {assignment.folder / FOLDER}")
    return some


def try_one(assignment: Assignment, known: Misconception, tell: Tell, *, measure: bool = False) -> Tried:
    """Try a misconception: itself on all problems, and the others and the right solutions on its own.

    Args:
        assignment: The assignment.
        known: The misconception, which may be a draft.
        tell: Called with a line that says how far the trials are.
        measure: Whether what it loses is written into its file.

    Raises:
        WorkerFault: A worker failed.
    """
    assignment, promised = with_drafts(assignment), declared_tests(assignment)
    own, problems = (known.problem,), tuple(automatic_problems(assignment))
    others = [one for one in misconceptions(assignment)[known.problem] if one.name != known.name]
    with trial_workers(assignment) as pool:
        tell(f"{title(known)} ...")
        (trial,) = run_tasks(pool, title(known), [(known, Task(known.file, problems, own, followed=True))], tell)
        result = trial.results.get(known.problem)
        if measure and result is not None:
            lost = shares_lost(result, points_of_share(assignment, known.problem, promised[known.problem]))
            text = LOSES.sub(f"LOSES = {points(lost)}", known.file.read_text(encoding="utf-8"), count=1)
            known.file.write_text(text, encoding="utf-8")
            trial = Trial(read(known.file), trial.results, trial.ended, trial.reasons)
        codes = [*((one, one.file) for one in others), *((file, file) for file in right_solutions(assignment))]
        beside = run_tasks(pool, "beside it", [(one, Task(file, own, own)) for one, file in codes], tell)
    proofs = [
        *([] if measure else [texts_written([trial])]),
        caught(assignment, [trial], promised),
        harmless_elsewhere([trial]),
        _others_named([one for one in beside if isinstance(one.subject, Misconception)], gates_of(promised[own[0]])),
        fair_to_styles([one for one in beside if isinstance(one.subject, Path)]),
    ]
    students = [] if trial.ended else [*_students(assignment, known)]
    return Tried(trial, proofs, students)


def _others_named(beside: list[Trial], gates: set[str]) -> Proof:
    """Prove that the other misconceptions of a problem are still named as what they are."""
    faults = []
    for trial in beside:
        other = trial.subject
        if isinstance(other, Misconception) and not other.equivalent and other.problem in trial.results:
            said = names_said(trial, trial.results[other.problem], gates)
            if not said <= {other.name}:
                faults.append(f"{title(other)} is named {', '.join(sorted(said))}")
    what = "the other misconceptions of the problem keep their names"
    return Proof(what, BOTH, f"variants: {len(beside)}", tuple(faults), counts=True)


def _students(assignment: Assignment, known: Misconception) -> Iterator[tuple[str, Confidence]]:
    """Yield the students of the class for whom a misconception would be named."""
    for file in sorted((assignment.course.records / assignment.name).glob("*.json")):
        confidence = _names(assignment, file.stem, known)
        if confidence is not None:
            yield file.stem, confidence
