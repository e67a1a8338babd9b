"""Finds faults in the source notebook itself: of delimiters, and solutions that do not stand between them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from autograder.course.assignment import Assignment
from autograder.i18n.editions import PAIR
from autograder.release.leaks.delimiters import SOLUTION, TESTS, Region, faults, regions
from autograder.release.leaks.findings import Leak, Where, named_cell
from autograder.release.leaks.statements import LIGHTEST, all_statements, atoms_of, is_text, syntax_tree, weight

PAIRS = "Write ### BEGIN … and ### END …, in capitals, each pair closed before the next begins."
MARK = "Put the solution between ### BEGIN SOLUTION and ### END SOLUTION, below the function's docstring."
MOVE = "Put it between the delimiters; if students are meant to have it, list it in assignment.toml under public."
NOT_HERE = "Make the cell one of the right type in nbgrader's toolbar, or take the delimiters out."
MEND = "Mend the line: what does not parse cannot be compared with the release."


def source_leaks(assignment: Assignment) -> list[Leak]:
    """Return the faults of a source notebook for which nbgrader would release solutions or hidden tests."""
    file = assignment.notebook_file
    root = assignment.course.root
    where = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
    public = {atom.form for text in assignment.public for atom in atoms_of(text) or ()}
    # Of a pair of text cells in two languages, one holds nbgrader's metadata for both.
    known = {
        cell.metadata[PAIR]: cell.metadata.nbgrader
        for cell in assignment.source_notebook.cells
        if PAIR in cell.metadata and "nbgrader" in cell.metadata
    }
    # Of other cells to write in, nbgrader takes out all that is in them, or what stands between delimiters.
    tested = {problem.stub for problem in assignment.problems.values() if problem.tested}
    found: list[Leak] = []
    for number, cell in enumerate(assignment.source_notebook.cells, 1):
        meta = known.get(cell.metadata.get(PAIR), cell.metadata.get("nbgrader", {}))
        place = Where(where, named_cell(meta.get("grade_id") or cell.get("id"), number))
        found += [Leak(place.at(fault.line), fault.kind, fault.text, PAIRS) for fault in faults(cell.source)]
        found += _misplaced(place, cell.source, meta)
        if cell.cell_type == "code" and meta.get("solution") and meta.get("grade_id") in tested:
            found += _stub_leaks(place, cell.source, public)
    return found


def _misplaced(place: Where, source: str, meta: Any) -> Iterator[Leak]:
    for region in regions(source):
        if region.kind == SOLUTION and not meta.get("solution"):
            yield Leak(place.at(region.first), "a solution region in a cell that is no solution cell", "", NOT_HERE)
        if region.kind == TESTS and not meta.get("grade"):
            yield Leak(place.at(region.first), "a hidden test region in a cell that has no points", "", NOT_HERE)


def _stub_leaks(place: Where, source: str, public: set[str]) -> Iterator[Leak]:
    """Yield what is wrong with one cell that holds a solution."""
    inside = [region for region in regions(source) if region.kind == SOLUTION]
    tree = syntax_tree(source)
    if tree is None:
        yield _unparsed(place, source)
        return
    if not inside:
        yield Leak(place.at(1), "a solution without delimiters", source.partition("\n")[0], MARK)
    for region in inside:
        if not _matters(tree, region):
            yield Leak(place.at(region.first), "delimiters that enclose nothing", "", MARK)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(
            node.lineno < region.first <= (node.end_lineno or 0) for region in inside
        ):
            yield from _outside(place, node, inside, public)


def _unparsed(place: Where, source: str) -> Leak:
    try:
        ast.parse(source)
    except SyntaxError as fault:
        line = source.split("\n")[(fault.lineno or 1) - 1 : fault.lineno or 1]
        return Leak(
            place.at(fault.lineno), f"a solution that is no Python (SyntaxError: {fault.msg})", "".join(line), MEND
        )
    return Leak(place, "a solution that is no Python", "", MEND)


def _matters(tree: ast.Module, region: Region) -> bool:
    """Whether there is more between delimiters than texts and `pass`."""
    return any(
        region.holds(node.lineno) and not is_text(node) and not isinstance(node, ast.Pass)
        for node in all_statements(tree)
    )


def _outside(place: Where, function: ast.FunctionDef, inside: list[Region], public: set[str]) -> Iterator[Leak]:
    """Yield a function's statements that students would get, though its solution stands between delimiters."""
    for node in all_statements(ast.Module(function.body, [])):
        if is_text(node) or any(region.holds(node.lineno) for region in inside):
            continue
        text = ast.unparse(node).split("\n")[0]
        head = ast.parse(f"{text} pass" if text.endswith(":") else text) if _stands_alone(text) else node
        if weight(head) >= LIGHTEST and not public & {atom.form for atom in atoms_of(text) or ()}:
            yield Leak(place.at(node.lineno), "code of a stub outside the delimiters of its solution", text, MOVE)


def _stands_alone(text: str) -> bool:
    try:
        ast.parse(f"{text} pass" if text.endswith(":") else text)
    except SyntaxError:
        return False
    return True
