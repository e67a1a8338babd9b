"""Describes the problems of an assignment: what has points."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import nbformat

from autograder.course.cells import problem_name
from autograder.course.course import CourseError


@dataclass(frozen=True)
class Problem:
    """One problem, the unit that has points.

    Attributes:
        id: Its name: the ``grade_id`` of its stub cell.
        points: Its points in the source notebook.
        check: The ``grade_id`` of the cell that holds its checks; for a question that a person marks, its own.
        functions: The functions that its stub cell defines.
        manual: Whether a person marks it.
        in_kernel: Whether the code of its check cell gives the points, run in the kernel of the student's code as
            nbgrader does it; see `autograder.marking.course_checks`.
        stub: The ``grade_id`` of the cell that students write it in; empty where there is none.
    """

    id: str
    points: float
    check: str
    functions: tuple[str, ...]
    manual: bool
    in_kernel: bool = False
    stub: str = ""

    @property
    def tested(self) -> bool:
        """Whether hidden tests mark it."""
        return not (self.manual or self.in_kernel)


def read_problems(cells: Mapping[str, nbformat.NotebookNode], in_kernel: Collection[str] = ()) -> dict[str, Problem]:
    """Return the problems of a notebook by their names, in its order.

    A problem's stub is the cell of its name. Where there is none, it is the nearest cells above its check that students
    write in, without those that are stubs by their names.

    Args:
        cells: The notebook's cells that nbgrader knows, by ``grade_id``.
        in_kernel: The names of problems whose check cells give the points.

    Raises:
        CourseError: A check and a question would be problems of one name.
    """
    named = {problem_name(name) for name, cell in cells.items() if _is_check(cell)}
    problems: dict[str, Problem] = {}
    above: list[str] = []
    checked = False
    for name, cell in cells.items():
        meta = cell.metadata.nbgrader
        check, task = _is_check(cell), bool(meta.get("task"))
        if not meta["grade"] and meta["solution"] and name not in named:
            above, checked = [name] if checked else [*above, name], False
        if not (meta["grade"] or task):
            continue
        checked = checked or check
        problem = problem_name(name) if check else name
        if problem in problems:
            raise CourseError(
                f"the cells {problems[problem].check} and {name} would both be the problem {problem}: "
                "name one of them otherwise in nbgrader's toolbar"
            )
        stubs = [] if not check else [problem] if problem in cells and problem != name else above
        functions = tuple(function for stub in stubs for function in defined_names(cells[stub].source))
        problems[problem] = Problem(
            problem,
            float(meta["points"]),
            name,
            functions,
            manual=not check,
            in_kernel=problem in in_kernel,
            stub=stubs[-1] if stubs else "",
        )
    return problems


def _is_check(cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell has the checks of a problem; the other cells with points are marked by a person."""
    meta = cell.metadata.nbgrader
    return bool(meta["grade"] and not meta["solution"])


def defined_names(source: str) -> tuple[str, ...]:
    """Return the functions and classes that a cell defines at its top level; none where it is no Python."""
    return tuple(node.name for node in _statements(source) if isinstance(node, ast.FunctionDef | ast.ClassDef))


def put_into_classes(source: str) -> dict[str, str]:
    """Return the classes that a cell's functions are put into by a decorator, as by ``@method_of(Model)``, by name."""
    found = {}
    for node in _statements(source):
        for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else []:
            match node, decorator:
                case ast.FunctionDef(name=name), ast.Call(args=[ast.Name(id=owner)], keywords=[]):
                    found[name] = owner
    return found


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:  # a text, or a line of IPython's
        return []
