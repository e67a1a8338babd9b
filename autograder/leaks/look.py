"""Looks through a whole folder, or what is about to become one, and tries the stubs that are in it."""

from __future__ import annotations

import ast
import functools
import logging
import operator
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from autograder.assignment import Assignment
from autograder.intake import LIMITS, Rejected, read_data
from autograder.kernel.levels import Level, best
from autograder.leaks.files import folder_leak
from autograder.leaks.leak import Leak, Where, named_cell
from autograder.leaks.report import Findings, LeakError
from autograder.leaks.scan import Scan
from autograder.leaks.source import source_leaks
from autograder.leaks.stubs import Run, Verdict, try_stubs, unraising
from autograder.leaks.withheld import Withheld, withheld_of
from autograder.moduletext import read_text

log = logging.getLogger(__name__)
Files = Iterable[tuple[str, bytes]]

RAISE = "A stub has to raise NotImplementedError: put the whole solution between BEGIN SOLUTION and END SOLUTION."
MATTERS = (
    "Put all that the problem asks for between BEGIN SOLUTION and END SOLUTION, or make its visible check look at it."
)
FAILS = "Mend the check or the solution: so nobody can tell whether the stub gives the solution away."
LINK = "Put the file itself there."


def refuse(assignment: Assignment, folder: Path) -> None:
    """Refuse a release that would give something away.

    Args:
        assignment: The assignment.
        folder: Its release as it was made, in a scratch folder or in ``release/``.

    Raises:
        LeakError: It would; the message names every leak.
        SandboxError: Its stubs cannot be tried.
    """
    findings = Findings()
    refuse_files(assignment, dict(read_files(folder, findings)), folder.name, findings)


def refuse_files(assignment: Assignment, files: Mapping[str, bytes], name: str, findings: Findings) -> None:
    """Refuse files that are about to be released; see `refuse`.

    Args:
        assignment: The assignment.
        files: Their contents, by their paths below the release's folder.
        name: What the release is called in the report.
        findings: What was found when they were read.
    """
    found = look([assignment], files.items())
    for note in findings.notes + found.notes:
        log.warning("%s: %s", name, note)
    if findings.leaks or found.leaks:
        raise LeakError(name, findings.leaks + found.leaks)


def refuse_source(assignment: Assignment) -> None:
    """Refuse a source notebook from which solutions or hidden tests cannot be taken out.

    Raises:
        LeakError: It is such a one; the message names every cell and line.
    """
    leaks = source_leaks(assignment)
    if leaks:
        raise LeakError(assignment.name, leaks)


def check_folder(assignments: Sequence[Assignment], folder: Path) -> Findings:
    """Look through a folder that was published, whatever is in it; nothing of it is trusted.

    Args:
        assignments: Whose solutions and tests must not be in it.
        folder: The folder, or a single file.

    Raises:
        FileNotFoundError: There is no such folder.
    """
    findings = Findings()
    found = look(assignments, read_files(folder, findings), published=True)
    return Findings(findings.leaks + found.leaks, findings.notes + found.notes, found.files)


def look(assignments: Sequence[Assignment], files: Files, *, published: bool = False) -> Findings:
    """Look through files, and try the stubs that are among them.

    Args:
        assignments: Whose solutions and tests must not be in them.
        files: Pairs of a path and the bytes.
        published: Whether they come from elsewhere: archives are opened, and code is run only where it is shut in.
    """
    scan = scanned(assignments, files, published=published)
    for assignment in assignments:
        _try(assignment, scan, best(), trusted=not published)
    scan.findings.leaks.sort(key=lambda leak: leak.file)
    return scan.findings


def scanned(assignments: Sequence[Assignment], files: Files, *, published: bool = False) -> Scan:
    """Look through files without running anything; see `look`."""
    scan = Scan(functools.reduce(operator.add, map(withheld_of, assignments), EMPTY), published=published)
    for name, data in files:
        scan.file(name, data)
    return scan


EMPTY = Withheld({}, {}, {}, {}, {})


def read_files(folder: Path, findings: Findings) -> Iterator[tuple[str, bytes]]:
    """Yield the files below a folder by their paths; what cannot be read, and what is no file, goes to ``findings``.

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
    """Yield what is below a folder but for folders; those that have no place there are not entered."""
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
    places = _stubs(assignment, scan)
    for problem, (where, text) in list(places.items()):
        functions = assignment.problems[problem].functions
        for node in unraising(text, functions):
            line = where.line + node.lineno - 1 if where.line else node.lineno
            kind = f"the stub of {problem}, which does not raise NotImplementedError"
            scan.findings.add([Leak(where.at(line), kind, "", RAISE)])
            places.pop(problem, None)
    if places and level is Level.OFF and not trusted:
        scan.findings.notes.append("its stubs were not tried: this machine offers no isolation (`autograder doctor`)")
        return
    for verdict in try_stubs(assignment, {problem: text for problem, (_, text) in places.items()}, level):
        _tell(verdict, places[verdict.problem][0], assignment, scan.findings)


def _tell(verdict: Verdict, where: Where, assignment: Assignment, findings: Findings) -> None:
    check = assignment.problems[verdict.problem].check
    if verdict.run is Run.SOLVED:
        findings.add(
            [Leak(where.at(where.line or 1), f"a stub whose check {check} fails on the solution as well", "", FAILS)]
        )
        return
    kind = f"a stub that passes its own check {check} with nothing written: {verdict.run.value}"
    findings.add([Leak(where.at(where.line or 1), kind, "", MATTERS)])


def _stubs(assignment: Assignment, scan: Scan) -> dict[str, tuple[Where, str]]:
    """Return the stubs among the files, by problem: where each is, and the code of its cell."""
    found: dict[str, tuple[Where, str]] = {}
    names = {name for name, problem in assignment.problems.items() if problem.functions}
    for file, content in scan.notebooks.items():
        for number, cell in enumerate(content.get("cells") or [], 1):
            meta = cell.get("metadata", {}).get("nbgrader", {}) if isinstance(cell, dict) else {}
            name = meta.get("grade_id") if isinstance(meta, dict) else None
            if name in names and meta.get("solution") and cell.get("cell_type") == "code":
                source = cell.get("source", "")
                text = source if isinstance(source, str) else "".join(map(str, source))
                found.setdefault(name, (Where(file, named_cell(name, number)), text))
    for file, text in scan.modules.items():
        for name, place in _module_stubs(assignment, file, text):
            if name in names:
                found.setdefault(name, place)
    return found


def _module_stubs(assignment: Assignment, file: str, text: str) -> Iterator[tuple[str, tuple[Where, str]]]:
    """Yield the stubs in a module file, each as a cell."""
    sources = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in assignment.notebook.cells}
    for entry in assignment.modules:
        if not f"/{file}".endswith(f"/{entry.file}"):
            continue
        module = read_text(file, file, text.encode())
        for name in entry.problems:
            cuts = [(function, module.cut(function, entry.owner)) for function in assignment.problems[name].functions]
            if any(cut is None for _, cut in cuts):
                continue
            cell, first = sources[name], 0
            for function, cut in cuts:
                if cut is not None:
                    cell, first = _put(cell, function, cut.text), first or cut.first
            yield name, (Where(file, None, None, first), cell)


def _put(cell: str, function: str, text: str) -> str:
    """Return a cell with another text of one of its functions; its decorators stay."""
    for node in ast.parse(cell).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            lines = cell.split("\n")
            lines[node.lineno - 1 : node.end_lineno] = text.split("\n")
            return "\n".join(lines)
    return cell
