"""Makes the solved forms of a source notebook: its cells without delimiters, and its solutions as module files."""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment, ModuleFile

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"


class SourceError(ValueError):
    """The source notebook, or a file that it is combined with, is not as the release tools need it."""


def solved_source(source: str) -> str:
    """Return a stub cell's text with its solution, without the lines that delimit it."""
    return "\n".join(line for line in source.split("\n") if BEGIN not in line and END not in line)


def solved_functions(cell_source: str) -> list[str]:
    """Return the text of the functions that a solved stub cell defines, without decorators."""
    source = solved_source(cell_source)
    lines = source.split("\n")
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return ["\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in functions]


def module_files(assignment: Assignment, notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return a notebook's functions in the original course's file layout: paths below a submission's folder, and texts.

    Each is the kit's own file, which holds what is provided, with the notebook's functions behind it, or with its
    methods in the place of the methods that the kit's file only declares.

    Args:
        assignment: Names the files, and the problems that are solved in each.
        notebook: Its source notebook, for the solution; or its release, for stubs.

    Raises:
        SourceError: A stub cell or a declared method is missing.
    """
    cells = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if "nbgrader" in cell.metadata}
    files = {}
    for entry in assignment.modules:
        lacking = [problem for problem in entry.problems if problem not in cells]
        if lacking:
            raise SourceError(f"{assignment.notebook_file} has no cell {lacking[0]!r}, which {entry.file} is made of")
        functions = [text for problem in entry.problems for text in solved_functions(cells[problem])]
        file = assignment.provides(entry.file)
        if file is None:
            raise SourceError(f"no file {entry.file} in the packages of {assignment.name}, and [[modules]] names it")
        provided = file.read_text(encoding="utf-8")
        files[entry.file] = (
            with_methods(entry, provided, functions) if entry.owner else with_functions(provided, functions)
        )
    return files


def with_functions(provided: str, functions: list[str]) -> str:
    """Return a module's text with functions behind it."""
    return "\n\n\n".join([provided.rstrip(), *functions]) + "\n"


def with_methods(entry: ModuleFile, provided: str, functions: list[str]) -> str:
    """Return a module's text with methods of one of its classes replaced.

    Raises:
        SourceError: The class does not declare one of them.
    """
    text = provided
    for function in functions:
        name = ast.parse(function).body[0].name  # type: ignore[attr-defined]
        node = _method(ast.parse(text), entry, name)
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        lines = text.split("\n")
        lines[first - 1 : node.end_lineno] = textwrap.indent(function, "    ").split("\n")
        text = "\n".join(lines)
    return text


def _method(module: ast.Module, entry: ModuleFile, name: str) -> ast.FunctionDef:
    for owner in module.body:
        if isinstance(owner, ast.ClassDef) and owner.name == entry.owner:
            for node in owner.body:
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    return node
    raise SourceError(f"{entry.file} declares no method {name} in a class {entry.owner}")


def solve(notebook: nbformat.NotebookNode) -> None:
    """Turn a source notebook's stub cells into solved ones, in place."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = solved_source(cell.source)
