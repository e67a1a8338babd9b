"""Runs a notebook's cells in kernels and, where a problem's checks stand, its hidden tests."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.digest import digest_of
from autograder.course.joined_notebooks import begins
from autograder.course.limits import Limits
from autograder.course.results import ProblemResult
from autograder.i18n.messages import Message, gettext_noop, say
from autograder.marking import feedback
from autograder.marking.cell_kinds import CellKinds
from autograder.marking.cell_selection import left_out
from autograder.marking.course_checks import Unfinished, check_result, without_hidden
from autograder.marking.execution.budget import OVER, Budget, dependents
from autograder.marking.execution.call_link import SocketLink
from autograder.marking.execution.isolation import Isolation
from autograder.marking.execution.outcome import Outcome, message_for
from autograder.marking.execution.session import Session
from autograder.marking.problem import mark_problem
from autograder.marking.problem_kernel import FreshKernel
from autograder.marking.sanitise import OutputCleaner
from autograder.submissions.definitions import definitions, unreadable
from autograder.submissions.initial_values import has_content
from autograder.testing.faults import KernelLost, NotRun
from autograder.testing.fixtures import SubmissionAccess
from autograder.testing.link import Link
from autograder.testing.redaction import LINE_MAX, SubmissionCode
from autograder.testing.stand_ins import StandIns

log = logging.getLogger(__name__)
LEFT_OUT = say("Left out when marking: no points depend on this cell.")
CHECK_LEFT_OUT = say("Left out when marking: what this cell shows carries no points. Its hidden tests were run.")
DOUBTED = say(
    "Left out when marking: code that this cell calls was stopped before. What this cell shows carries no points."
)
UNMET_LEFT_OUT = say(
    "Left out when marking: what this cell shows carries no points. Its hidden tests were not run, because they need "
    "an earlier problem that is not right."
)
HUNG = (Outcome.STOPPED, Outcome.FLOODED)
# What is said of cells that did not run to their end.
CELL_STOPPED = gettext_noop("Cell {number}: {text}")
CELL_ENDED = gettext_noop("Cell {number} ended or hung its process when it was run again.")


class NotebookMarker(SubmissionAccess):
    """Runs a notebook's cells from top to bottom; when its kernel has ended, a fresh one runs the cells so far again.

    nbgrader drops all marks of a submission whose kernel dies. Here a cell that ends or hangs its kernel costs what it
    itself would have shown, and the cells after it are run.

    Args:
        notebook: The submission; its outputs are replaced.
        folder: A scratch folder; kernels work in it.
        modules: Texts of module files that its cells import, by their names.
        all_cells: Whether cells that no points depend on are run too.
        checked: Results of problems whose check cells have a hidden part, which this run does not see.

    Attributes:
        notes: Events of the run that a person may want to know.
        budget: The time that is left for it.
    """

    def __init__(
        self,
        assignment: Assignment,
        notebook: nbformat.NotebookNode,
        limits: Limits,
        isolation: Isolation,
        folder: Path,
        modules: Mapping[str, str] = MappingProxyType({}),
        *,
        all_cells: bool = False,
        checked: Mapping[str, ProblemResult] = MappingProxyType({}),
    ) -> None:
        self._assignment, self._notebook, self._folder = assignment, notebook, folder
        self.limits, self._isolation = limits, isolation
        self.notes: list[Message] = []
        self.budget = Budget(limits, dependents(assignment))
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        # Points at which forgiven mistakes are looked at follow from it, so that no submission can learn them from
        # another one's.
        self.identity = digest_of(text.encode() for text in (*code, *modules.values()))
        self._source, self._modules = SubmissionCode(code, modules), modules
        self._left_out = frozenset[int]() if all_cells else left_out(assignment, notebook, modules.values())
        self._kinds = CellKinds(assignment, notebook)
        self._session: Session | None = None
        self._apart: dict[int, Session] = {}
        self._run_so_far: list[int] = []
        self._took: dict[int, float] = {}
        self._cleaner = OutputCleaner()
        self._results: dict[str, ProblemResult] = dict(checked)
        # Each test asks, and reading the longest notebook takes seconds, which no budget counts. Cells do not change.
        self._written, self._unreadable = lru_cache(64)(self._is_written), lru_cache(64)(self._why_unreadable)

    def mark(self) -> dict[str, ProblemResult]:
        """Run the cells and all hidden tests, and return results by problem."""
        try:
            self._run_cells(len(self._notebook.cells))
            # A check cell that a student deleted, and that nothing put back, does not save its problem from being
            # tested.
            for problem in self._assignment.problems.values():
                if problem.tested and problem.id not in self._results:
                    self.notes.append(
                        say("The cell {cell} is missing: its hidden tests were run at the end.", cell=problem.check)
                    )
                    self._test(problem.id)
        finally:
            self._close()
        if self.budget.reached:
            self.notes.append(
                say(
                    "The time for marking, {seconds:g} seconds, was used up: what came after that was not run.",
                    seconds=self.limits.budget,
                )
            )
        return self._results

    def _run_cells(self, end: int) -> None:
        """Run the cells before a position, and the hidden tests behind each check."""
        for index, cell in enumerate(self._notebook.cells[:end]):
            # Each notebook of an assignment has kernels of its own: it sees nothing of the one before.
            if begins(cell):
                self._close()
                self._run_so_far = []
            if cell.cell_type != "code":
                continue
            checked = self._kinds.checks(index)
            if checked is not None:
                self._check(index, checked)
            else:
                self._run(index)

    def _check(self, index: int, problem: str) -> None:
        """Run a check cell's visible part, then the hidden tests, and put their table first among the outputs."""
        cell = self._notebook.cells[index]
        # The line between the delimiters calls the tests: a kernel must not hold even that. nbgrader put it back with
        # the cell.
        self._notebook.cells[index] = cell = without_hidden(cell)
        unfinished = self._run(index)
        if not self._assignment.problems[problem].in_kernel:
            self._test(problem)
        elif problem not in self._results:
            self._results[problem] = self._checked(index, problem, unfinished)
        # After the kernel's outputs are in: an output that was made here cannot be updated by the cell's display ids.
        cell.outputs = [feedback.problem_output(self._results[problem], self._assignment.catalogue), *cell.outputs]

    def _checked(self, index: int, problem: str, unfinished: Unfinished | None) -> ProblemResult:
        """Return the result of a problem whose check cell gives the points, and has been run."""
        cell, took = self._notebook.cells[index], self._took.get(index, 0.0)
        return check_result(self._assignment.problems[problem], cell, unfinished, seconds=took)

    def _test(self, problem: str) -> None:
        self.budget.subject = problem
        self._results[problem] = mark_problem(self._assignment, self._assignment.problems[problem], self, self._results)
        self.budget.subject = None
        # Each holds memory, and no two problems may meet in one kernel.
        self._close_apart()

    def _run(self, index: int) -> Unfinished | None:
        """Run a cell, or say in its outputs why not; return why it did not run to its end, None where it did."""
        cell = self._notebook.cells[index]
        if not cell.source.strip():
            return None
        why = self._why_left_out(index)
        if why is None:
            if self._session is not None:
                self._session.hang_up()  # a kernel that doesn't let go of the calls is not this cell's fault
            try:
                told = self._run_and_tell(index)
            except NotRun as fault:
                why = fault.reason
            else:
                return None if told is None else Unfinished(told, began=True)
        said = self._assignment.catalogue.say(why)
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{said}\n")]
        return Unfinished(why, began=False)

    def _why_left_out(self, index: int) -> Message | None:
        """Return why a cell is not run, None when it is."""
        problem = self._kinds.checks(index)
        # Once code was stopped for time, slow cells are left out too: their budget is needed for tests.
        if index in self._left_out or (self.budget.stops and self._kinds.takes_time(index)):
            return LEFT_OUT if problem is None else self._why_check_left_out(problem)
        if self.budget.over:
            return OVER
        # It is no more than what is shown, where hidden tests give the points.
        if self._kinds.gives_points(index):
            return None
        return DOUBTED if problem is not None and self.budget.doubts(problem) else None

    def _why_check_left_out(self, problem: str) -> Message:
        needed = self._results.get(self._assignment.needs.get(problem, ""))
        return CHECK_LEFT_OUT if needed is None or needed.passed else UNMET_LEFT_OUT

    def _run_and_tell(self, index: int) -> Message | None:
        """Run a cell, and return what is said of it where it did not run to its end."""
        cell, seconds = self._notebook.cells[index], self._seconds(index)
        outcome = self._outcome(index, seconds)
        if outcome is Outcome.STOPPED and self._kinds.only_defines(index):
            # Not its own doing: something that cells with more in them have started goes on in the kernel.
            self._run_so_far = [one for one in self._run_so_far if self._kinds.harmless(one)]
            self._close()
            outcome = self._outcome(index, seconds)
        # At once, not in the end: the room for HTML is given out in the order in which cells show it.
        cell.outputs = self._cleaner.clean(cell.outputs)
        if outcome in (Outcome.FINISHED, Outcome.RAISED):
            self._run_so_far.append(index)
            return None
        # Only code that took its time makes later waits shorter.
        if outcome in HUNG:
            self.budget.stopped(self._kinds.checks(index))
        told = message_for(outcome, self.limits, self._session.allowed if self._session else seconds)
        text = self._assignment.catalogue.say(told)
        cell.outputs.append(
            nbformat.v4.new_output("error", ename=outcome.value.capitalize(), evalue=text, traceback=[text])
        )
        self.notes.append(say(CELL_STOPPED, number=index + 1, text=told))
        return told

    def _seconds(self, index: int) -> float:
        """Return how long a cell may run, without regard to how much of the budget is left."""
        limits, kinds, stops = self.limits, self._kinds, self.budget.stops
        if stops and not kinds.only_defines(index) and (self.budget.hopeless or index not in kinds.needed):
            return self.budget.again
        if (stops or kinds.checks(index) is not None) and not kinds.gives_points(index):
            return limits.check
        return limits.defining if kinds.only_defines(index) else limits.cell

    def _outcome(self, index: int, seconds: float) -> Outcome:
        try:
            outcome = self._ready().run(index, seconds)
        except KernelLost:
            # Once: the zygote ended, which is started anew. If it ends again, the grader has failed.
            log.warning("cell %d: its kernel was lost, it is run again", index + 1)
            outcome = self._ready().run(index, seconds)
        self._took[index] = self._session.used if self._session else 0.0
        return outcome

    def _ready(self) -> Session:
        """Return a live kernel that has run the cells so far."""
        while self._session is None or not self._session.alive:
            self._session = self._started(list(self._run_so_far))
            # The cells so far were run on a copy, so that outputs shown already stay as they are.
            self._session.work_on(self._notebook)
        return self._session

    def _for_calls(self) -> Session:
        """Return a fresh kernel in which functions can be called; cells that only train or plot are left out."""
        return self._started([index for index in self._run_so_far if index in self._kinds.needed])

    def _started(self, cells: Collection[int]) -> Session:
        """Return a fresh kernel that has run cells again, without those that ended or hung one.

        The kernel may have ended meanwhile: the cell that ended it is then left out the next time.

        Raises:
            NotRun: The budget is used up.
        """
        # A folder of its own: nothing that code in an earlier kernel wrote can keep this one from starting.
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        session = Session(to_run_again(self._notebook), folder, self.limits, self._isolation, self.budget)
        try:
            for index in cells:
                # As when the cells ran the first time: what was left out then is left out now.
                if self.budget.stops and self._kinds.takes_time(index):
                    continue
                self.budget.check()
                outcome = session.run(index, self.budget.rerun(self._took[index]))
                self.budget.reran_cell(session.used)
                if outcome is Outcome.STOPPED and session.alive:
                    continue  # what it defines first is there
                if outcome not in (Outcome.FINISHED, Outcome.RAISED):
                    self._run_so_far.remove(index)
                    self.notes.append(say(CELL_ENDED, number=index + 1))
                if not session.alive:
                    break
        except BaseException:
            session.close()
            raise
        return session

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
        self._close_apart()

    def _close_apart(self) -> None:
        for session in self._apart.values():
            session.close()

    def link(self) -> Link:
        """Return a live link to the student's code, in a fresh kernel when the last one has ended."""
        return self._ready().call_link()

    def link_apart(self, number: int) -> SocketLink:
        """Return a link to the student's code in a kernel apart, by number, which lives for one problem."""
        while number not in self._apart or not self._apart[number].alive:
            self._apart[number] = self._for_calls()
        return self._apart[number].call_link()

    @contextmanager
    def standing_in(self, stand_ins: StandIns) -> Iterator[FreshKernel]:
        """Yield access to the same code in kernels of their own, where stand-ins take the place of some functions."""
        self._close_apart()  # each may fill its memory, and they are no longer needed
        fresh = FreshKernel(self._for_calls, self, stand_ins)
        try:
            yield fresh
        finally:
            fresh.close()

    def wrote(self, line: str) -> bool:
        """Return whether the notebook holds a line that is said to have raised: a kernel could name any."""
        return self._source.holds(line)

    def written(self, functions: Collection[str]) -> bool | None:
        """Return whether the text of some functions does more than set initial values; None where it has none."""
        return self._written(tuple(functions))

    def _is_written(self, functions: tuple[str, ...]) -> bool | None:
        return has_content((cell.source for cell in self._notebook.cells if cell.cell_type == "code"), functions)

    def unreadable(self, functions: Collection[str]) -> str | None:
        """Return what Python says of the cell, or the module file, that is to define functions and cannot be read."""
        return self._unreadable(tuple(functions))

    def _why_unreadable(self, functions: tuple[str, ...]) -> str | None:
        for name, text in self._modules.items():
            if fault := unreadable(text):
                return f"{name}: {fault}"
        return next((fault for cell in self._defining(functions) if (fault := unreadable(cell.source))), None)

    def raised_before(self, functions: Collection[str]) -> str | None:
        """Return what the cell raised that is to define functions."""
        outputs = (output for cell in self._defining(functions) for output in cell.outputs)
        errors = (f"{one.ename}: {one.evalue}".split("\n")[0] for one in outputs if one.output_type == "error")
        return next((text[:LINE_MAX] for text in errors), None)

    def _defining(self, functions: Collection[str]) -> Iterator[nbformat.NotebookNode]:
        """Yield the cells that are to define functions: one that cannot be read is told by its `def` lines."""
        for cell in self._notebook.cells:
            if cell.cell_type == "code" and {one.name.rpartition(".")[2] for one in definitions(cell.source)} & {
                *functions
            }:
                yield cell

    def begin_test(self) -> None:
        """Start counting a test's time.

        Raises:
            RuntimeError: No kernel can be started, which is not the student's fault.
        """
        self._ready().call_link().restart_meter()
        # A test may call in several kernels, each of which has the test's own limit.
        for session in self._apart.values():
            if session.alive:
                session.call_link().restart_meter()


def to_run_again(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook with the same cells, where outputs of a further run do not replace those of the first.

    Only what a run changes is made anew: copying all of it takes as long as starting a kernel.
    """
    cells = [nbformat.NotebookNode({**cell, "outputs": []}) for cell in notebook.cells]
    return nbformat.NotebookNode({**notebook, "cells": cells})
