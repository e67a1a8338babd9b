"""Finds the stubs in what students get and tries them: one that passes its own checks holds its solution.

Each problem's visible check is run three times in one kernel, on top of the solutions of all problems before it: on the
stub as it is released, on the stub without its line that raises NotImplementedError, and, to see that failing means
something, on the solution. The first two have to fail.
"""

from __future__ import annotations

import ast
import enum
import itertools
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cell_names import names_in
from autograder.course.cells import grade_id
from autograder.course.joined_notebooks import cell_name
from autograder.course.limits import Limits
from autograder.course.solutions import solved_source
from autograder.i18n.terminal import on_one_line
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution.isolation import Isolation, isolation_for
from autograder.marking.execution.outcome import Outcome
from autograder.marking.execution.scratch import scratch_folder
from autograder.marking.execution.session import Session
from autograder.release.leaks.code_rule import stubbed
from autograder.release.leaks.delimiters import without_regions
from autograder.release.leaks.findings import Where, named_cell
from autograder.release.leaks.scan import Scan
from autograder.release.leaks.statements import all_statements, syntax_tree
from autograder.submissions.definitions import is_stub_line
from autograder.submissions.module_file import read_text

LIMITS = Limits(cell=20.0)
LONGEST = 300
# What IPython writes into a traceback: colours, and the line of the cell itself in the first frame.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LINE = re.compile(r"In\[\d+\], line (\d+)")
# The same cells come out the same, and one release is looked at more than once.
_remembered: dict[tuple[tuple[CellRun, ...], Level], list[StubFault]] = {}


@dataclass(frozen=True)
class ReleasedStub:
    """What students get of one problem.

    Attributes:
        problem: Its name.
        where: Its place; with the line of the function in a module file, without one for a cell.
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
    """Yield stubs in groups with at most one stub of each problem: a kernel has one function of a name."""
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
            if isinstance(name, str) and assignment.joined:
                name = cell_name(assignment.name, PurePosixPath(file).stem, name)
            problem = assignment.problems.get(name) if isinstance(name, str) else None
            if problem is None or not problem.tested:
                continue
            if problem.functions and meta.get("solution") and cell.get("cell_type") == "code":
                source = cell.get("source", "")
                text = source if isinstance(source, str) else "".join(map(str, source))
                yield ReleasedStub(problem.id, Where(file, named_cell(name, number)), text)


def _of_modules(assignment: Assignment, scan: Scan) -> Iterator[ReleasedStub]:
    sources = {grade_id(cell): cell.source for cell in assignment.notebook.cells}
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
    """Return a cell with the text of one of its functions replaced; the function's decorators stay."""
    for node in ast.parse(cell).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            lines = cell.split("\n")
            lines[node.lineno - 1 : node.end_lineno] = text.split("\n")
            return "\n".join(lines)
    return cell


class Run(enum.Enum):
    """The reason why a cell is run."""

    PROVIDED = "provided"
    STUB = "the stub as it is released"
    EMPTIED = "the stub without its line that raises NotImplementedError"
    SOLVED = "the solution"


@dataclass(frozen=True)
class CellRun:
    """One cell that is run.

    Attributes:
        source: Its code.
        run: The reason.
        problem: The problem that it checks; None for a cell that only prepares a check.
    """

    source: str
    run: Run
    problem: str | None = None


@dataclass(frozen=True)
class StubFault:
    """A stub that passes its own checks, or a solution that fails them.

    Attributes:
        problem: The name of the problem.
        run: What passed the checks and should not have; `Run.SOLVED` when the solution fails them.
        seen: What the check raised on the solution, and where; empty where that is not the fault.
    """

    problem: str
    run: Run
    seen: str = ""


def unraising(stub: str, functions: tuple[str, ...]) -> Iterator[ast.FunctionDef]:
    """Yield those of the named functions in a released stub that do not raise NotImplementedError."""
    for node in all_statements(syntax_tree(stub) or ast.Module([], [])):
        if isinstance(node, ast.FunctionDef) and node.name in functions and not stubbed(node):
            yield node


def emptied(stub: str) -> str:
    """Return a stub without its lines that raise NotImplementedError."""
    lines = stub.split("\n")
    for node in ast.walk(syntax_tree(stub) or ast.Module([], [])):
        if is_stub_line(node) and isinstance(node, ast.stmt):
            more = (node.end_lineno or node.lineno) - node.lineno
            lines[node.lineno - 1 : node.end_lineno] = [" " * node.col_offset + "pass", *[""] * more]
    return "\n".join(lines)


def try_stubs(assignment: Assignment, stubs: dict[str, str], level: Level) -> list[StubFault]:
    """Run the visible checks of problems on their stubs.

    Args:
        assignment: The assignment, whose source notebook gives the solutions, the checks, and what they need.
        stubs: The code of each stub's cell, by problem; that of a folder that was published is not to be trusted.
        level: The level of the kernels' sandbox.

    Raises:
        SandboxError: A kernel cannot be sandboxed that far.
    """
    steps = tuple(_steps(assignment, stubs))
    if not any(step.problem for step in steps):
        return []
    key = (steps, level)
    if key not in _remembered:
        found = _run(steps, isolation_for(assignment, level, data=False))
        # A check may fail on its solution for want of the data, which may have to be built first.
        if any(verdict.run is Run.SOLVED for verdict in found):
            found = _run(steps, isolation_for(assignment, level))
        _remembered[key] = found
    return _remembered[key]


def _run(steps: tuple[CellRun, ...], isolation: Isolation) -> list[StubFault]:
    with scratch_folder() as scratch:
        runner = _CellRunner(steps, scratch, isolation)
        try:
            return [
                StubFault(step.problem, step.run, runner.raised(index) if step.run is Run.SOLVED else "")
                for index, step in enumerate(steps)
                if runner.passes(index) != (step.run is Run.SOLVED) and step.problem
            ]
        finally:
            runner.close()


class _CellRunner:
    """Runs cells one after the other in one kernel, or in a new one when a cell ended it."""

    def __init__(self, steps: tuple[CellRun, ...], folder: Path, isolation: Isolation) -> None:
        self._steps, self._folder, self._isolation = steps, folder, isolation
        self._notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(step.source) for step in steps])
        self._session: Session | None = None

    def passes(self, index: int) -> bool:
        """Run a cell and return whether it raised nothing."""
        return self._ready(index).run(index) is Outcome.FINISHED

    def raised(self, index: int) -> str:
        """Return what a cell raised when it was run, with the line of the cell; what became of it otherwise."""
        for output in self._notebook.cells[index].outputs:
            if output.output_type == "error":
                told = on_one_line(f"{output.ename}: {output.evalue}"[:LONGEST].rstrip(": "))
                place = LINE.search(COLOUR.sub("", "\n".join(output.traceback)))
                lines = dict(enumerate(self._steps[index].source.splitlines(), start=1))
                number = int(place[1]) if place else 0
                return f"{told} (line {number}: {lines[number].strip()})" if number in lines else told
        return "it did not end, or ended its process"

    def _ready(self, index: int) -> Session:
        """Return a live kernel that has run the provided and the solved cells before a cell."""
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


def _steps(assignment: Assignment, stubs: dict[str, str]) -> Iterator[CellRun]:
    """Yield the cells to run: what is provided and needed, then each stub with its check."""
    cells = _cells(assignment)
    tried = {name for name in stubs if _is_checked(assignment, cells, name)}
    checks = {assignment.problems[name].check for name in tried}
    written = {name for name, problem in assignment.problems.items() if problem.functions}
    needed = _needed(cells, checks | tried) - checks
    for name, source in cells.items():
        if name in tried:
            check = without_regions(cells[assignment.problems[name].check])
            trials = {Run.STUB: stubs[name], Run.EMPTIED: emptied(stubs[name]), Run.SOLVED: solved_source(source)}
            for run, text in trials.items():
                yield CellRun(text, run)
                yield CellRun(check, run, name)
        elif name in needed | written:
            yield CellRun(without_regions(solved_source(source)), Run.PROVIDED)


def _cells(assignment: Assignment) -> dict[str, str]:
    """Return the code cells of the source notebook, by their names, in its order."""
    return {
        grade_id(cell) or f"#{number}": cell.source
        for number, cell in enumerate(assignment.notebook.cells)
        if cell.cell_type == "code"
    }


def _is_checked(assignment: Assignment, cells: dict[str, str], name: str) -> bool:
    """Whether the visible check of a problem, which may be empty, uses what its stub defines."""
    problem = assignment.problems[name]
    check = syntax_tree(without_regions(cells.get(problem.check, "")))
    used = {getattr(node, "id", None) or getattr(node, "attr", None) for node in ast.walk(check or ast.Module([], []))}
    return bool(used & set(problem.functions))


def _needed(cells: dict[str, str], wanted: set[str]) -> set[str]:
    """Return the cells that the wanted ones need: those before them that bind names that they use, and so on."""
    found: set[str] = set()
    uses: set[str] = set()
    for name, source in reversed(cells.items()):
        names = names_in(without_regions(solved_source(source)))
        if name in wanted or names.binds is None or names.binds & uses or source.lstrip().startswith(("%", "!")):
            found.add(name)
            uses |= names.uses - (names.binds or frozenset())
    return found
