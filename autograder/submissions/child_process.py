"""Does work in a child process, within limits: reading what a student wrote is such work.

The child is forked from this process: it begins with everything that is loaded here, and ends with its work. It sets
its limits itself. A signal ends it when it uses too much processor time, or waits too long by the clock; memory beyond
the limit is refused to it. Only bytes come back, which the caller reads as data.

The child has only the thread that forked. So its work must use nothing that another thread may have been in the middle
of: no logging, no network, no import. Where processes cannot be forked (macOS, Windows) the work is done in this
process, without limits.
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
# The limit by the clock, for a child that waits: a machine may be busy with much else.
WALL_FACTOR, WALL_EXTRA = 3.0, 30.0
DONE, FAILED, NO_MEMORY = b"+", b"-", b"m"
# These signals do not come from what is read, but from the clock, a full memory of the machine's, or a person.
NOT_ITS_OWN = (signal.SIGALRM, signal.SIGKILL, signal.SIGTERM) if FORKS else ()
_forking = threading.Lock()


class WorkEnded(Exception):
    """Work ended at a limit, or by what it worked on; the message says how."""


class WorkFault(Exception):
    """Work failed through a fault of the program's or the machine's; the message says how."""


def in_child(work: Callable[[], bytes], seconds: float, memory: int) -> bytes:
    """Do some work in a child, and return what it returns.

    Args:
        work: Called in the child; returns what is sent back.
        seconds: Processor time that it may take, in seconds.
        memory: Bytes that it may ask for beyond what this process has.

    Raises:
        WorkEnded: The work took more than that, or ended its process.
        WorkFault: The work raised something, or waited for something that did not come.
    """
    if not FORKS:
        return work()
    child, answers = _begin(work, seconds, memory)
    try:
        with open(answers, "rb") as stream:
            # Read before the child is waited for: an answer that is larger than the pipe would otherwise keep it from
            # ending.
            kind, answer = stream.read(1), stream.read()
    # Ctrl-C, mostly: the child ignores it, and nobody is left to read its answer.
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(child, 0)
    # How the process ended comes before what it said: a child that was killed may have written part of an answer.
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
    """Start a child; return its pid, and the end of a pipe from which its answer is read."""
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
    # An event loop of the parent's would otherwise be woken through the descriptor that both share.
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's interrupt is the parent's to handle
    # Handlers of the parent's would run in the child.
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    gc.freeze()  # visiting the parent's objects would copy their pages and could finalise what both share
    # A timer of the system's and no thread: it ends the process wherever it is, also in one long call of C code.
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
    """Limit this process to the memory that it has now and ``more`` bytes."""
    with contextlib.suppress(ImportError):  # Windows
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        # RLIMIT_AS counts what is mapped already, which is much after a fork of the grader.
        room = psutil.Process().memory_info().vms + more
        with contextlib.suppress(ValueError):  # there is a lower limit
            resource.setrlimit(resource.RLIMIT_AS, (room, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End this process when it uses more processor time than that inside the context."""
    if not hasattr(signal, "setitimer"):  # Windows, where only the clock counts
        yield
        return
    # SIGPROF ends a process unless it is handled, and nothing else here uses it: that signal means this limit.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
