"""Finds the leaks in a folder, or in files that are about to become one, and tries the stubs among them."""

from __future__ import annotations

import functools
import logging
import operator
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.kernel.sandbox.levels import Level, best
from autograder.release.leaks.file_rule import folder_leak
from autograder.release.leaks.findings import Findings, Leak, LeakError, Where
from autograder.release.leaks.scan import Scan
from autograder.release.leaks.source_rule import source_leaks
from autograder.release.leaks.stubs import Run, StubFault, released_stubs, rounds_of, try_stubs, unraising
from autograder.release.leaks.withheld import Withheld, withheld_of
from autograder.submissions.checks import LIMITS, Rejected, read_data

log = logging.getLogger(__name__)
Files = Iterable[tuple[str, bytes]]

RAISE = "A stub has to raise NotImplementedError: put the whole solution between BEGIN SOLUTION and END SOLUTION."
MATTERS = (
    "Put all that the problem asks for between BEGIN SOLUTION and END SOLUTION, or make its visible check look at it."
)
FAILS = "Mend the check or the solution: so nobody can tell whether the stub gives the solution away."
LINK = "Put the file itself there."
EMPTY = Withheld({}, {}, {}, {}, {})


def refuse_release(assignment: Assignment, folder: Path) -> None:
    """Refuse a release that would give something away; it lies in a scratch folder or in ``release/``.

    Raises:
        LeakError: The release is refused; the message names every leak.
        SandboxError: The stubs cannot be tried.
    """
    findings = Findings()
    refuse_files(assignment, dict(read_files(folder, findings)), folder.name, findings)


def refuse_files(assignment: Assignment, files: Mapping[str, bytes], name: str, findings: Findings) -> None:
    """Refuse files that are about to be released; see `refuse_release`.

    Args:
        assignment: The assignment whose solutions and tests must not be in them.
        files: Their contents, by their paths below the release's folder.
        name: The name of the release in the report.
        findings: The leaks and notes from reading the files.
    """
    found = find_leaks([assignment], files.items())
    for note in findings.notes + found.notes:
        log.warning("%s: %s", name, note)
    if findings.leaks or found.leaks:
        raise LeakError(name, findings.leaks + found.leaks)


def refuse_source(assignment: Assignment) -> None:
    """Refuse a source notebook from which nbgrader cannot take out solutions or hidden tests.

    Raises:
        LeakError: The source is refused; the message names every cell and line.
    """
    leaks = source_leaks(assignment)
    if leaks:
        raise LeakError(assignment.name, leaks)


def check_published(assignments: Sequence[Assignment], folder: Path) -> Findings:
    """Return the leaks of the given assignments in a folder, or a file, that was published; nothing of it is trusted.

    Raises:
        FileNotFoundError: There is no such folder.
    """
    findings = Findings()
    found = find_leaks(assignments, read_files(folder, findings), published=True)
    return Findings(findings.leaks + found.leaks, findings.notes + found.notes, found.files)


def find_leaks(assignments: Sequence[Assignment], files: Files, *, published: bool = False) -> Findings:
    """Look through files, and try the stubs that are among them.

    Args:
        assignments: The assignments whose solutions and tests must not be in them.
        files: Pairs of a path and the bytes.
        published: Whether they come from elsewhere: archives are opened, and code is run only in a sandbox.
    """
    scan = scanned(assignments, files, published=published)
    for assignment in assignments:
        _try(assignment, scan, best(), trusted=not published)
    scan.findings.leaks.sort(key=lambda leak: leak.file)
    return scan.findings


def scanned(assignments: Sequence[Assignment], files: Files, *, published: bool = False) -> Scan:
    """Look through files without running anything; see `find_leaks`."""
    scan = Scan(functools.reduce(operator.add, map(withheld_of, assignments), EMPTY), published=published)
    for name, data in files:
        scan.file(name, data)
    return scan


def read_files(folder: Path, findings: Findings) -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder by their paths; a link is a leak and an unreadable file a note in ``findings``.

    Raises:
        FileNotFoundError: There is no such folder, nor a file of that name.
    """
    if folder.is_file():
        yield folder.name, read_data(folder, LIMITS)
        return
    for entry in sorted(_entries(folder, folder, findings), key=lambda entry: entry.path):
        name = os.path.relpath(entry.path, folder).encode("utf-8", "replace").decode()
        if not entry.is_file(follow_symlinks=False):
            findings.add([Leak(Where(name), "a link, or something else that is no file", "", LINK)])
            continue
        try:
            yield name, read_data(Path(entry.path), LIMITS)
        except (Rejected, OSError) as fault:
            findings.notes.append(f"{name}: not looked into: {fault}")


def _entries(folder: Path, top: Path, findings: Findings) -> Iterator[os.DirEntry[str]]:
    """Yield the files, links and the like below a folder; folders that have no place there are not entered."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not entry.is_dir(follow_symlinks=False):
                yield entry
                continue
            leak = folder_leak(Where(os.path.relpath(entry.path, top)), entry.name)
            if leak is not None:
                findings.add([leak])
            else:
                yield from _entries(Path(entry.path), top, findings)


def _try(assignment: Assignment, scan: Scan, level: Level, *, trusted: bool) -> None:
    """Try the stubs of one assignment that are among the files."""
    raising = []
    for stub in released_stubs(assignment, scan):
        silent = list(unraising(stub.text, assignment.problems[stub.problem].functions))
        if not silent:
            raising.append(stub)
        for node in silent:
            line = stub.where.line or node.lineno
            kind = f"the stub of {stub.problem}, which does not raise NotImplementedError"
            scan.findings.add([Leak(stub.where.at(line), kind, "", RAISE)])
    if raising and level is Level.OFF and not trusted:
        scan.findings.notes.append("its stubs were not tried: this machine offers no isolation (`autograder doctor`)")
        return
    for group in rounds_of(raising):
        for verdict in try_stubs(assignment, {name: stub.text for name, stub in group.items()}, level):
            scan.findings.add([_told(verdict, group[verdict.problem].where, assignment)])


def _told(verdict: StubFault, where: Where, assignment: Assignment) -> Leak:
    check, place = assignment.problems[verdict.problem].check, where.at(where.line or 1)
    if verdict.run is Run.SOLVED:
        return Leak(place, f"a stub whose check {check} fails on the solution as well: {verdict.seen}", "", FAILS)
    return Leak(place, f"a stub that passes its own check {check}: {verdict.run.value}", "", MATTERS)
