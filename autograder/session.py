"""One kernel that runs the cells of one hand-in and answers calls from hidden tests.

Cells go over the Jupyter protocol (nbclient), calls over one inherited socketpair. Every wait is bounded: code that
is over its limit is interrupted, and its kernel is ended when that does not help.
"""

from __future__ import annotations

import contextlib
import enum
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError

from autograder.client import Client, Flooded, Garbled, Guard
from autograder.course import KIT_ROOT
from autograder.kernel import wire
from autograder.kernel.serve import reader
from autograder.limits import Limits
from autograder.student import StudentDied, StudentTimeout

log = logging.getLogger(__name__)
POLL_SECONDS = 0.05
# The grader's own secrets and switches stay with the grader.
WITHHELD = ("AUTOGRADER_", "PYTEST_", "NBGRADER_", "JUPYTER_")


class Outcome(enum.Enum):
    """How the run of one cell ended."""

    FINISHED = "finished"
    RAISED = "raised"
    STOPPED = "stopped"
    DIED = "died"
    FLOODED = "flooded"


class Meter:
    """CPU and wall-clock time used since it was made, against a limit.

    Args:
        pid: The kernel's process.
        cpu: The limit in CPU seconds.
        wall: The limit in wall-clock seconds.
    """

    def __init__(self, pid: int, cpu: float, wall: float) -> None:
        self._pid, self._cpu, self._wall = pid, cpu, wall
        self._cpu_start, self._wall_start = self._cpu_seconds(), time.monotonic()

    def _cpu_seconds(self) -> float:
        try:
            times = psutil.Process(self._pid).cpu_times()
        except psutil.Error:  # it has just ended, which whoever waits for it will notice
            return 0.0
        return float(times.user + times.system + times.children_user + times.children_system)

    @property
    def over(self) -> bool:
        """Whether a limit has been passed."""
        if time.monotonic() - self._wall_start > self._wall:
            return True
        return self._cpu_seconds() - self._cpu_start > self._cpu


class Session:
    """A running kernel.

    Args:
        notebook: The hand-in; outputs of cells are written into it.
        folder: A scratch folder, the kernel's working folder.
        limits: How long things may take.

    Attributes:
        alive: False once the kernel has ended for any reason.
    """

    def __init__(self, notebook: nbformat.NotebookNode, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._ours, theirs = socket.socketpair()
        self._descriptor = theirs.fileno()
        self._client = Client(
            notebook,
            limits.output,
            km=kernel_manager(folder),
            timeout=None,
            startup_timeout=limits.startup,
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            self._client.start_new_kernel(env=kernel_environment(folder), pass_fds=(self._descriptor,))
            self._client.start_new_kernel_client()
        except BaseException:
            self._ours.close()
            raise
        finally:
            theirs.close()
        self._pid: int = self._client.km.provisioner.pid
        self._link: SocketLink | None = None
        self._guard = Guard(limits.output.growth, lambda: self._signal(signal.SIGKILL))
        self.alive = True

    def run(self, index: int) -> Outcome:
        """Run one cell of the notebook, within the limit for cells; its outputs replace those it had.

        Args:
            index: The cell's position in the notebook.
        """
        self.hang_up()
        cell = self._client.nb.cells[index]
        meter = Meter(self._pid, self._limits.cell, self._limits.wall(self._limits.cell))
        flooded = False
        with self._ended_when_over(meter) as stopped:
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
        if stopped.is_set():
            return Outcome.STOPPED
        if flooded or self._guard.tripped:
            self.close()
            return Outcome.FLOODED
        if not self.alive:
            return Outcome.DIED
        return Outcome.RAISED if any(out.output_type == "error" for out in cell.outputs) else Outcome.FINISHED

    def work_on(self, notebook: nbformat.NotebookNode) -> None:
        """From now on run the cells of ``notebook``, which has the same cells as the one before."""
        self._client.nb = notebook

    @contextlib.contextmanager
    def _ended_when_over(self, meter: Meter) -> Iterator[threading.Event]:
        """Watch a limit from another thread; the event that it yields is set when the limit was passed."""
        done, stopped = threading.Event(), threading.Event()

        def watch() -> None:
            while not done.wait(POLL_SECONDS):
                if meter.over:
                    stopped.set()
                    self._signal(signal.SIGINT)
                    if not done.wait(self._limits.grace):
                        self._signal(signal.SIGKILL)
                    return

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield stopped
        finally:
            done.set()
            thread.join()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, number)

    def call_link(self) -> SocketLink:
        """Return the link for calls; the kernel's main thread serves it until the next cell runs."""
        if self._link is None:
            serve = f"__import__('autograder.kernel.serve', fromlist=['serve']).serve({self._descriptor}, globals())"
            request = self._client.kc.execute(serve, silent=True, store_history=False, allow_stdin=False)
            self._link = SocketLink(self, self._ours, request)
        return self._link

    def hang_up(self) -> None:
        """Let the kernel's main thread return from serving calls, so that it can run cells."""
        link, self._link = self._link, None
        if link is None or not self.alive:
            return
        try:
            link.send(wire.Message({"end": True}))
            self._client.pass_over(link.request, self._limits.wall_extra)
        except (OSError, TimeoutError, DeadKernelError, Flooded, Garbled):
            self.close()

    def meter(self, cpu: float) -> Meter:
        """Return a fresh meter on this kernel for a limit in CPU seconds."""
        return Meter(self._pid, cpu, self._limits.wall(cpu))

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in whatever the kernel's main thread runs."""
        self._signal(signal.SIGINT)

    @property
    def limits(self) -> Limits:
        """The limits of this session."""
        return self._limits

    def close(self) -> None:
        """End the kernel and all that belongs to it, at once."""
        if not self.alive:
            return
        self.alive = False
        self._guard.stop()
        self._signal(signal.SIGKILL)
        self._ours.close()
        self._client.shutdown_kernel = "immediate"
        self._client._cleanup_kernel()


class SocketLink:
    """Carries calls to a kernel over its inherited socket.

    Args:
        session: The kernel; it is closed when a call cannot be ended otherwise.
        connection: Our end of the socketpair.
        request: The id of the Jupyter request under which the kernel serves calls.
    """

    def __init__(self, session: Session, connection: socket.socket, request: str) -> None:
        self._session, self._connection, self.request = session, connection, request
        self._connection.settimeout(POLL_SECONDS)
        self.restart_meter()

    def restart_meter(self) -> None:
        """Start counting anew: a test begins."""
        self._meter = self._session.meter(self._session.limits.test)

    def send(self, message: wire.Message) -> None:
        """Send a message without waiting for a reply.

        Raises:
            OSError: The kernel does not take it.
        """
        self._connection.settimeout(self._session.limits.wall_extra)
        self._connection.sendall(wire.encode(message))
        self._connection.settimeout(POLL_SECONDS)

    def exchange(self, message: wire.Message) -> wire.Message:
        """Return the reply to ``message``; see `autograder.student.Link`."""
        try:
            self.send(message)
            reply, stopped = self._reply()
        except (OSError, EOFError) as fault:
            self._session.close()
            raise StudentDied("the code ended the process that it ran in") from fault
        except wire.WireError:
            self._session.close()
            raise
        if stopped:
            raise StudentTimeout(self._session.limits.test)
        return reply

    def _reply(self) -> tuple[wire.Message, bool]:
        self._interrupted: float | None = None
        reply = wire.read_frame(reader(self._receive))
        return reply, self._interrupted is not None

    def _receive(self, count: int) -> bytes:
        """Return what the kernel sent, as `socket.recv` does; interrupt or end it when it is over its limit.

        Raises:
            StudentTimeout: The kernel had to be ended.
        """
        while True:
            try:
                return self._connection.recv(count)
            except TimeoutError:
                self._check_limit()

    def _check_limit(self) -> None:
        now = time.monotonic()
        if self._interrupted is None and self._meter.over:
            self._interrupted = now
            self._session.interrupt()
        elif self._interrupted is not None and now - self._interrupted > self._session.limits.grace:
            self._session.close()
            raise StudentTimeout(self._session.limits.test)


def kernel_manager(folder: Path) -> AsyncKernelManager:
    """Return a manager of this interpreter's own kernel, whatever kernels the user has installed besides.

    Its channels are files in ``folder``, so that nobody else can connect to them. (ipykernel itself still opens one
    loopback port, for what child processes print; it takes nothing without a secret.)
    """
    specs = KernelSpecManager(kernel_dirs=[])
    connection = {"transport": "ipc", "ip": str(folder / "k"), "connection_file": str(folder / "k.json")}
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs, **connection)


def kernel_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a kernel: ours without what is the grader's own, with the kit's packages first."""
    kept: dict[str, Any] = {name: text for name, text in os.environ.items() if not name.startswith(WITHHELD)}
    kept["PYTHONPATH"] = str(KIT_ROOT)
    kept["IPYTHONDIR"] = str(folder / ".ipython")
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    # One thread, so that sums are made in one order and marks repeat.
    kept.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    return kept
