"""Which file is the hand-in: of a folder, of an archive, of several notebooks. Nothing is unpacked to the disk."""

from __future__ import annotations

import io
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.assignment import Assignment
from autograder.budget import DEEPEST, Budget
from autograder.definitions import definitions
from autograder.intake import LIMITS, IntakeLimits, Rejected, check_folder, read_data, walk
from autograder.messages import say
from autograder.repair import content_of
from autograder.shape import Shape

ZIP = b"PK\x03\x04"
ENTRY = b"PK\x01\x02"  # begins the line of each member in an archive's list
NOTEBOOK = re.compile(r"\.ipynb(?![a-z0-9_])", re.IGNORECASE)
# What browsers, Jupyter and file managers add to names: "(1)", "-Copy1", " copy".
COPY = re.compile(r"(?:[\s_-]*\(\d+\)|[\s_-]*copy\s*\d*)+$", re.IGNORECASE)
DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


@dataclass(frozen=True)
class Candidate:
    """A file that may be the hand-in.

    Attributes:
        name: Where it was found, as people are told.
        data: Its bytes.
    """

    name: str
    data: bytes

    @property
    def file(self) -> str:
        """The last part of its name."""
        return PurePosixPath(self.name).name


@dataclass(frozen=True)
class Choice:
    """The hand-in.

    Attributes:
        name: The file's name, as people are told.
        data: Its bytes.
        sentences: Which file was taken, where that is not plain, and what to do next time.
    """

    name: str
    data: bytes
    sentences: list[str]


def handed_in(path: Path, limits: IntakeLimits = LIMITS) -> list[Candidate]:
    """Return the notebooks and Python files in what was handed in: a file, an archive, or a folder.

    Raises:
        FileNotFoundError: There is no such path.
        Rejected: There is something in it that must not be opened.
    """
    if path.is_dir() and not path.is_symlink():
        check_folder(path, limits)
        return list(_in_folder(path, limits))
    data = read_data(path, limits)
    if data.startswith(ZIP):
        return list(_in_archive(path.name, data, Budget(limits), 1))
    return [Candidate(path.name, data)]


def choose(assignment: Assignment, path: Path, limits: IntakeLimits = LIMITS) -> Choice:
    """Return the notebook in what was handed in: a file, an archive, or a folder.

    Raises:
        FileNotFoundError: There is no such path.
        Rejected: There is no notebook in it, or something that must not be opened.
    """
    return choose_from(assignment, path, handed_in(path, limits), limits)


def choose_from(assignment: Assignment, path: Path, found: list[Candidate], limits: IntakeLimits = LIMITS) -> Choice:
    """Return the notebook in what was handed in.

    Args:
        assignment: The assignment.
        path: What was handed in.
        found: What is in it; see `handed_in`.
        limits: How large it may be.

    Raises:
        Rejected: There is no notebook in it.
    """
    if [one.name for one in found] == [path.name] and path.is_file():
        return Choice(path.name, found[0].data, [])
    return _best(assignment, path.name, notebooks(found), limits)


def notebooks(found: list[Candidate]) -> list[Candidate]:
    """Return those files that are called notebooks."""
    return [one for one in found if NOTEBOOK.search(one.file)]


def _in_folder(folder: Path, limits: IntakeLimits) -> Iterator[Candidate]:
    budget = Budget(limits)
    for entry in sorted(walk(folder), key=lambda entry: entry.path):
        name = os.path.relpath(entry.path, folder).encode("utf-8", "replace").decode()
        archive = name.lower().endswith(".zip")
        if entry.is_dir(follow_symlinks=False) or set_aside(name) or not (archive or looked_at(name)):
            continue
        data = read_data(Path(entry.path), limits)
        if data.startswith(ZIP):
            yield from _in_archive(name, data, budget, 1)
        elif not archive:
            yield Candidate(name, data)


def _in_archive(name: str, data: bytes, budget: Budget, level: int) -> Iterator[Candidate]:
    budget.expects(name, data.count(ENTRY))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            budget.listed(name, len(members))
            for member in members:
                _check_member(name, member)
            for member in members:
                yield from _in_member(name, archive, member, budget, level)
    except DAMAGE as fault:
        raise Rejected(
            say(
                "{name} is a damaged archive ({fault}): hand in the notebook itself, an .ipynb file",
                name=name,
                fault=type(fault).__name__,
            )
        ) from fault


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    parts = re.split(r"[/\\]", member.filename)
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise Rejected(
            say(
                "{name} holds {filename!r}, which leads out of it: hand in the notebook alone",
                name=name,
                filename=member.filename,
            )
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Rejected(
            say(
                "{name} holds the link {filename!r}: hand in the notebook alone, as a file",
                name=name,
                filename=member.filename,
            )
        )
    if member.flag_bits & 1:
        raise Rejected(say("{name} is locked with a password: hand in the notebook alone", name=name))


def _in_member(
    archive_name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, level: int
) -> Iterator[Candidate]:
    inner = member.filename.replace("\\", "/")
    packed = inner.lower().endswith(".zip") and level < DEEPEST
    if member.is_dir() or set_aside(inner) or not (packed or looked_at(inner)):
        return
    name = f"{archive_name}/{inner}"
    data = budget.unpack(archive, member, name)
    if packed:
        yield from _in_archive(name, data, budget, level + 1)
    else:
        yield Candidate(name, data)


def looked_at(name: str) -> bool:
    """Whether a file can be a hand-in, or a part of one."""
    return name.endswith(".py") or NOTEBOOK.search(name) is not None


def set_aside(name: str) -> bool:
    """Whether a file is one that editors and systems put beside others: hidden, or kept for a crash."""
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _best(assignment: Assignment, name: str, found: list[Candidate], limits: IntakeLimits) -> Choice:
    """Return the one that is the hand-in: by its name, unless nothing is written in it, then by what is written."""
    wanted = f"{assignment.name}.ipynb"
    if not found:
        files = [entry.file for entry in assignment.modules]
        raise Rejected(
            say("{name} holds no notebook: hand in {wanted}, or {files}", name=name, wanted=wanted, files=files)
        )
    best = found[0] if len(found) == 1 else max(found, key=lambda one: _rank(assignment, one, limits))
    return Choice(best.file, best.data, list(_told(best, found, wanted)))


def _told(best: Candidate, found: Iterable[Candidate], wanted: str) -> Iterator[str]:
    others = [one.name for one in found if one is not best]
    if others:
        yield (
            say(
                "Of {count} notebooks {name} was taken, for its name and for what is written in it; not {others}. "
                "Hand in one notebook, named {wanted}.",
                count=len(others) + 1,
                name=best.name,
                others=list(others[:5]),
                wanted=wanted,
            )
        )
    elif best.name != wanted:
        yield say(
            "The notebook was found as {name}. Hand in the notebook itself, named {wanted}.",
            name=best.name,
            wanted=wanted,
        )


def _rank(assignment: Assignment, candidate: Candidate, limits: IntakeLimits) -> tuple[bool, int, int, str]:
    written = written_in(assignment, candidate, limits)
    return written > 0, likeness(candidate.file, assignment.name), written, candidate.name


def written_in(assignment: Assignment, candidate: Candidate, limits: IntakeLimits) -> int:
    """Return how many of the problems' functions a notebook defines, stubs left out."""
    try:
        content, _ = content_of(candidate.name, candidate.data, limits)
        cells = Shape(candidate.name, content, limits).notebook.cells
    except Rejected:
        return 0
    names = {
        found.name
        for cell in cells
        if cell.cell_type == "code"
        for found in definitions(cell.source)
        if found.written
    }  # fmt: skip
    asked = {name for problem in assignment.problems.values() for name in problem.functions}
    return len(asked & {name.rpartition(".")[2] for name in names})


def likeness(file: str, assignment: str) -> int:
    """Return how much a file's name is that of the assignment's notebook: 3 for the very name, 0 for another one."""
    if file == f"{assignment}.ipynb":
        return 3
    stem = COPY.sub("", NOTEBOOK.split(file)[0])
    plain = re.sub(r"[^a-z0-9]", "", _ascii(stem))
    target = re.sub(r"[^a-z0-9]", "", _ascii(assignment))
    return 2 if plain == target else int(target in plain)


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
