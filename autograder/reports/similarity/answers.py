"""Reads the answers of hand-ins: the cells of each problem, with the student's own functions that they call.

A hand-in is read, and its answers are cut into units, in a child process within limits. None of its code is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.course import CourseError
from autograder.course.nbgrader_app import load_config
from autograder.course.released_notebook import as_students_get_them
from autograder.grading.submitted import submissions
from autograder.reports.similarity.units import WORDS, BaseCode, Found, given_of, units_of_code, units_of_text
from autograder.submissions.checks import Rejected
from autograder.submissions.child_process import WorkFault
from autograder.submissions.definitions import definitions
from autograder.submissions.read import RepairedSubmission, work_on

# Characters of an answer that are looked at.
ANSWER_MAX = 20_000
# After so many hand-ins it is told how far it is.
TOLD = 25


class ProblemAnswer(msgspec.Struct, frozen=True, array_like=True):
    """What a student wrote for one problem.

    Attributes:
        problem: The problem.
        source: The code, or the text.
        units: What it is made of, without what was given.
    """

    problem: str
    source: str
    units: list[Found]


@dataclass(frozen=True)
class HandIn:
    """A hand-in that is compared.

    Attributes:
        student: The student's id.
        year: The name of the earlier year's folder; empty for the class.
        answers: In the order of the notebook.
    """

    student: str
    year: str
    answers: list[ProblemAnswer]


@dataclass(frozen=True)
class Unread:
    """A hand-in that cannot be compared, and why."""

    student: str
    year: str
    why: str


def given_to(assignment: Assignment) -> BaseCode:
    """Return what students were given in any language: the notebook, and the files beside it."""
    codes: list[str] = []
    texts: list[str] = []
    unanswered = str(load_config(assignment.course).ClearSolutions.text_stub)
    for language in assignment.languages:
        texts.append(assignment.in_language(language).catalogue.text(unanswered))
        for cell in as_students_get_them(assignment.in_language(language)).cells:
            (codes if cell.cell_type == "code" else texts).append(cell.source)
        for folder in (assignment.course.release, assignment.course.module_release):
            codes += [
                file.read_text(encoding="utf-8") for file in sorted(folder(assignment.name, language).rglob("*.py"))
            ]
    return given_of(codes, texts)


def of_class(assignment: Assignment) -> list[tuple[str, str, Path]]:
    """Return the hand-ins of the class: student, no year, and the folder.

    Raises:
        CourseError: There are none.
    """
    found = submissions(load_config(assignment.course), assignment.name)
    return [(one.student, "", one.folder) for one in found]


def of_earlier(assignment: Assignment, folder: Path) -> list[tuple[str, str, Path]]:
    """Return the hand-ins in a folder of an earlier year: student, the folder's name, and what was handed in.

    Args:
        assignment: The assignment.
        folder: A course's folder, its ``classroom``, or a folder with a folder or file for each student.

    Raises:
        CourseError: There is no such folder, or nothing in it.
    """
    inside = [place for place in (folder / "classroom" / "submitted", folder / "submitted") if place.is_dir()]
    where = inside[0] if inside else folder
    year = folder.resolve().name
    if not where.is_dir():
        raise CourseError(f"no folder {folder}: name one with an earlier year's hand-ins, a folder for each student")
    found = []
    for entry in sorted(where.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            own = entry / assignment.name
            found.append((entry.name, year, own if own.is_dir() else entry))
        elif entry.suffix.lower() in (".ipynb", ".zip"):
            found.append((entry.stem, year, entry))
    if not found:
        raise CourseError(f"no hand-ins in {where}: put them there, a folder, a notebook or a zip for each student")
    return found


def read_all(
    assignment: Assignment,
    wanted: Sequence[tuple[str, str, Path]],
    tell: Callable[[str], None] = lambda _text: None,
) -> tuple[list[HandIn], list[Unread]]:
    """Read hand-ins.

    Args:
        assignment: The assignment.
        wanted: Student, year and place of each.
        tell: Told how far it is.

    Returns:
        Those that can be compared, and those that cannot.
    """
    given = given_to(assignment)
    read: list[HandIn] = []
    unread: list[Unread] = []
    for number, (student, year, place) in enumerate(wanted):
        if number % TOLD == 0:
            tell(f"reading hand-ins {number + 1} to {min(number + TOLD, len(wanted))} of {len(wanted)}")
        try:
            if place.is_symlink() or place.parent.is_symlink():
                raise CourseError("it is a link")
            answers = read_answers(assignment, place, given)
        except (CourseError, Rejected, WorkFault, OSError) as fault:
            # What the program failed with is told by its last line.
            unread.append(Unread(student, year, str(fault).strip().rpartition("\n")[2]))
            continue
        if any(answer.units for answer in answers):
            read.append(HandIn(student, year, answers))
        else:
            unread.append(Unread(student, year, "nothing of its own is in it"))
    return read, unread


def read_answers(assignment: Assignment, place: Path, given: BaseCode) -> list[ProblemAnswer]:
    """Return the answers of a hand-in.

    Raises:
        Rejected: It is no hand-in of this assignment.
        WorkFault: The program failed at reading it.
        OSError: The machine cannot read it.
    """
    data = work_on(assignment, place, lambda read: msgspec.msgpack.encode(answers_in(read, given)))
    return msgspec.msgpack.decode(data, type=list[ProblemAnswer])


def answers_in(read: RepairedSubmission, given: BaseCode) -> list[ProblemAnswer]:
    """Return the answers in a hand-in that was read; to be called in a child process."""
    cells = {name: cell for cell in read.notebook.cells if (name := grade_id(cell))}
    problems = read.assignment.problems.values()
    written = {one.id: cells.get(one.stub or one.id) for one in problems}
    shown = {name: _shown(read, "" if cell is None else cell.source) for name, cell in written.items()}
    asked = {name for one in problems for name in one.functions}
    helpers: dict[str, str] = {}
    for cell in read.notebook.cells:
        if cell.cell_type == "code" and not grade_id(cell):
            helpers |= {one.name.rpartition(".")[2]: one.means for one in definitions(cell.source) if one.written}
    found = []
    for problem in problems:
        source = shown[problem.id]
        if problem.manual:
            units = units_of_text(source[:ANSWER_MAX], given)
        elif problem.functions:
            defined = {one.name.rpartition(".")[2] for one in definitions(source)}
            missing = [helpers[name] for name in problem.functions if name not in defined and name in helpers]
            source = "\n\n\n".join(filter(None, [source if defined or not missing else "", *missing]))
            source = "\n\n\n".join([source, *_called(source, helpers, asked | given.names)])
            units = units_of_code(source[:ANSWER_MAX], given)
        else:
            continue
        found.append(ProblemAnswer(problem.id, source[:ANSWER_MAX], units))
    return found


def _shown(read: RepairedSubmission, source: str) -> str:
    """Return the text of a problem's cell, without the line that says in which file it stood."""
    return source.partition("\n")[2] if read.modules is not None and source.startswith("# ") else source


def _called(source: str, helpers: dict[str, str], known: Iterable[str]) -> Iterator[str]:
    """Yield the student's own functions that code calls, and those that these call; each only once in a hand-in."""
    waiting, known = [source], frozenset(known)
    while waiting:
        text = waiting.pop()
        for name in dict.fromkeys(WORDS.findall(text)):
            if name in helpers and name not in known:
                waiting.append(helpers[name])
                yield helpers.pop(name)
