"""Runs a notebook's cells in kernels and, where a problem's checks stand, its hidden tests."""

from __future__ import annotations

import copy
import logging
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import nbformat
from nbgrader.preprocessors import ClearHiddenTests

from autograder import feedback
from autograder.assignment import Assignment
from autograder.cleaning import OutputCleaner
from autograder.defining import defining_cells
from autograder.followthrough import mark_problem
from autograder.freshkernel import FreshKernel
from autograder.hidden_fixtures import Access
from autograder.isolation import Isolation
from autograder.leftout import left_out
from autograder.limits import Limits
from autograder.messages import mark, say
from autograder.rationale import Source
from autograder.results import ProblemResult
from autograder.session import Outcome, Session
from autograder.socketlink import SocketLink
from autograder.spoken import Speaker
from autograder.standins import StandIns
from autograder.student import KernelLost
from autograder.telling import tell
from autograder.usage import Usage

log = logging.getLogger(__name__)
LEFT_OUT = mark("Left out when marking: no points depend on this cell.")
CHECK_LEFT_OUT = mark("Left out when marking: what this cell shows carries no points. Its hidden tests were run.")


class NotebookMarker(Access):
    """Runs a notebook's cells from top to bottom, in a fresh kernel each time one has ended.

    Args:
        assignment: The assignment.
        notebook: The hand-in; its outputs are replaced.
        limits: How long code may run.
        isolation: How far kernels are shut in.
        folder: A scratch folder; kernels work in it.
        modules: Texts of module files that its cells import, by their names.
        all_cells: Whether cells that no points depend on are run too.

    Attributes:
        notes: What happened on the way that a person may want to know.
        usage: The CPU time of its kernels.
        speaker: Says texts in the hand-in's language.
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
    ) -> None:
        self._assignment, self._notebook, self._folder = assignment, notebook, folder
        self.limits, self._isolation = limits, isolation
        self.notes: list[str] = []
        self.usage = Usage()
        self.speaker = Speaker(assignment.catalogue)
        self._source = Source((cell.source for cell in notebook.cells if cell.cell_type == "code"), modules)
        self._left_out = frozenset[int]() if all_cells else left_out(assignment, notebook, modules.values())
        self._session: Session | None = None
        self._apart: dict[int, Session] = {}
        self._run_so_far: list[int] = []
        self._cleaner = OutputCleaner()
        self._results: dict[str, ProblemResult] = {}

    def mark(self) -> dict[str, ProblemResult]:
        """Run the cells and all hidden tests, and return results by problem."""
        try:
            for index, cell in enumerate(self._notebook.cells):
                if cell.cell_type != "code":
                    continue
                problem = self._assignment.problem_of_check(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
                if problem is not None and cell.metadata.nbgrader.grade:
                    self._check(index, problem.id)
                else:
                    self._run(index)
            for problem in self._assignment.problems.values():
                if not problem.manual and problem.id not in self._results:
                    self.notes.append(
                        say("The cell {cell} is missing: its hidden tests were run at the end.", cell=problem.check)
                    )
                    self._test(problem.id)
        finally:
            self._close()
        return self._results

    def _check(self, index: int, problem: str) -> None:
        """Run a check cell's visible part, then the hidden tests, and put their table first among the outputs."""
        cell = self._notebook.cells[index]
        ClearHiddenTests().preprocess_cell(cell, {}, index)
        self._run(index)
        self._test(problem)
        said = self.speaker.problem(self._results[problem])
        cell.outputs = [feedback.problem_output(said, self.speaker.catalogue), *cell.outputs]

    def _test(self, problem: str) -> None:
        self._results[problem] = mark_problem(self._assignment, self._assignment.problems[problem], self, self._results)
        for session in self._apart.values():
            session.close()

    def _run(self, index: int) -> None:
        cell = self._notebook.cells[index]
        if not cell.source.strip():
            return
        if index in self._left_out:
            said = self.speaker.catalogue.text(CHECK_LEFT_OUT if cell.metadata.nbgrader.grade else LEFT_OUT)
            cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{said}\n")]
            return
        if self._session is not None:
            self._session.hang_up()  # a kernel that doesn't let go of the calls is not this cell's fault
        outcome = self._outcome(index)
        cell.outputs = self._cleaner.clean(cell.outputs)
        if outcome in (Outcome.FINISHED, Outcome.RAISED):
            self._run_so_far.append(index)
            return
        told = tell(outcome, self.limits)
        text = self.speaker.say(told)
        cell.outputs.append(
            nbformat.v4.new_output("error", ename=outcome.value.capitalize(), evalue=text, traceback=[text])
        )
        self.notes.append(say("Cell {number}: {text}", number=index + 1, text=told))

    def _outcome(self, index: int) -> Outcome:
        try:
            return self._ready().run(index)
        except KernelLost:
            log.warning("cell %d: its kernel was lost, it is run again", index + 1)
            return self._ready().run(index)

    def _ready(self) -> Session:
        """Return a live kernel that has run the cells so far."""
        while self._session is None or not self._session.alive:
            self._session = self._started(list(self._run_so_far))
            self._session.work_on(self._notebook)
        return self._session

    def _for_calls(self) -> Session:
        """Return a fresh kernel in which functions can be called: cells that only train or plot are left out."""
        needed = defining_cells(self._notebook)
        return self._started([index for index in self._run_so_far if index in needed])

    def _started(self, cells: Collection[int]) -> Session:
        """Return a fresh kernel that has run cells again, without those that ended or hung one.

        It may have ended meanwhile: then the cell that ended it is left out the next time.
        """
        # A folder of its own: nothing that code in an earlier kernel wrote can keep this one from starting.
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        session = Session(copy.deepcopy(self._notebook), folder, self.limits, self._isolation, self.usage)
        try:
            for index in cells:
                if session.run(index) not in (Outcome.FINISHED, Outcome.RAISED):
                    self._run_so_far.remove(index)
                    self.notes.append(
                        say("Cell {number} ended or hung its process when it was run again.", number=index + 1)
                    )
                if not session.alive:
                    break
        except BaseException:
            session.close()
            raise
        return session

    def _close(self) -> None:
        for session in (self._session, *self._apart.values()):
            if session is not None:
                session.close()

    def link(self) -> SocketLink:
        """Return a live link to the student's code, in a fresh kernel when the last one has ended."""
        return self._ready().call_link()

    def link_apart(self, number: int) -> SocketLink:
        """Return a link to the student's code in a kernel of its own, which lives for one problem."""
        while number not in self._apart or not self._apart[number].alive:
            self._apart[number] = self._for_calls()
        return self._apart[number].call_link()

    @contextmanager
    def standing_in(self, stand_ins: StandIns) -> Iterator[FreshKernel]:
        """Yield access to the same code in kernels of its own, where stand-ins take the place of some functions."""
        fresh = FreshKernel(self._for_calls, self, stand_ins)
        try:
            yield fresh
        finally:
            fresh.close()

    def wrote(self, line: str) -> bool:
        """Return whether a line that is said to have raised stands in the notebook."""
        return self._source.holds(line)

    def begin_test(self) -> None:
        """Start counting a test's time.

        Raises:
            RuntimeError: No kernel can be started, which is not the student's fault.
        """
        self.link().restart_meter()
        for session in self._apart.values():
            if session.alive:
                session.call_link().restart_meter()
