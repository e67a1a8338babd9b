"""Starts a session's kernel: from a zygote or, where the system has no pidfds, as Jupyter does."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psutil

from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox.levels import Level
from autograder.kernel.threads import ONE_THREAD
from autograder.marking.execution.isolation import Isolation

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

# Only Linux has them. Elsewhere kernels are started one by one, and never sandboxed.
FORKS = hasattr(os, "pidfd_open")
# The grader's own secrets and switches stay with the grader.
WITHHELD = ("AUTOGRADER_", "PYTEST_", "NBGRADER_", "JUPYTER_")


class KernelProcess(Protocol):
    """The process of a kernel."""

    pid: int

    @property
    def end(self) -> int | None:
        """A descriptor that can be read when the process has ended; None where the system has none."""
        ...

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        ...

    def signal(self, number: int) -> None:
        """Send a signal; nothing happens when the process has ended."""
        ...

    def cpu_seconds(self) -> float:
        """Return the CPU seconds that it has used; 0 when it has ended."""
        ...

    def waited_seconds(self) -> float | None:
        """Return how long its main thread was ready to run and had no core; None where that is not known."""
        ...


class PlainProcess:
    """A kernel that was started as Jupyter does, with the processes of its group.

    Args:
        pid: The kernel's process id, which is its group's as well.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid

    @property
    def end(self) -> None:
        """None: without pidfds, the end can only be asked for."""

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return bool(psutil.pid_exists(self.pid))

    def signal(self, number: int) -> None:
        """Send a signal to its whole group; nothing happens when it has ended."""
        try:
            if hasattr(os, "killpg"):
                # jupyter_client starts a kernel in a group of its own, with its pid as the group's number.
                os.killpg(self.pid, number)
            # Windows has no interrupt for another process; only killing is left.
            elif number != signal.SIGINT:
                psutil.Process(self.pid).kill()
        except (ProcessLookupError, psutil.NoSuchProcess):
            pass

    def cpu_seconds(self) -> float:
        """Return the CPU time that it has used, with that of its children that it waited for; 0 when it has ended."""
        try:
            times = psutil.Process(self.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system + times.children_user + times.children_system)

    def waited_seconds(self) -> None:
        """Return None: only Linux tells."""


def warm_kernels(isolation: Isolation) -> None:
    """Start what kernels in a sandbox are forked from, so that the first one need not wait for it.

    Raises:
        SandboxError: It cannot be started.
    """
    if FORKS:
        from autograder.kernel.zygote_client import client_for

        client_for(isolation.kind).warm()


def kernel_manager(folder: Path, isolation: Isolation) -> AsyncKernelManager:
    """Return a manager of a kernel that is yet to be started, with ``folder`` as its working folder.

    Raises:
        ValueError: A sandbox is asked for, and this system has none.
    """
    if FORKS:
        from autograder.kernel.manager import forked_kernel

        return forked_kernel(isolation.kind, isolation.variables)
    if isolation.level is not Level.OFF:
        raise ValueError(f"kernels can be isolated on Linux only, level {isolation.level} is not to be had")
    return plain_kernel(folder)


def plain_kernel(folder: Path) -> AsyncKernelManager:
    """Return a manager of this interpreter's own kernel, whatever kernels the user has installed besides.

    Its channels are files in ``folder``, so that nobody else can connect to them.
    """
    # Here, because the zygote is started sooner without them.
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    # Without folders to look in, it knows only the kernel of this interpreter.
    specs = KernelSpecManager(kernel_dirs=[])
    connection = {"transport": "ipc", "ip": str(folder / "k"), "connection_file": str(folder / "k.json")}
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs, **connection)


def kernel_environment(folder: Path, isolation: Isolation) -> dict[str, str]:
    """Return a kernel's environment: ours without the grader's own variables, with the assignment's packages first.

    A kernel that is forked from a zygote keeps only a few of these variables.
    """
    kept: dict[str, Any] = {name: text for name, text in os.environ.items() if not name.startswith(WITHHELD)}
    kept.update(isolation.variables)
    places = [*(path.parent for path in isolation.packages), KIT_ROOT]
    kept["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(map(str, places)))
    kept["IPYTHONDIR"] = str(folder / ".ipython")
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    kept.update(ONE_THREAD)
    return kept


def process_of(manager: AsyncKernelManager) -> KernelProcess:
    """Return the process of a kernel that has been started."""
    # Whose class is the zygote's, or jupyter_client's own.
    provisioner: Any = manager.provisioner
    process: KernelProcess = provisioner.process if FORKS else PlainProcess(provisioner.pid)
    return process


def inherited(manager: AsyncKernelManager, descriptor: int) -> int:
    """Return the number that a descriptor, the only one passed to a kernel, has there.

    A plain kernel inherits it under the same number, a zygote's kernel gets a new one.
    """
    if not FORKS:
        return descriptor
    provisioner: Any = manager.provisioner
    number: int = provisioner.forked.inherited[0]
    return number


def lost(provisioner: Any) -> bool:
    """Return whether a kernel's zygote has ended, and the kernel with it."""
    return FORKS and not provisioner.forked.zygote.alive
