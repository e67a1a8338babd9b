"""Runs commands of the kit as on a system that is not Linux: `python -m tests.support.other_system win32 doctor ...`.

The kit is loaded once, so that what it needs of others is there, then thrown away and loaded again where Python lacks
what it lacks on that system. Each argument is a command line, answered by a line of JSON: its exit code, and
what it said. `import` is none of the kit's: it loads every module, and says which of them fail.
What is not pretended: file systems, other packages, and programs that are started, kernels among them.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pkgutil
import select
import shlex
import signal
import socket
import sys
import types
from collections.abc import Iterator
from types import ModuleType

KIT = ("autograder", "autograder_client", "cs231n")
# Packages that lists of modules must not enter: what they hold is no module of the program's.
APART = (".assignments.", ".migrations.", ".__main__")
NOT_ON_MACOS: dict[ModuleType, tuple[str, ...]] = {
    os: ("pidfd_open", "sched_getaffinity", "sched_setaffinity", "memfd_create", "unshare", "setns", "P_PIDFD"),
    signal: ("pidfd_send_signal",),
}
NOT_ON_WINDOWS: dict[ModuleType, tuple[str, ...]] = {
    os: (
        *("fork", "forkpty", "register_at_fork", "wait", "waitid", "killpg", "setsid", "getpgid", "setpgid", "nice"),
        *("getuid", "geteuid", "getgid", "getegid", "getgroups", "setgroups", "setresuid", "setresgid", "chown"),
        *("fchmod", "fchown", "sync", "uname", "pread", "pwrite", "statvfs", "mkfifo", "getloadavg", "sysconf"),
        *("O_NOFOLLOW", "O_CLOEXEC", "O_DIRECTORY"),
    ),
    signal: (
        *("SIGKILL", "SIGALRM", "SIGPROF", "SIGHUP", "SIGUSR1", "SIGCHLD", "SIGPIPE", "SIGSTOP"),
        *("setitimer", "ITIMER_REAL", "ITIMER_PROF", "alarm", "pthread_sigmask"),
    ),
    socket: ("AF_UNIX", "send_fds", "recv_fds"),
    select: ("poll", "epoll"),
}
MODULES_NOT_ON_WINDOWS = ("fcntl", "resource", "pwd", "grp", "termios", "pty", "tty")


def modules() -> Iterator[str]:
    """Yield the names of the kit's modules."""
    for name in KIT:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not any(part in f"{found.name}." or found.name.endswith(part) for part in APART):
                yield found.name


def no_proc(event: str, arguments: tuple[object, ...]) -> None:
    """Keep the kit itself from reading /proc; psutil, which stands for the system, may."""
    if event not in ("open", "os.listdir", "os.scandir") or not str(arguments[0]).startswith("/proc"):
        return
    frame = sys._getframe(1)
    library = os.path.dirname(os.__file__)
    while frame.f_back is not None and (
        frame.f_code.co_filename.startswith(("<", library)) and "site-packages" not in frame.f_code.co_filename
    ):
        frame = frame.f_back
    if any(f"{os.sep}{name}{os.sep}" in frame.f_code.co_filename for name in KIT):
        raise FileNotFoundError(2, "there is none on this system", arguments[0])


def pretend(system: str) -> None:
    """Make this process lack what it lacks on a system, as `sys.platform` names it."""
    # Before anything is taken away: what other packages do on that system is not looked at here.
    for name in list(modules()):
        importlib.import_module(name)
    for name in [name for name in sys.modules if name.partition(".")[0] in KIT]:
        del sys.modules[name]
    sys.platform = system
    missing = [NOT_ON_MACOS] if system == "darwin" else [NOT_ON_MACOS, NOT_ON_WINDOWS]
    for module, names in ((module, names) for one in missing for module, names in one.items()):
        for name in names:
            vars(module).pop(name, None)
    if system == "win32":
        sys.modules.update(dict.fromkeys(MODULES_NOT_ON_WINDOWS))  # type: ignore[arg-type]
        sys.modules["msvcrt"] = types.ModuleType("msvcrt")
    sys.addaudithook(no_proc)


def load_all() -> int:
    """Load every module, and print those that fail."""
    failed = 0
    for name in modules():
        try:
            importlib.import_module(name)
        except Exception as fault:
            print(f"{name}: {fault!r}")
            failed = 1
    return failed


def run(line: str) -> int:
    """Run one command line, and return its exit code."""
    from autograder.cli import main as command

    try:
        return load_all() if line == "import" else command(shlex.split(line))
    except SystemExit as end:
        return int(end.code or 0)


def main() -> None:
    """Do what the command line says."""
    system, *lines = sys.argv[1:]
    pretend(system)
    for line in lines:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = run(line)
        print(json.dumps({"code": code, "said": said.getvalue()}), flush=True)


if __name__ == "__main__":
    main()
