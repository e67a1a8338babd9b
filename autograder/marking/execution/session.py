"""Runs the cells of one submission in one kernel, and carries calls from hidden tests to it.

Cells go over the Jupyter protocol (nbclient), calls over one inherited socketpair: a small call takes 0.6 ms that way,
and 2 to 5 ms as Jupyter messages. Every wait is bounded. Code that is over its limit is interrupted, and its kernel is
ended when that does not help.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import nbformat
import zmq
from nbclient.exceptions import DeadKernelError

from autograder.course.limits import Limits
from autograder.kernel import wire
from autograder.kernel.sandbox.levels import Level
from autograder.kernel.sandbox.policy import POLICY
from autograder.kernel.sandbox.quota import overfull
from autograder.marking.execution.budget import Budget
from autograder.marking.execution.call_link import SocketLink
from autograder.marking.execution.client import Client, Flooded, Garbled, Guard
from autograder.marking.execution.cpu_time import KernelUsage, Meter
from autograder.marking.execution.isolation import Isolation
from autograder.marking.execution.launcher import (
    KernelProcess,
    inherited,
    kernel_environment,
    kernel_manager,
    lost,
    process_of,
)
from autograder.marking.execution.outcome import Outcome
from autograder.testing.faults import KernelLost, StudentDied
from autograder.testing.stand_ins import StandIns

log = logging.getLogger(__name__)
POLL_SECONDS = 0.05
# Between looks at a limit that is far away.
CALM_SECONDS = 0.5


class Session:
    """A running kernel.

    Args:
        notebook: The submission; outputs of cells are written into it.
        folder: A scratch folder, the kernel's working folder.
        budget: The submission's; None for a kernel that has the whole budget to itself.

    Raises:
        SandboxError: The kernel cannot be sandboxed that far.
        RuntimeError: It does not start.

    Attributes:
        budget: The time that is left for it.
        stand_ins: What answers the kernel's questions while it serves a call; None where it may ask nothing.
        allowed, used: Seconds that the last cell had, and used; see `autograder.marking.execution.cpu_time.Meter`.
        alive: False once the kernel has ended for any reason.
    """

    def __init__(
        self,
        notebook: nbformat.NotebookNode,
        folder: Path,
        limits: Limits,
        isolation: Isolation,
        budget: Budget | None = None,
    ) -> None:
        self._limits, self.budget = limits, budget or Budget(limits)
        self.stand_ins: StandIns | None = None
        self.allowed = self.used = 0.0
        self._packages = [str(path) for path in isolation.packages]
        # At the other levels the system itself bounds the folder, or nothing does.
        self._watched = folder if isolation.level is Level.NO_USERNS else None
        self._ours, theirs = socket.socketpair()
        self._client = Client(
            notebook,
            limits.output,
            km=kernel_manager(folder, isolation),
            timeout=None,
            startup_timeout=limits.startup,
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            self._start(theirs.fileno(), kernel_environment(folder, isolation))
        except BaseException:
            self._ours.close()
            raise
        finally:
            theirs.close()
        self._used = KernelUsage(self.budget.usage, self._process)
        self._link: SocketLink | None = None
        # After the kernel has started, whose start takes memory of the grader's.
        self._guard = Guard(limits.output.growth, lambda: self._process.signal(signal.SIGKILL))
        self.alive = True

    def _start(self, descriptor: int, environment: dict[str, str]) -> None:
        client = self._client
        try:
            client.start_new_kernel(env=environment, pass_fds=(descriptor,))
        except BaseException:
            # nbclient 0.11 does this in a context manager that only its own loop over cells uses.
            client._cleanup_kernel()
            raise
        self._process: KernelProcess = process_of(client.km)
        # Before the client waits for the kernel, so that an early end is seen.
        client.ended = self._process.end
        self._descriptor = inherited(client.km, descriptor)
        self._provisioner = client.km.provisioner
        client.start_new_kernel_client()

    @property
    def overfull(self) -> bool:
        """Whether the kernel has written more than it may, where only the grader checks that."""
        return self._watched is not None and overfull(self._watched, POLICY)

    @property
    def ended(self) -> bool:
        """Whether the kernel's process has ended, even if nobody has noticed it yet."""
        return not self._process.alive

    @property
    def lost(self) -> bool:
        """Whether the kernel ended because its zygote ended."""
        return lost(self._provisioner)

    def run(self, index: int, seconds: float | None = None) -> Outcome:
        """Run one cell of the notebook; its outputs replace those it had.

        Args:
            index: The cell's position in the notebook.
            seconds: How long it may run, if the budget allows that; the limit for cells when None.

        Raises:
            KernelLost: The kernel ended, and its code did not cause that.
        """
        # The main thread serves calls until it is told to stop, and would not take up the cell.
        self.hang_up()
        cell = self._client.nb.cells[index]
        meter = self._meter(self.budget.cell(self._limits.cell if seconds is None else seconds))
        flooded = False
        with self._used.in_a_cell(), self._ended_when_over(meter) as stopped:
            try:
                self._client.execute_cell(cell, index)
            except Flooded:
                flooded = True
                self.close()
            except DeadKernelError:
                self.close()
            except Exception as fault:  # code can make its kernel send what is no Jupyter message
                log.warning("cell %d: its kernel broke the protocol (%s: %s)", index + 1, type(fault).__name__, fault)
                self.close()
        self.allowed, self.used = meter.seconds, meter.used
        self.budget.ran_cell(self.used)
        # What the code did most clearly comes first: a kernel that was ended for one reason shows signs of others.
        if self.overfull:
            self.close()
            return Outcome.FILLED
        if stopped.is_set():
            return Outcome.STOPPED
        if flooded or self._guard.tripped:
            self.close()
            return Outcome.FLOODED
        if not self.alive:
            if self.lost:
                raise KernelLost(f"cell {index + 1}: its kernel was lost")
            return Outcome.DIED
        return Outcome.RAISED if any(out.output_type == "error" for out in cell.outputs) else Outcome.FINISHED

    def work_on(self, notebook: nbformat.NotebookNode) -> None:
        """Run the cells of ``notebook`` from now on; it has the same cells as the one before."""
        self._client.nb = notebook

    @contextlib.contextmanager
    def _ended_when_over(self, meter: Meter) -> Iterator[threading.Event]:
        """Watch a limit from another thread; the event that this yields is set when the limit was passed."""
        done, stopped = threading.Event(), threading.Event()

        def watch() -> None:
            while not done.wait(POLL_SECONDS if self._watched else max(POLL_SECONDS, min(meter.left, CALM_SECONDS))):
                if self.overfull:
                    self._process.signal(signal.SIGKILL)
                    return
                if meter.over:
                    stopped.set()
                    self._used.look()  # before it may be gone
                    # First an interrupt, after which the kernel keeps what the cell has defined so far.
                    self._process.signal(signal.SIGINT)
                    if not self._calmed(done):
                        self._used.look()
                        self._process.signal(signal.SIGKILL)
                    return

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield stopped
        finally:
            done.set()
            thread.join()

    def _calmed(self, done: threading.Event) -> bool:
        """Return whether a cell ends after an interrupt; code that once took no notice is not waited for again."""
        # A meter and not the clock: on a busy machine honest code takes longer to reach its handler.
        grace = self._meter(self._limits.grace)
        while not self.budget.deaf and not done.wait(POLL_SECONDS):
            self.budget.deaf = grace.over
        return not self.budget.deaf

    def call_link(self) -> SocketLink:
        """Return the link for calls; the kernel's main thread serves it until the next cell runs.

        Raises:
            StudentDied: The kernel has lost its connection over a message that was too large; it has been ended.
        """
        # One silent request for all calls of a problem: as a request each, they would wait for Jupyter's two channels.
        if self._link is None:
            module = "__import__('autograder.kernel.call_server', fromlist=['serve'])"
            serve = f"{module}.serve({self._descriptor}, globals(), {self._packages!r})"
            try:
                request = self._client.kc.execute(serve, silent=True, store_history=False, allow_stdin=False)
            except zmq.Again as fault:
                self.close()
                raise StudentDied("the code wrote more than it may") from fault
            self._link = SocketLink(self, self._ours, request)
        return self._link

    def hang_up(self) -> None:
        """Let the kernel's main thread return from serving calls, so that it can run cells."""
        link, self._link = self._link, None
        if link is None or not self.alive:
            return
        try:
            link.send(wire.WireMessage({"end": True}))
            self._client.pass_over(link.request, self.budget.patience(self._limits.wall_extra))
        except (OSError, TimeoutError, DeadKernelError, Flooded, Garbled):
            # Code that was called took hold of the main thread and does not return.
            self.budget.stopped(None)
            self.close()

    def test_meter(self) -> Meter:
        """Return a fresh meter for a test.

        Raises:
            NotRun: The budget is used up.
        """
        self._used.look()
        self.budget.check()
        return self._meter(self.budget.test)

    def _meter(self, seconds: float) -> Meter:
        limits = self._limits
        return Meter(self._process, seconds, limits.wall(seconds), limits.idle, self.budget.grader)

    @property
    def limits(self) -> Limits:
        """The limits of this session."""
        return self._limits

    def close(self) -> None:
        """End the kernel and all that belongs to it, at once."""
        # Called from several places, the guard's thread and a caller's among them.
        if not self.alive:
            return
        self.alive = False
        # Before the process is gone, and its CPU time with it.
        self._used.look()
        self._guard.stop()
        self._process.signal(signal.SIGKILL)
        self._ours.close()
        # nbclient would otherwise ask the kernel to end and wait: 0.3 s instead of 0.015 s, and student code may not
        # answer.
        self._client.shutdown_kernel = "immediate"
        self._client._cleanup_kernel()
