"""Lists what a person should look at in a marked class, for `autograder audit`. Nothing is marked or changed.

What is listed need not be wrong. But each of these is also a sign of a way to get points, or to harm the class.
"""

from __future__ import annotations

import glob
import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.nbgrader_app import submitted_folder
from autograder.course.results import ProblemResult, Record, RecordError, read_record
from autograder.course.score import points
from autograder.i18n.terminal import is_plain, on_one_line, said
from autograder.marking.problem import right_by_itself
from autograder.submissions.checks import LIMITS, NAME_MAX, Rejected, walk

# Of one submission: what is handed in now may be more than is marked.
NAMES_MAX = LIMITS.files
# Alphabets with letters that look like those of another one of them.
ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
PATH_LIKE = re.compile(r"[/\\]|^[-~]|^\.\.|^[A-Za-z]:")


class RemarkKind(StrEnum):
    """The kinds of things to look at."""

    LENIENCY = "leniency without cause"
    EXAMPLES = "points from worked examples alone"
    BUDGET = "budget reached"
    NAME = "odd name"
    RECORD = "no record"


class Remark(msgspec.Struct, frozen=True):
    """One thing to look at.

    Attributes:
        assignment: The assignment.
        student: The student, as the file or the folder says.
        what: The kind of thing.
        where: The problem, the file, or nothing.
        why: What was seen.
    """

    assignment: str
    student: str
    what: RemarkKind
    where: str
    why: str


def audit(assignment: Assignment) -> list[Remark]:
    """Return what to look at in an assignment's records and in its submissions."""
    found: list[Remark] = []
    for file in sorted((assignment.course.records / assignment.name).glob("*.json")):
        seen = [*_in_file(assignment, file), *((RemarkKind.NAME, "", why) for why in oddities(file.stem))]
        found += [_remark(assignment, file.stem, *one) for one in seen]
    for folder in sorted(map(Path, glob.glob(str(submitted_folder(assignment.course, "*", assignment.name))))):
        student = folder.parent.name
        found += [_remark(assignment, student, RemarkKind.NAME, name, why) for name, why in odd_names(folder)]
    return found


def _remark(assignment: Assignment, student: str, what: RemarkKind, where: str, why: str) -> Remark:
    """Return a remark whose texts can be written anywhere: a file's name may be bytes that are no text."""
    student, where, why = (text.encode("utf-8", "replace").decode() for text in (student, where, why))
    return Remark(assignment.name, student, what, where, why)


Seen = tuple[RemarkKind, str, str]


def _in_file(assignment: Assignment, file: Path) -> Iterator[Seen]:
    try:
        record = read_record(file)
    except RecordError as fault:
        yield RemarkKind.RECORD, file.name, str(fault)
        return
    if record.student != file.stem:
        yield RemarkKind.NAME, file.name, f"the record is that of {record.student}"
    yield from leniencies(assignment, record)
    yield from (
        (RemarkKind.EXAMPLES, one.id, f"{points(one.score)} points") for one in record.problems if by_heart(one)
    )
    if record.over_budget:
        yield RemarkKind.BUDGET, "", "marked as far as it came"


def leniencies(assignment: Assignment, record: Record) -> Iterator[Seen]:
    """Yield the tests that passed because an earlier function's mistake was forgiven, though it had made none."""
    results = {result.id: result for result in record.problems}
    problem_of = {function: one.id for one in assignment.problems.values() for function in one.functions}
    for result in record.problems:
        for test in result.tests:
            for function in test.forgiven:
                earlier = results.get(problem_of.get(function, ""))
                if earlier is None or right_by_itself(earlier):
                    yield RemarkKind.LENIENCY, result.id, f"{test.id} passed, though {function} is right by itself"


def by_heart(result: ProblemResult) -> bool:
    """Return whether a problem has points, and only for values that the handout shows."""
    passed = [test for test in result.tests if test.score > 0]
    return bool(passed) and len(passed) < len(result.tests) and all(test.worked_example for test in passed)


def odd_names(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the odd names in a submission's folder, and its student's, each with what is odd about it."""
    yield from (("", why) for why in oddities(folder.parent.name))
    if not folder.is_dir() or folder.is_symlink():
        yield "", "what was handed in is no folder"
        return
    try:
        for entry in islice(walk(folder), NAMES_MAX):
            name = str(Path(entry.path).relative_to(folder))
            yield from ((name, why) for why in oddities(entry.name))
    except (OSError, Rejected) as fault:  # a path that is longer than the system takes, or than may be handed in
        yield "", f"a folder cannot be looked into: {fault}"


def oddities(name: str) -> list[str]:
    """Return what is odd about a name that people would read otherwise than it is."""
    found = {
        "characters that are not seen": not is_plain(name),
        "letters of several alphabets that look alike": len(set(_alphabets(name))) > 1,
        f"more than {NAME_MAX} characters": len(name) > NAME_MAX,
        "reads like a path or an option": PATH_LIKE.search(name) is not None,
    }
    return [why for why, is_so in found.items() if is_so]


def _alphabets(name: str) -> Iterable[str]:
    """Yield the alphabet of each letter; letters for show, such as wide ones, count as one of their own."""
    for letter in filter(str.isalnum, name):
        called = unicodedata.name(letter, "")
        if unicodedata.normalize("NFKC", letter) != unicodedata.normalize("NFC", letter):
            yield "COMPATIBILITY"
        elif (alphabet := called.partition(" ")[0]) in ALIKE:
            yield alphabet


def print_remarks(remarks: list[Remark], console: Console) -> None:
    """Print what to look at, a row for each."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for title in ("student", "what", "where", "seen"):
        table.add_column(title, overflow="fold")
    for one in remarks:
        table.add_row(*(said(on_one_line(text)) for text in (one.student, one.what, one.where, one.why)))
    console.print(table)
