"""Loads what an assignment's solution defines: its module files, and what is needed of the source notebook's cells.

Of the notebook only those statements are run that give a value to a name that is needed, in their order: imports,
functions, classes, constants. What only does something (prints, plots, trains a model) is left out.
"""

from __future__ import annotations

import ast
import builtins
import functools
import linecache
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import nbformat

from autograder.course.cell_names import DEFINITIONS, CellNames, attempts, parsed_names
from autograder.course.cells import grade_id
from autograder.course.course import CourseError
from autograder.course.joined_notebooks import join
from autograder.course.package_overlay import load_overlay, loaded, public_names
from autograder.course.provided_imports import lock
from autograder.course.solutions import solved_source
from autograder.kernel.packages import note_folders

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment


@dataclass(frozen=True)
class Statement:
    """A statement of a notebook.

    Attributes:
        cell: The name of its cell.
        node: Its syntax tree.
        names: What it uses and binds.
    """

    cell: str
    node: ast.stmt
    names: CellNames


class SolvedCode:
    """What the solution defines, or a hand-in that is trusted; it is run in this process.

    Args:
        assignment: The assignment.
        alias: A name that is not in use otherwise: under it the packages are loaded, apart from those that student code
            imports.
        folder: Holds the module files and the notebooks; None for the solution.

    Raises:
        CourseError: A file is missing, or a cell raises.

    Attributes:
        names: What is defined, by name: the globals of the notebook's functions.
        scopes: The globals of the functions in module files.
        aliases: The names under which the packages are loaded, by their own.
    """

    def __init__(self, assignment: Assignment, alias: str, folder: Path | None = None) -> None:
        self._assignment, self._folder = assignment, folder
        self.names: dict[str, Any] = {"__name__": alias}
        self.scopes: list[dict[str, Any]] = []
        main = Path(assignment.modules[0].file).parts[0] if assignment.modules else ""
        self.aliases = {name: alias if name == main else f"{alias}_{name}" for name in assignment.package_folders}
        self._ran: set[int] = set()
        with lock:
            self._load_packages(main)
        solved = {name for entry in assignment.modules for name in entry.problems}
        tested = (problem for name, problem in assignment.problems.items() if problem.tested and name not in solved)
        self.bring(function for problem in tested for function in problem.functions)

    def _load_packages(self, main: str) -> None:
        assignment = self._assignment
        files = self._folder or assignment.course.solutions(assignment.name)
        for entry in assignment.modules:
            if not (files / entry.file).is_file():
                raise CourseError(f"no {entry.file} in {files}: run `autograder release {assignment.name}` to make it")
        note_folders(assignment.package_folders.values())
        for name, provided in assignment.package_folders.items():
            load_overlay(self.aliases[name], [*([files / name] if name == main else []), provided])
        if main:
            modules = [entry.module for entry in assignment.modules]
            self.names.update(public_names(self.aliases[main], modules), __name__=self.aliases[main])
            self.scopes = [vars(sys.modules[f"{self.aliases[main]}.{module}"]) for module in modules]
        # A function in a module file may call what a provided cell defines, as in the notebook.
        texts = ((files / entry.file).read_text(encoding="utf-8") for entry in assignment.modules)
        self.bring(name for text in texts for name in names_of(text).uses)

    def bring(self, wanted: Iterable[str], answers: Collection[str] = ()) -> None:
        """Define names that cells of the notebook define, with all that these need; others are left alone.

        Args:
            wanted: The names.
            answers: Names of functions and classes that statements may not call, so that what these define, such as
                the results in a check, is left alone as well.

        Raises:
            CourseError: A statement raises.
        """
        missing = {name for name in wanted if name not in self.names and not hasattr(builtins, name)}
        if not missing or not missing & self.known:
            return
        statements, run = self._statements, set[int]()
        left_alone = calling(statements, answers)
        while True:
            more = {
                place
                for place, statement in enumerate(statements)
                if place not in run | left_alone and (statement.names.binds is None or statement.names.binds & missing)
            }
            if not more:
                break
            run |= more
            missing |= {name for place in more for name in statements[place].names.uses if name not in self.names}
        before = set(self.names)
        for place in sorted(run - self._ran):
            self._run(statements[place])
        self._ran |= run
        for scope in self.scopes:
            for name in set(self.names) - before:
                scope.setdefault(name, self.names[name])

    @functools.cached_property
    def known(self) -> frozenset[str]:
        """The names that cells of the notebook define."""
        return frozenset().union(*(statement.names.binds or () for statement in self._statements))

    @functools.cached_property
    def _statements(self) -> tuple[Statement, ...]:
        if self._folder is None:
            return self._assignment.statements
        return statements_of(self._assignment, handed_in(self._assignment, self._folder))

    def _run(self, statement: Statement) -> None:
        file = f"<{statement.cell}>"
        tree = Renamed(self.aliases).visit(ast.fix_missing_locations(ast.Module([statement.node], [])))
        try:
            exec(compile(ast.fix_missing_locations(tree), file, "exec"), self.names)
        except Exception as fault:
            raise CourseError(
                f"{self._assignment.notebook_file}: cell {statement.cell}, line {statement.node.lineno}: raised "
                f"{type(fault).__name__}: {fault}. The solution needs what it defines: let it run by itself, without "
                "outputs and files"
            ) from fault

    def forget(self) -> None:
        """Take the packages out of the table of modules; functions that import nothing more go on to work."""
        for alias in self.aliases.values():
            for name in loaded(alias):
                sys.modules.pop(name, None)


class Solution(SimpleNamespace):
    """The solution's functions and classes, and what provided cells define, by attribute.

    Args:
        code: What defines them.
    """

    # No attribute like the others: ``vars`` has the solution's names alone.
    __slots__ = ("_code",)

    def __init__(self, code: SolvedCode) -> None:
        super().__init__(**{name: value for name, value in code.names.items() if not name.startswith("__")})
        self._code = code

    def __getattr__(self, name: str) -> Any:
        # Only names that are not there yet come here.
        if not name.startswith("_"):
            self._code.bring([name])
            if name in self._code.names:
                setattr(self, name, self._code.names[name])
                return self._code.names[name]
        raise AttributeError(f"the solution defines no {name}")


def statements_of(assignment: Assignment, notebook: nbformat.NotebookNode) -> tuple[Statement, ...]:
    """Return the statements of a solved notebook's code cells, but for checks and for what module files hold."""
    solved = {name for entry in assignment.modules for name in entry.problems}
    return tuple(
        Statement(name, node, names_of(ast.unparse(node)))
        for name, text in _cells(notebook)
        if name not in solved
        for node in _parsed(text, name)
    )


def calling(statements: Iterable[Statement], names: Collection[str]) -> set[int]:
    """Return the places of statements that call functions and classes, or use what such statements define."""
    from_them, found = set(names), set[int]()
    for place, statement in enumerate(statements):
        binds = statement.names.binds or frozenset()
        if isinstance(statement.node, DEFINITIONS) or not from_them & statement.names.uses:
            from_them -= binds - set(names)
        else:
            found.add(place)
            from_them |= binds
    return found


def _cells(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            yield grade_id(cell) or cell.get("id", "a cell"), solved_source(cell.source)


def _parsed(text: str, name: str) -> list[ast.stmt]:
    for code in attempts(text):
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError):
            continue
        # Tracebacks show lines of it, and it is nowhere on the disk.
        linecache.cache[f"<{name}>"] = (len(code), None, code.splitlines(keepends=True), f"<{name}>")
        return tree.body
    return []


@functools.lru_cache(4096)
def names_of(code: str) -> CellNames:
    """Return the names in trusted code."""
    return parsed_names(code)


def handed_in(assignment: Assignment, folder: Path) -> nbformat.NotebookNode:
    """Return the notebook of a hand-in in a folder; several are joined.

    Raises:
        CourseError: It is missing.
    """
    read = {}
    for name in assignment.notebooks:
        file = folder / f"{name}.ipynb"
        if not file.is_file():
            raise CourseError(f"no {file.name} in {folder}")
        read[name] = nbformat.read(file, as_version=4)
    return join(assignment.name, read)


class Renamed(ast.NodeTransformer):
    """Lets code import packages under the names that they are loaded by.

    Args:
        aliases: These names, by the packages' own.
    """

    def __init__(self, aliases: dict[str, str]) -> None:
        self._aliases = aliases

    def _renamed(self, module: str) -> str:
        package, dot, below = module.partition(".")
        return f"{self._aliases.get(package, package)}{dot}{below}"

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:  # ast's own name
        """Rename the module of ``from package.module import name``."""
        if node.module and not node.level:
            node = ast.copy_location(ast.ImportFrom(self._renamed(node.module), node.names, 0), node)
        return node

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:  # ast's own name
        """Rename modules of ``import package.module``; without ``as`` the package itself is bound."""
        made: list[ast.stmt] = []
        for alias in node.names:
            package = alias.name.partition(".")[0]
            made.append(ast.Import([ast.alias(self._renamed(alias.name), alias.asname)]))
            if package in self._aliases and not alias.asname:
                value = ast.Name(self._aliases[package], ast.Load())
                made.append(ast.Assign([ast.Name(package, ast.Store())], value))
        return [ast.copy_location(statement, node) for statement in made]
