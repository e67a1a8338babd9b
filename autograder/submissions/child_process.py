"""Does one piece of work in a process of its own, within limits, such as to read what a student wrote.

The child is forked from this process, so that it begins with all that is loaded here, and ends with its work. It sets
its limits itself: a signal ends it when it uses too much processor time, or waits too long by the clock; where it asks
for too much memory it is refused that. Only bytes come back, which the caller reads as data.

Of this process's threads the child has only the one that forked. So work uses nothing that another thread may be in the
middle of: no logging, no network, no import. Where processes cannot be forked (macOS, Windows) work is done in this
one, without limits.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator

import psutil

FORKS = sys.platform == "linux"
# The clock's limit, for a child that waits: a machine may be busy with much else.
WALL_FACTOR, WALL_EXTRA = 3.0, 30.0
DONE, FAILED, NO_MEMORY = b"+", b"-", b"m"
# These come from elsewhere, and not from what is read: from the clock, a full memory of the machine's, or a person.
NOT_ITS_OWN = (signal.SIGALRM, signal.SIGKILL, signal.SIGTERM) if FORKS else ()
_forking = threading.Lock()


class WorkEnded(Exception):
    """Work was ended at a limit, or by what it worked on; the message says how."""


class WorkFault(Exception):
    """Work failed by a fault of the program's or the machine's; the message says how."""


def in_child(work: Callable[[], bytes], seconds: float, memory: int) -> bytes:
    """Return what some work returns that is done in a child.

    Args:
        work: Returns bytes.
        seconds: Processor time that it may take.
        memory: Bytes that it may ask for besides what this process has.

    Raises:
        WorkEnded: It took more than that, or ended its process.
        WorkFault: It raised something, or waited for something that did not come.
    """
    if not FORKS:
        return work()
    child, answers = _begin(work, seconds, memory)
    try:
        with open(answers, "rb") as stream:
            kind, answer = stream.read(1), stream.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        _raise_ended(os.WTERMSIG(status), seconds)
    if kind == NO_MEMORY:
        raise WorkEnded(f"more than {memory >> 20} MB of memory")
    if kind != DONE:
        raise WorkFault(answer.decode("utf-8", "replace") or f"its process ended with {status}")
    return answer


def _raise_ended(number: int, seconds: float) -> None:
    if number in NOT_ITS_OWN:
        raise WorkFault(f"its process was ended by {signal.Signals(number).name}")
    raise WorkEnded(f"more than {seconds:g} seconds" if number == signal.SIGPROF else "the end of its process")


def _begin(work: Callable[[], bytes], seconds: float, memory: int) -> tuple[int, int]:
    """Start a child; return its number, and the end of a pipe from which its answer is read."""
    this = os.getpid()
    with _forking, warnings.catch_warnings():  # another thread's child would hold the other end of our pipe open
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of the threads that a child lacks
        answers, answer_to = os.pipe()
        try:
            child = os.fork()
            if not child:
                os.close(answers)
                _answer(work, answer_to, seconds, memory)
        finally:
            if os.getpid() != this:  # whatever is raised, nothing of the parent's goes on in the child
                os._exit(0)
            os.close(answer_to)
    return child, answers


def _answer(work: Callable[[], bytes], answer_to: int, seconds: float, memory: int) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's interrupt is the parent's to handle
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    gc.freeze()  # what the parent has made is the parent's to clear away
    signal.setitimer(signal.ITIMER_REAL, seconds * WALL_FACTOR + WALL_EXTRA)
    limit_memory(memory)
    with open(answer_to, "wb") as stream, limited(seconds):
        try:
            answer = DONE + work()
        except MemoryError:
            answer = NO_MEMORY
        except Exception:
            answer = FAILED + traceback.format_exc().encode("utf-8", "replace")
        stream.write(answer)


def limit_memory(more: int) -> None:
    """Let this process have no more memory than it has now, and so many bytes besides."""
    with contextlib.suppress(ImportError):  # Windows
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        room = psutil.Process().memory_info().vms + more
        with contextlib.suppress(ValueError):  # there is a lower limit
            resource.setrlimit(resource.RLIMIT_AS, (room, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End this very process when it uses more processor time than that."""
    if not hasattr(signal, "setitimer"):  # Windows, where only the clock counts
        yield
        return
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
