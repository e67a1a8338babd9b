"""Starts zygotes from the grader's side: one for each kind of kernel, when first needed, shared by all sessions."""

from __future__ import annotations

import atexit
import os
import select
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from . import control
from .control import ControlError, Descriptors, ForkRequest
from .kind import KernelKind
from .paths import KIT
from .process import Process
from .sandbox.fork import SandboxError
from .threads import ONE_THREAD

# Generous backstops: a zygote takes seconds to import everything and a fork hundredths, but a machine may be busy.
START_SECONDS = 120.0
FORK_SECONDS = 30.0
END_SECONDS = 10.0
# How many kinds of kernels keep their zygotes while they have no kernel: each takes some 80 MB, and less than a second
# to start. A course has a kind for each of its assignments.
KEPT = 6
# What a zygote gets from the grader's environment: where it finds its caches, and its language.
ZYGOTE_VARIABLES = ("HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
# What zygotes and kernels get besides. The hash seed is fixed so that sets are iterated in one order and marks repeat.
SETTINGS = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    **ONE_THREAD,  # also so that the process can be forked
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class ZygoteProcess:
    """A zygote that has been started and is ready to fork kernels.

    Args:
        kind: What its kernels have in common.

    Raises:
        SandboxError: It cannot be started, or its part of the sandbox cannot be entered.
    """

    def __init__(self, kind: KernelKind) -> None:
        # SEQPACKET keeps messages apart, as a stream does not, and reports the other side's end, as datagrams do not.
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            module = f"{__package__}.zygote"
            self._process = subprocess.Popen(
                # -P: Python would otherwise put the current folder first on the path.
                [sys.executable, "-P", "-m", module, str(theirs.fileno()), kind.as_argument()],
                env=zygote_environment(),
                cwd="/",
                pass_fds=(theirs.fileno(),),
                # Student code never has these, but a warning of a library that is loaded would go to the grader's
                # terminal.
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # a terminal's interrupt is the grader's to handle
            )
        try:
            self._answer(START_SECONDS)
        except BaseException as fault:
            self.end()
            if isinstance(fault, ControlError):
                raise SandboxError(f"starting a zygote: {fault}") from fault
            raise
        self.pid = self._process.pid

    def _answer(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        self._control.settimeout(seconds)
        reply, descriptors = control.receive(self._control)
        # An error is the zygote's own word; silence and a broken connection become ControlError in `receive`.
        if "error" in reply:
            raise SandboxError(reply["error"])
        return reply, descriptors

    def fork(self, request: ForkRequest, descriptors: Descriptors) -> ForkedKernel:
        """Have a kernel forked.

        Raises:
            SandboxError: The kernel can't be sandboxed as far as it must be.
            ControlError: The zygote has died.
        """
        control.send_fork_request(self._control, request, descriptors)
        reply, numbers = self._answer(FORK_SECONDS)
        return ForkedKernel(Process(numbers[0]), tuple(reply["inherited"]), self)

    @property
    def alive(self) -> bool:
        """Whether it can still be asked for kernels."""
        if self._control.fileno() < 0:
            return False
        poll = select.poll()
        poll.register(self._control, 0)  # tells only whether the other end has been closed
        return not poll.poll(0)

    def end(self) -> None:
        """End the zygote, and all its kernels with it."""
        # The zygote ends when this side closes: it then ends and reaps its kernels. Killing it is the last resort.
        self._control.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Close, in a forked copy of the grader, what belongs to the original."""
        self._control.close()
        self._process.returncode = 0  # it is no child of the copy's, which is not to wait for it


@dataclass(frozen=True)
class ForkedKernel:
    """A kernel that has just been forked.

    Attributes:
        process: Held by a pidfd; whoever ends the kernel closes it.
        inherited: The numbers under which the kernel has the descriptors that it was given.
        zygote: The zygote that it was forked from; when that dies, so does the kernel.
    """

    process: Process
    inherited: tuple[int, ...]
    zygote: ZygoteProcess


class ZygoteClient:
    """Starts kernels of one kind; its zygote starts with the first kernel, and anew when it has died.

    Args:
        kind: What they have in common.
    """

    def __init__(self, kind: KernelKind) -> None:
        self._kind = kind
        # Sessions run in several threads, and one control socket carries one question and its answer at a time.
        self._lock = threading.Lock()
        self._zygote: ZygoteProcess | None = None
        self._kernels: list[Process] = []

    def fork(self, request: ForkRequest, descriptors: Descriptors) -> ForkedKernel:
        """Start a kernel.

        Args:
            request: What the kernel is to become.
            descriptors: Duplicates of these go to the kernel; they stay open here.

        Raises:
            SandboxError: The kernel can't be sandboxed as far as it must be, or no zygote can be started.
        """
        with self._lock:
            try:
                return self._ask(request, descriptors)
            except ControlError:  # it has died, and its successor is asked
                pass
            # Once more only: a second zygote that dies over the same kernel would die every time.
            try:
                return self._ask(request, descriptors)
            except ControlError as fault:
                raise SandboxError(f"starting a kernel: {fault}") from fault

    def warm(self) -> None:
        """Start the zygote, so that the first kernel need not wait for it.

        Raises:
            SandboxError: No zygote can be started.
        """
        with self._lock:
            self._living()

    def _ask(self, request: ForkRequest, descriptors: Descriptors) -> ForkedKernel:
        try:
            made = self._living().fork(request, descriptors)
            self._kernels = [*(kernel for kernel in self._kernels if kernel.alive), made.process]
            return made
        except SandboxError:  # an answer like any other
            raise
        except BaseException:
            self._end()  # an answer that is still to come would be taken for that to the next question
            raise

    def _living(self) -> ZygoteProcess:
        if self._zygote is None or not self._zygote.alive:
            self._end()
            self._zygote = ZygoteProcess(self._kind)
        return self._zygote

    def _end(self) -> None:
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.end()

    def close(self) -> None:
        """End the zygote, and all its kernels with it."""
        with self._lock:
            self._end()

    def rest(self) -> None:
        """End the zygote unless it has a kernel, or is asked for one now."""
        if self._lock.acquire(blocking=False):
            try:
                if not any(kernel.alive for kernel in self._kernels):
                    self._end()
            finally:
                self._lock.release()

    def forget(self) -> None:
        """Close, in a forked copy of the grader, what belongs to the original."""
        # Replaced, not released: another thread, which the copy does not have, may have held it at the fork.
        self._lock = threading.Lock()
        zygote, self._zygote, self._kernels = self._zygote, None, []
        if zygote is not None:
            zygote.forget()


def zygote_environment() -> dict[str, str]:
    """Return the environment of a zygote."""
    kept = {name: os.environ[name] for name in ZYGOTE_VARIABLES if name in os.environ}
    # The kit that runs this comes first, whatever is installed besides.
    return {**kept, **SETTINGS, "PYTHONPATH": str(KIT)}


_clients: dict[KernelKind, ZygoteClient] = {}
_lock = threading.Lock()


def client_for(kind: KernelKind) -> ZygoteClient:
    """Return the client of this process for one kind of kernel; zygotes that were not asked for long are ended."""
    with _lock:
        client = _clients.pop(kind) if kind in _clients else ZygoteClient(kind)
        _clients[kind] = client  # the latest stands last
        others = list(_clients.values())[:-KEPT]
    for one in others:
        one.rest()
    return client


def close_all() -> None:
    """End all zygotes of this process; the next kernel starts a new one."""
    for one in list(_clients.values()):
        one.close()


def _forget_all() -> None:
    global _lock  # noqa: PLW0603 (another thread may have held it when this process was forked)
    _lock = threading.Lock()
    for one in _clients.values():
        one.forget()


# Kernels end with their zygote, zygotes with the grader's control sockets: this only makes an orderly end quicker.
atexit.register(close_all)
# A copy that used the original's control socket would get answers meant for it.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
