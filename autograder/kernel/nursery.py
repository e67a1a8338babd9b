"""The grader's side of zygotes: one for each level, started when it is first needed and shared by all sessions."""

from __future__ import annotations

import atexit
import os
import select
import socket
import subprocess
import sys
import threading
from pathlib import Path

from . import control
from .control import Birth, ControlError, Descriptors
from .levels import Level
from .process import Process
from .sandbox import SandboxError

KIT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0
FORK_SECONDS = 30.0
END_SECONDS = 10.0
# What a zygote has of the grader's environment: where it finds its caches, and its language.
ZYGOTE_VARIABLES = ("HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH")
# What zygotes and kernels have besides.
SETTINGS = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # One thread, so that sums are made in one order and marks repeat; and so that the process can be forked.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class Nursery:
    """Starts kernels at one level; its zygote is started with the first, and anew when it has died.

    Args:
        level: How far its kernels are shut in.
    """

    def __init__(self, level: Level) -> None:
        self.level = level
        self._lock = threading.Lock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start_kernel(self, birth: Birth, descriptors: Descriptors) -> tuple[Process, tuple[int, ...]]:
        """Start a kernel; return its process, and the numbers that inherited descriptors have there.

        Args:
            birth: What kernel.
            descriptors: What it gets; they stay open here.

        Raises:
            SandboxError: It can't be shut in as far as asked, or no zygote can be started.
        """
        with self._lock:
            try:
                return self._ask(birth, descriptors)
            except ControlError:
                self._end()
            try:
                return self._ask(birth, descriptors)
            except ControlError as fault:
                self._end()
                raise SandboxError(f"no kernel can be started: {fault}") from fault

    def _ask(self, birth: Birth, descriptors: Descriptors) -> tuple[Process, tuple[int, ...]]:
        connection = self._connection()
        control.send_birth(connection, birth, descriptors)
        reply, numbers = control.receive(connection)
        if "error" in reply:
            raise SandboxError(reply["error"])
        return Process(numbers[0]), tuple(reply["inherited"])

    def _connection(self) -> socket.socket:
        """Return the control socket of a zygote that is ready."""
        if self._control is None:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._zygote = subprocess.Popen(
                    [sys.executable, "-P", "-m", f"{__package__}.zygote", str(theirs.fileno()), self.level],
                    env=zygote_environment(),
                    cwd="/",
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # a terminal's interrupt is the grader's to handle
                )
            self._control.settimeout(START_SECONDS)
            reply, _ = control.receive(self._control)
            if "error" in reply:
                self._end()
                raise SandboxError(f"no kernel can be started: {reply['error']}")
            self._control.settimeout(FORK_SECONDS)
        return self._control

    @property
    def alive(self) -> bool:
        """Whether a zygote runs."""
        connection = self._control
        if connection is None:
            return False
        poll = select.poll()
        poll.register(connection, 0)  # asks only whether the other end has been closed
        return not poll.poll(0)

    def close(self) -> None:
        """End the zygote, and all its kernels with it."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._zygote is not None:
            try:
                self._zygote.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._zygote.kill()
                self._zygote.wait()
        self._control = self._zygote = None

    def forget(self) -> None:
        """Let go, in a forked copy of the grader, of what is the original's."""
        self._lock = threading.Lock()
        if self._control is not None:
            self._control.close()
        if self._zygote is not None:
            self._zygote.returncode = 0  # it is no child of the copy's, which is not to wait for it
        self._control = self._zygote = None


def zygote_environment() -> dict[str, str]:
    """Return the environment of a zygote."""
    kept = {name: os.environ[name] for name in ZYGOTE_VARIABLES if name in os.environ}
    # The kit's own packages come first, whatever is installed besides.
    return {**kept, **SETTINGS, "PYTHONPATH": str(KIT)}


_nurseries: dict[Level, Nursery] = {}
_lock = threading.Lock()


def nursery(level: Level) -> Nursery:
    """Return this process's nursery of a level."""
    with _lock:
        if level not in _nurseries:
            _nurseries[level] = Nursery(level)
        return _nurseries[level]


def close_all() -> None:
    """End all zygotes of this process; the next kernel starts a new one."""
    for one in list(_nurseries.values()):
        one.close()


def _forget_all() -> None:
    global _lock  # noqa: PLW0603 (another thread may have held it when this process was forked)
    _lock = threading.Lock()
    for one in _nurseries.values():
        one.forget()


atexit.register(close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
