"""Marks one notebook: runs its cells and, where a problem's checks stand, its hidden tests; makes the record."""

from __future__ import annotations

import copy
import hashlib
import logging
import platform
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

import nbformat
from nbgrader.preprocessors import ClearHiddenTests

from autograder import __version__, feedback
from autograder.assignment import Assignment
from autograder.cleaning import OutputCleaner, clean_cells
from autograder.defining import defining_cells
from autograder.editions import LANGUAGE
from autograder.followthrough import mark_problem
from autograder.freshkernel import FreshKernel
from autograder.hidden_fixtures import Access
from autograder.isolation import Isolation, isolation_for
from autograder.kernel.levels import Level
from autograder.limits import Limits
from autograder.messages import say
from autograder.modulenotebook import as_handed_in
from autograder.modules import ModuleHandIn
from autograder.rationale import Source
from autograder.results import ProblemResult, Record, Status
from autograder.scratch import scratch_folder
from autograder.session import Outcome, Session, SocketLink
from autograder.spoken import Speaker
from autograder.standins import StandIns
from autograder.student import KernelLost
from autograder.telling import tell

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HandIn:
    """Whose hand-in is marked, and which bytes it had as it came.

    Attributes:
        student: The student's id.
        data: The file's bytes.
        mended: What had to be repaired before it could be marked.
        modules: Its module files, None when it is a notebook.
    """

    student: str
    data: bytes
    mended: tuple[str, ...] = ()
    modules: ModuleHandIn | None = None

    @property
    def texts(self) -> dict[str, str]:
        """The texts of its module files, by the names that tracebacks show."""
        return self.modules.texts if self.modules else {}

    @property
    def notes(self) -> list[str]:
        """What was found in it, beside its marks."""
        return list(self.modules.notes) if self.modules else []

    @property
    def sha256(self) -> str:
        """The digest that the record names the hand-in by."""
        return hashlib.sha256(self.data).hexdigest()


def mark_notebook(
    assignment: Assignment,
    notebook: nbformat.NotebookNode,
    hand_in: HandIn,
    limits: Limits | None = None,
    level: Level = Level.FULL,
) -> Record:
    """Mark a notebook whose provided cells have been restored, and write what students may see into its outputs.

    Args:
        assignment: The assignment, in the hand-in's language.
        notebook: The hand-in; changed in place.
        hand_in: Whose it is.
        limits: How long its code may run.
        level: How far its kernels are shut in; see `autograder.isolation.admitted`.

    Raises:
        CourseError: The assignment or its solutions are missing.
        SandboxError: A kernel cannot be shut in that far.
    """
    started = time.perf_counter()
    clean_cells(notebook)
    notebook.metadata[LANGUAGE] = assignment.language
    with scratch_folder() as scratch:
        # Where a kernel runs as another user than we do, it must get through to its own folder in this one.
        scratch.chmod(0o711)
        isolation = isolation_for(assignment, level)
        with as_handed_in(notebook, hand_in.modules):
            marker = NotebookMarker(assignment, notebook, limits or Limits(), isolation, scratch, hand_in.texts)
            results = marker.mark()
    speaker = marker.speaker
    problems = [speaker.problem(results[name]) for name in assignment.problems if name in results]
    mended = speaker.all(hand_in.mended)
    if mended:
        notebook.cells.insert(0, feedback.mended_cell(mended, assignment.catalogue))
    return Record(
        assignment=assignment.name,
        student=hand_in.student,
        sha256=hand_in.sha256,
        status=Status.GRADER_ERROR if any(problem.unresolved for problem in problems) else Status.MARKED,
        score=round(sum(problem.score for problem in problems), 4),
        max_score=round(sum(problem.max_score for problem in problems), 4),
        manual=[problem.id for problem in assignment.problems.values() if problem.manual],
        problems=problems,
        mended=mended,
        notes=speaker.all([*hand_in.notes, *marker.notes]),
        language=assignment.language,
        english=speaker.english,
        kit_version=__version__,
        tests_sha256=assignment.tests_sha256,
        salt_fingerprint=assignment.course.salt_fingerprint,
        environment={**environment(), "isolation": level},
        seconds=round(time.perf_counter() - started, 3),
    )


def environment() -> dict[str, str]:
    """Return the versions that results can depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("numpy", "nbgrader", "pytest")}}


class NotebookMarker(Access):
    """Runs a notebook's cells from top to bottom, in a fresh kernel each time one has ended.

    Args:
        assignment: The assignment.
        notebook: The hand-in; its outputs are replaced.
        limits: How long code may run.
        isolation: How far kernels are shut in.
        folder: A scratch folder; kernels work in it.
        modules: Texts of module files that its cells import, by their names.

    Attributes:
        notes: What happened on the way that a person may want to know.
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
    ) -> None:
        self._assignment, self._notebook, self._folder = assignment, notebook, folder
        self.limits, self._isolation = limits, isolation
        self.notes: list[str] = []
        self.speaker = Speaker(assignment.catalogue)
        self._source = Source((cell.source for cell in notebook.cells if cell.cell_type == "code"), modules)
        self._session: Session | None = None
        self._apart: Session | None = None
        self._run_so_far: list[int] = []
        self._cleaner = OutputCleaner()
        self._results: dict[str, ProblemResult] = {}

    def mark(self) -> dict[str, ProblemResult]:
        """Run all cells and all hidden tests, and return results by problem."""
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
        if self._apart is not None:
            self._apart.close()

    def _run(self, index: int) -> None:
        cell = self._notebook.cells[index]
        if not cell.source.strip():
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
        session = Session(copy.deepcopy(self._notebook), folder, self.limits, self._isolation)
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
        for session in (self._session, self._apart):
            if session is not None:
                session.close()

    def link(self) -> SocketLink:
        """Return a live link to the student's code, in a fresh kernel when the last one has ended."""
        return self._ready().call_link()

    def link_apart(self) -> SocketLink:
        """Return a link to the student's code in a kernel of its own, which lives for one problem."""
        while self._apart is None or not self._apart.alive:
            self._apart = self._for_calls()
        return self._apart.call_link()

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
        if self._apart is not None and self._apart.alive:
            self._apart.call_link().restart_meter()
