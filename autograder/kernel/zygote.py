"""Runs the zygote: a process that has loaded what notebooks import, and forks a kernel when it is asked for one.

`autograder.kernel.zygote_client` starts it as ``python -m autograder.kernel.zygote DESCRIPTOR KIND`` and holds the
other end of the control socket. The zygote has one thread, because only the thread that forks lives on in the fork. It
ends when the grader closes the control socket or dies, and its kernels end with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from . import control
from .kind import KernelKind
from .packages import finder_of
from .sandbox.confine import sandbox_step
from .sandbox.filesystem import check_staff, readable_paths
from .sandbox.fork import Resources, SandboxError, enter_zygote, fork
from .sandbox.levels import Level
from .sandbox.policy import POLICY

if TYPE_CHECKING:
    from .ipykernel_app import KernelApp

# What the serving code and any notebook import; what one assignment's notebook imports besides is in its `KernelKind`.
# The private modules of IPython and ipykernel are those that a kernel would otherwise load at its first cell.
LOADED = (
    "IPython.core.magics.execution",
    "IPython.core.magics.pylab",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "numpy",
    "numpy.random",
    "faulthandler",
    "resource",
    "tornado.platform.asyncio",
    "IPython.core.logger",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "autograder.kernel.call_server",
)


KernelRequest = tuple[control.ForkRequest, control.Descriptors]


class Zygote:
    """Forks kernels and waits for their ends.

    Args:
        connection: The zygote's end of the control socket; it is closed in each kernel.
        level: The level of the kernels' sandbox.
        readable: All paths that the kernels may read, besides the system's.
    """

    def __init__(self, connection: socket.socket, level: Level, readable: tuple[Path, ...]) -> None:
        self._connection, self._level, self._readable = connection, level, readable
        self._kernels: set[int] = set()

    def serve(self) -> KernelRequest | None:
        """Answer requests; return in a new kernel what was requested of it, and None when the grader has ended."""
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor in self._kernels:
                    # Before the descriptor is closed: poll() would report a closed number for ever, and a new kernel
                    # may get it.
                    poll.unregister(descriptor)
                    self._reap(descriptor)
                    continue
                try:
                    # Taken here, the descriptors are this process's own; every path below closes them or leaves them to
                    # the kernel.
                    requested = control.read_fork_request(*control.receive(self._connection))
                except control.ControlError:
                    self._end_all()
                    return None
                kernel = self._fork(requested)
                if kernel is None:
                    return requested
                if kernel in self._kernels:
                    poll.register(kernel, select.POLLIN)

    def _fork(self, requested: KernelRequest) -> int | None:
        """Fork a kernel and tell the grader; return its pidfd, -1 when there is none, and None in the kernel itself."""
        request, descriptors = requested
        resources = Resources(Path(request.folder), self._readable, tuple(descriptors.all))
        # Locks that another thread holds at the fork would never be released in the kernel.
        if threads() != 1:
            raise RuntimeError(f"a zygote has one thread, this one has {threads()}")
        try:
            kernel = fork(self._level, POLICY, resources)
        # The zygote lives on: that one kernel could not be sandboxed says nothing about the next.
        except SandboxError as fault:
            control.send(self._connection, {"error": str(fault)})
            kernel = -1
        else:
            if kernel is None:
                self._leave()
                return None
            self._kernels.add(kernel)
            control.send(self._connection, {"inherited": descriptors.inherited}, [kernel])
        # The kernel has its own; held open here, they would keep channels alive after its end.
        descriptors.close()
        return kernel

    def _leave(self) -> None:
        """Close, in a kernel, what belongs to the zygote."""
        number = self._connection.detach()
        if self._level is not Level.OFF:  # the sandbox has closed everything
            return
        for descriptor in (number, *self._kernels):
            os.close(descriptor)

    def _reap(self, kernel: int) -> None:
        """Wait for a kernel that has ended, and end what it may have started (possible at level off only)."""
        self._kernels.remove(kernel)
        end = os.waitid(os.P_PIDFD, kernel, os.WEXITED | os.WNOWAIT)
        if end is not None and self._level is Level.OFF:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(end.si_pid, signal.SIGKILL)  # its number is not free before it has been waited for
        os.waitid(os.P_PIDFD, kernel, os.WEXITED)
        os.close(kernel)

    def _end_all(self) -> None:
        for kernel in list(self._kernels):
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(kernel, signal.SIGKILL)
            self._reap(kernel)


def bring_up(app: KernelApp, requested: KernelRequest) -> None:
    """Become a kernel and serve until it ends; what fails before it is ready is reported to the grader."""
    request, descriptors = requested
    try:
        app.adopt(request, descriptors)
        app.run()
    except BaseException:
        with contextlib.suppress(OSError):  # once ready, it has closed the pipe
            os.write(descriptors.ready, traceback.format_exc().encode())


def threads() -> int:
    """Return how many threads this process has, with native ones, which Python's own list does not show."""
    return len(os.listdir("/proc/self/task"))


def load_ahead(kind: KernelKind) -> None:
    """Load what the notebook imports; where that starts a thread, begin again as a process that has not loaded it."""
    for module in kind.modules:
        # A cell that imports it fails by itself, where the student can see why.
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    if kind.modules and threads() != 1:
        os.execv(sys.executable, [*sys.orig_argv[:-1], kind.without_modules().as_argument()])


def start(kind: KernelKind, readable: tuple[Path, ...]) -> KernelApp:
    """Load everything and enter the zygote's part of the sandbox."""
    # The grader decides what an interrupt means; a zygote that ended would take all kernels with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Before any fork, so that kernels share it, and before the sandbox, which hides most files.
    # Without the collector, which would look through all of it many times.
    gc.disable()
    for module in LOADED:
        importlib.import_module(module)
    sys.meta_path.insert(0, finder_of(kind.packages))
    load_ahead(kind)
    enter_zygote(kind.level, POLICY, readable)
    from .ipykernel_app import KernelApp

    app: KernelApp = KernelApp.instance()
    app.prepare()
    # The collector never visits frozen objects. Otherwise its marks would copy, in each kernel, the pages that all
    # share: a forked kernel adds about 16 MB of memory of its own.
    gc.collect()
    gc.freeze()
    gc.enable()
    return app


def run_zygote() -> None:
    """Run the zygote; in a kernel that it forks, this function runs on as the kernel."""
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # makes its import fail: it would start threads
    connection = socket.socket(fileno=int(sys.argv[1]))
    kind = KernelKind.from_argument(sys.argv[2])
    readable = readable_paths(kind.visible)
    try:
        if kind.level is not Level.OFF:
            with sandbox_step("what kernels see"):
                check_staff((*map(Path, POLICY.system_paths), *readable), kind.staff)
        app = start(kind, readable)
    except SandboxError as fault:
        control.send(connection, {"error": str(fault)})
        return
    except Exception:
        control.send(connection, {"error": f"starting a zygote: {traceback.format_exc()}"})
        return
    control.send(connection, {"ready": True})
    requested = Zygote(connection, kind.level, readable).serve()
    if requested is not None:
        bring_up(app, requested)
    # Neither half of a forked process may run what the other has left to do at its end.
    os._exit(0)


if __name__ == "__main__":
    run_zygote()
