"""The stubs among the files that are looked through: cells of notebooks, and functions of module files."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.course.assignment import Assignment
from autograder.release.leaks.leak import Where, named_cell
from autograder.release.leaks.scan import Scan
from autograder.submissions.module_file import read_text


@dataclass(frozen=True)
class ReleasedStub:
    """What students get of one problem.

    Attributes:
        problem: Its name.
        where: Where it stands; the line is that of its function in a module file, None for a cell.
        text: The code of its cell, or of the cell that its functions in a module file would make.
    """

    problem: str
    where: Where
    text: str


def released_stubs(assignment: Assignment, scan: Scan) -> list[ReleasedStub]:
    """Return the stubs of an assignment among files, each text once.

    Module files count for the problems of which no notebook has a stub: beside a notebook they only declare.
    """
    cells = list(_of_notebooks(assignment, scan))
    given = {stub.problem for stub in cells}
    modules = [stub for stub in _of_modules(assignment, scan) if stub.problem not in given]
    return list({(stub.problem, stub.text): stub for stub in reversed([*cells, *modules])}.values())[::-1]


def rounds_of(stubs: list[ReleasedStub]) -> Iterator[dict[str, ReleasedStub]]:
    """Yield stubs in groups that have one of each problem at most."""
    by_problem: dict[str, list[ReleasedStub]] = {}
    for stub in stubs:
        by_problem.setdefault(stub.problem, []).append(stub)
    for group in itertools.zip_longest(*by_problem.values()):
        yield {stub.problem: stub for stub in group if stub is not None}


def _of_notebooks(assignment: Assignment, scan: Scan) -> Iterator[ReleasedStub]:
    for file, content in scan.notebooks.items():
        for number, cell in enumerate(content.get("cells") or [], 1):
            meta = cell.get("metadata", {}).get("nbgrader", {}) if isinstance(cell, dict) else {}
            name = meta.get("grade_id") if isinstance(meta, dict) else None
            if not isinstance(name, str) or name not in assignment.problems:
                continue
            if assignment.problems[name].functions and meta.get("solution") and cell.get("cell_type") == "code":
                source = cell.get("source", "")
                text = source if isinstance(source, str) else "".join(map(str, source))
                yield ReleasedStub(name, Where(file, named_cell(name, number)), text)


def _of_modules(assignment: Assignment, scan: Scan) -> Iterator[ReleasedStub]:
    sources = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in assignment.notebook.cells}
    for file, text in scan.modules.items():
        for entry in (entry for entry in assignment.modules if f"/{file}".endswith(f"/{entry.file}")):
            module = read_text(file, file, text.encode())
            for name in entry.problems:
                functions = assignment.problems[name].functions
                cuts = {function: module.cut(function, entry.owner) for function in functions}
                found = {function: cut for function, cut in cuts.items() if cut is not None}
                if len(found) == len(functions):
                    cell = sources[name]
                    for function, cut in found.items():
                        cell = _put(cell, function, cut.text)
                    first = min(cut.first for cut in found.values())
                    yield ReleasedStub(name, Where(file, line=first), cell)


def _put(cell: str, function: str, text: str) -> str:
    """Return a cell with another text of one of its functions; its decorators stay."""
    for node in ast.parse(cell).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            lines = cell.split("\n")
            lines[node.lineno - 1 : node.end_lineno] = text.split("\n")
            return "\n".join(lines)
    return cell
