"""Whether what students get fails its own checks: a stub that passes them holds its solution, or is not needed.

Each problem's visible check is run three times in one kernel, on top of the solutions of all problems before it: on the
stub as it is released, on the stub without its line that raises NotImplementedError, and, to see that failing means
something, on the solution. The first two have to fail.
"""

from __future__ import annotations

import ast
import enum
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.course.solutions import solved_source
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution.isolation import Isolation, isolation_for
from autograder.marking.execution.scratch import scratch_folder
from autograder.marking.execution.session import Outcome, Session
from autograder.release.leaks.code_rule import stubbed
from autograder.release.leaks.delimiters import without
from autograder.release.leaks.statements import parsed, statements
from autograder.submissions.definitions import is_stub_line

LIMITS = Limits(cell=20.0)


class Run(enum.Enum):
    """What a cell is run for."""

    PROVIDED = "provided"
    STUB = "the stub as it is released"
    EMPTIED = "the stub without its line that raises NotImplementedError"
    SOLVED = "the solution"


@dataclass(frozen=True)
class Step:
    """One cell that is run.

    Attributes:
        source: Its code.
        run: What for.
        problem: Whose check it is; None for a cell that only prepares one.
    """

    source: str
    run: Run
    problem: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What came of the checks of one problem.

    Attributes:
        problem: Its name.
        run: What passed the checks and should not have; `Run.SOLVED` when the solution fails them.
    """

    problem: str
    run: Run


def unraising(stub: str, functions: tuple[str, ...]) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a released stub that do not raise NotImplementedError.

    Args:
        stub: The cell's code.
        functions: The names of the functions that students write in it.
    """
    for node in statements(parsed(stub) or ast.Module([], [])):
        if isinstance(node, ast.FunctionDef) and node.name in functions and not stubbed(node):
            yield node


def emptied(stub: str) -> str:
    """Return a stub without its lines that raise NotImplementedError."""
    lines = stub.split("\n")
    for node in ast.walk(parsed(stub) or ast.Module([], [])):
        if is_stub_line(node) and isinstance(node, ast.stmt):
            more = (node.end_lineno or node.lineno) - node.lineno
            lines[node.lineno - 1 : node.end_lineno] = [" " * node.col_offset + "pass", *[""] * more]
    return "\n".join(lines)


def try_stubs(assignment: Assignment, stubs: dict[str, str], level: Level) -> list[Verdict]:
    """Run the visible checks of problems on their stubs.

    Args:
        assignment: The assignment; its source gives the solutions, the checks, and what they need.
        stubs: The stubs, by problem: code of cells. Those of a folder that was published are not to be trusted.
        level: How far the code is shut in.

    Raises:
        SandboxError: It cannot be shut in that far.
    """
    steps = tuple(_steps(assignment, stubs))
    if not any(step.problem for step in steps):
        return []
    key = (steps, level)
    if key not in _remembered:
        found = _run(steps, Isolation(level))
        # A check may fail on its solution for want of the data, which may have to be built first.
        if any(verdict.run is Run.SOLVED for verdict in found):
            found = _run(steps, isolation_for(assignment, level))
        _remembered[key] = found
    return _remembered[key]


# The same steps come out the same, and one release is looked at more than once.
_remembered: dict[tuple[tuple[Step, ...], Level], list[Verdict]] = {}


def _run(steps: tuple[Step, ...], isolation: Isolation) -> list[Verdict]:
    with scratch_folder() as scratch:
        scratch.chmod(0o711)  # a kernel may run as another user than we do
        bench = _Bench(steps, scratch, isolation)
        try:
            return [
                Verdict(step.problem, step.run)
                for index, step in enumerate(steps)
                if bench.passes(index) != (step.run is Run.SOLVED) and step.problem
            ]
        finally:
            bench.close()


class _Bench:
    """Runs steps one after the other in one kernel, or in a new one when one ends.

    Args:
        steps: All of them.
        folder: A scratch folder.
        isolation: How far kernels are shut in.
    """

    def __init__(self, steps: tuple[Step, ...], folder: Path, isolation: Isolation) -> None:
        self._steps, self._folder, self._isolation = steps, folder, isolation
        self._notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(step.source) for step in steps])
        self._session: Session | None = None

    def passes(self, index: int) -> bool:
        """Run a step and return whether it raised nothing."""
        return self._ready(index).run(index) is Outcome.FINISHED

    def _ready(self, index: int) -> Session:
        """Return a live kernel that has run what is provided and solved before a step."""
        if self._session is None or not self._session.alive:
            folder = Path(tempfile.mkdtemp(dir=self._folder))
            self._session = Session(self._notebook, folder, LIMITS, self._isolation)
            for earlier, step in enumerate(self._steps[:index]):
                if step.run in (Run.PROVIDED, Run.SOLVED) and self._session.alive:
                    self._session.run(earlier)
        return self._session

    def close(self) -> None:
        """End the kernel."""
        if self._session is not None:
            self._session.close()


def _steps(assignment: Assignment, stubs: dict[str, str]) -> Iterator[Step]:
    """Yield the cells to run: what is provided and needed, then each stub with its check."""
    cells = _cells(assignment)
    tried = {name for name in stubs if _is_checked(assignment, cells, name)}
    checks = {assignment.problems[name].check for name in tried}
    written = {name for name, problem in assignment.problems.items() if problem.functions}
    needed = _needed(cells, checks | tried) - checks
    for name, source in cells.items():
        if name in tried:
            check = without(cells[assignment.problems[name].check])
            trials = {Run.STUB: stubs[name], Run.EMPTIED: emptied(stubs[name]), Run.SOLVED: solved_source(source)}
            for run, text in trials.items():
                yield Step(text, run)
                yield Step(check, run, name)
        elif name in needed | written:
            yield Step(without(solved_source(source)), Run.PROVIDED)


def _cells(assignment: Assignment) -> dict[str, str]:
    """Return the code cells of the source notebook, by their names, in its order."""
    return {
        cell.metadata.get("nbgrader", {}).get("grade_id") or f"#{number}": cell.source
        for number, cell in enumerate(assignment.notebook.cells)
        if cell.cell_type == "code"
    }


def _is_checked(assignment: Assignment, cells: dict[str, str], name: str) -> bool:
    """Whether the visible check of a problem, which may be empty, uses what its stub defines."""
    problem = assignment.problems[name]
    check = parsed(without(cells.get(problem.check, "")))
    used = {getattr(node, "id", None) or getattr(node, "attr", None) for node in ast.walk(check or ast.Module([], []))}
    return bool(used & set(problem.functions))


def _needed(cells: dict[str, str], wanted: set[str]) -> set[str]:
    """Return the cells without which others do not run: those before them that bind names that they use."""
    found: set[str] = set()
    uses: set[str] = set()
    for name, source in reversed(cells.items()):
        tree = parsed(without(solved_source(source)))
        loaded, bound = _names(tree or ast.Module([], []))
        if name in wanted or bound & uses or source.lstrip().startswith(("%", "!")):
            found.add(name)
            uses |= loaded
    return found


def _names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the names that a cell uses, but for those that it binds itself, and the names that it binds."""
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in statements(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return loaded - bound, bound
