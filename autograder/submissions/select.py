"""Selects the submission's file: of a folder, of an archive, of several notebooks. Nothing is unpacked to the disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.course.assignment import Assignment
from autograder.i18n.messages import Message, Text, say
from autograder.submissions.archives import NOTEBOOK, Candidate, IntakeBudget, in_archive, is_archive
from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected, printable_name
from autograder.submissions.collect import SubmittedFiles
from autograder.submissions.definitions import definitions
from autograder.submissions.normalise import Shape
from autograder.submissions.notebook_json import content_of

# What browsers, Jupyter and file managers add to names: "(1)", "-Copy1", " copy".
# Possessive: of blanks between two of them, each way to share them out would be tried.
COPY = re.compile(r"(?:[\s_-]*+(?:\(\d+\)|copy\s*+\d*+))+$", re.IGNORECASE)
# How many notebooks are read that may be the one that is marked.
CANDIDATES_MAX = 8


@dataclass(frozen=True)
class Choice:
    """The notebook that was selected.

    Attributes:
        name: The file's name, as people are told.
        data: Its bytes.
        sentences: Which file was taken, where that is not obvious, and what to do next time.
    """

    name: str
    data: bytes
    sentences: list[Message]


def submitted_files(submitted: SubmittedFiles, limits: IntakeLimits = LIMITS) -> list[Candidate]:
    """Return the notebooks and Python files in what was handed in, and in archives in it.

    Raises:
        Rejected: It holds something that must not be opened.
    """
    budget = IntakeBudget(limits)
    # Sorted, because the order in which a folder is read differs between machines.
    named = sorted((name.encode("utf-8", "replace").decode(), data) for name, data in submitted.files.items())
    if not submitted.folder and not is_archive(named[0][1]):
        return [Candidate(*named[0])]
    plain = {name for name, data in named if not is_archive(data) and not name.lower().endswith(".zip")}
    # All sizes are counted before any archive is opened.
    most = {name: budget.take(name, len(data)) for name, data in named if name in plain}
    found: list[Candidate] = []
    for name, data in named:
        if is_archive(data):
            found += in_archive(name, data, budget)
        elif name in plain:
            found.append(Candidate(name, data[: most[name]]))
    return found


def choose(
    assignment: Assignment, submitted: SubmittedFiles, found: list[Candidate], limits: IntakeLimits = LIMITS
) -> Choice:
    """Return the notebook in what was handed in.

    Args:
        assignment: Tells the notebook's usual name and what is defined in it.
        submitted: The file or folder that was handed in.
        found: The files in it; see `submitted_files`.
        limits: Bounds on the notebooks that are compared.

    Raises:
        Rejected: There is no notebook in it.
    """
    # A single file is read whatever its name: people rename notebooks to .txt or .json.
    if not submitted.folder and [one.name for one in found] == [submitted.name]:
        return Choice(submitted.name, found[0].data, [])
    return _best(assignment, submitted.told, notebooks(found), limits)


def notebooks(found: list[Candidate]) -> list[Candidate]:
    """Return the files whose names are those of notebooks."""
    return [one for one in found if NOTEBOOK.search(one.file)]


def _best(assignment: Assignment, name: Text, found: list[Candidate], limits: IntakeLimits) -> Choice:
    """Return the one that is the submission: by its name, unless nothing is written in it, then by what is written."""
    wanted = f"{assignment.notebook_name}.ipynb"
    if not found:
        if not assignment.modules:
            raise Rejected(say("{name} holds no notebook: hand in {wanted}", name=name, wanted=wanted))
        files = [entry.file for entry in assignment.modules]
        raise Rejected(
            say("{name} holds no notebook: hand in {wanted}, or {files}", name=name, wanted=wanted, files=files)
        )
    best = best_of(assignment, likeliest(assignment, found), limits)
    return Choice(best.file, best.data, list(told_of(best, found, wanted)))


def best_of(assignment: Assignment, found: list[Candidate], limits: IntakeLimits) -> Candidate:
    """Return the one that is the submission, of notebooks with likely names."""
    return found[0] if len(found) == 1 else max(found, key=lambda one: _rank(assignment, one, limits))


def likeliest(assignment: Assignment, found: list[Candidate]) -> list[Candidate]:
    """Return the notebooks with the likeliest names: only these are read, because reading one takes a while."""
    # A stable sort: among equal names the first in the folder comes first, on every machine.
    return sorted(found, key=lambda one: -name_likeness(one.file, assignment.notebook_name))[:CANDIDATES_MAX]


def told_of(best: Candidate, found: Iterable[Candidate], wanted: str) -> Iterator[Message]:
    """Yield what people are told of a choice among notebooks, where the file is not the one that was wanted."""
    others, name = [printable_name(one.name) for one in found if one is not best], printable_name(best.name)
    if others:
        yield say(
            "Of {count} notebooks {name} was taken, for its name and for what is written in it; not {others}. "
            "Hand in one notebook, named {wanted}.",
            count=len(others) + 1,
            name=name,
            others=list(others[:5]),
            wanted=wanted,
        )
    elif best.name != wanted:
        yield say(
            "The notebook was found as {name}. Hand in the notebook itself, named {wanted}.",
            name=name,
            wanted=wanted,
        )


def _rank(assignment: Assignment, candidate: Candidate, limits: IntakeLimits) -> tuple[bool, int, int, str]:
    written = written_in(assignment, candidate, limits)
    return written > 0, name_likeness(candidate.file, assignment.notebook_name), written, candidate.name


def written_in(assignment: Assignment, candidate: Candidate, limits: IntakeLimits) -> int:
    """Return how many of the problems' functions a notebook defines, without stubs."""
    try:
        content, _ = content_of(candidate.name, candidate.data, limits)
        cells = Shape(candidate.name, content, limits).notebook.cells
    except Rejected:
        return 0
    names = {
        found.name for cell in cells if cell.cell_type == "code" for found in definitions(cell.source) if found.written
    }
    asked = {name for problem in assignment.problems.values() for name in problem.functions}
    return len(asked & {name.rpartition(".")[2] for name in names})


def name_likeness(file: str, notebook: str) -> int:
    """Return how much a file's name is like that of a notebook: 3 for the same name, 0 for another."""
    if file == f"{notebook}.ipynb":
        return 3
    stem = COPY.sub("", NOTEBOOK.split(file)[0])
    plain = re.sub(r"[^a-z0-9]", "", _ascii(stem))
    target = re.sub(r"[^a-z0-9]", "", _ascii(notebook))
    return 2 if plain == target else int(target in plain)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
