"""Runs the cells of a hand-in in a process that nothing confines, for controls."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil

from autograder.marking.execution.scratch import scratch_folder
from tests.hostile.attack import NOTEBOOK, Attack
from tests.hostile.handing_in import ALIVE
from tests.hostile.layouts import hand_in
from tests.hostile.module_files import without_magic
from tests.hostile.overlaid import lay_over
from tests.hostile.yard import NAME, WORKED, Yard

# How long a process may run before it is interrupted: CPU seconds, and by the clock for those that sleep. All but
# those that never end do so long before, also on a machine that does something else beside.
SECONDS = (30.0, 90.0)
SECONDS_OF_ENDLESS = (2.5, 20.0)
# What an attack that never ends may print once nothing ends it any more: then it is interrupted at once.
ENDLESS = b"NEVER ENDS"
# For programs that only look at what was handed in.
LOOKING_SECONDS = (60.0, 120.0)
POLL_SECONDS = 0.1
GRACE = 0.5
PRINTED_MAX = 32 << 20
BEGINNING = 1 << 14
KIT = str(Path(__file__).parents[2])
READ_BY_PYTEST = (".py", ".ini", ".toml", ".cfg")
# What keeps an attack from harming this machine; what it tries succeeds well below.
MEMORY = 20 << 30
FILE_BYTES = 64 << 20

# What is done with the hand-in's functions, by control.
ENDINGS = {
    # Call them, and unpickle what they return, as graders do that get results as pickles from a container.
    "process": """
import pickle, numpy as np
for size in (2, 3):
    for function in (double, halve):
        result = function(np.ones(size))
        try:
            pickle.loads(pickle.dumps(result))
        except (RecursionError, MemoryError) as fault:
            print("LOST", type(fault).__name__, flush=True)
""",
    "inside": """
import json, logging
from pathlib import Path
from autograder.testing import student as students
from autograder.course import assignment as assignments
from autograder.course.course import Course
from autograder.marking.problem import run_problem
from autograder.testing.fixtures import FixedAccess
from autograder.kernel.call_server import Server
from autograder.testing.link import LocalLink
logging.disable(logging.CRITICAL)
loaded = assignments.Assignment(Course(Path({course!r})), {name!r})
access = FixedAccess(LocalLink(Server(globals())))
# What an exception says is shown as it comes.
students.shown_text = students.shown_name = lambda text: text
problems = [problem for problem in loaded.problems.values() if not problem.manual]
problems = [problem for problem in problems if problem.id in {wanted!r}] or problems[:2]
{stand_ins}
results = [run_problem(loaded, problem, access) for problem in problems]
print(*(getattr(result, "tests", "") for result in results))
print("POINTS", sum(result.score for result in results), flush=True)
""",
    "solution": "",
    "naive": """
import tests.hostile.naive as naive
naive.mark(globals())
""",
}
# As inside, but with the solution in the place of the functions that the last problem but one is built on.
STAND_INS = (
    "globals().update({name: getattr(loaded.reference, name) for one in loaded.stand_ins for name in one.functions})"
)
ENDINGS["solution"] = ENDINGS["inside"].replace("{wanted!r}", "['twice']").replace("{stand_ins}", STAND_INS)
ENDINGS["inside"] = ENDINGS["inside"].replace("{wanted!r}", "[]").replace("{stand_ins}", "")


# How a hand-in of module files is brought in, by assignment.
IMPORTS = {
    NAME: "from cs231n.rnn_layers import double, halve\nimport numpy as np",
    "rnn_captioning": "from cs231n.rnn_layers import *\nfrom cs231n.classifiers.rnn import *\nimport numpy as np",
}


def run_script(attack: Attack, yard: Yard, ending: str = "") -> tuple[list[str], str]:
    """Return how the process ended, where that is a hit by itself, and what it printed.

    Args:
        attack: What is handed in.
        yard: Where.
        ending: What is done with the functions; the attack's control when empty.
    """
    last = (
        ENDINGS[ending or attack.control]
        .replace("{course!r}", repr(str(yard.course.root)))
        .replace("{name!r}", repr(attack.assignment))
    )
    with scratch_folder() as folder:
        sources = [*brought_in(attack, yard, folder), last]
        file = folder / "cells.py"
        file.write_text(RUN + "\n".join(f"run_cell({source!r})" for source in sources))
        command = [sys.executable, str(file)]
        if attack.layout != NOTEBOOK:
            command[:0] = ["env", f"PYTHONPATH={folder}"]
        limits = SECONDS_OF_ENDLESS if attack.ends == "never" else SECONDS
        hit, shown = outcome(command, folder, *limits)
        lost = [f"its marks are lost ({line[5:]})" for line in shown.splitlines() if line.startswith("LOST ")]
        alive = [f"shows {word}" for word in ALIVE if word in shown]
        return hit + lost + alive + reached_later(folder) + cannot_be_removed(folder), shown


def brought_in(attack: Attack, yard: Yard, folder: Path) -> list[str]:
    """Return the code that a hand-in's functions come from: the cells, or an import of the files, now in a folder."""
    handed = hand_in(attack, yard, "unguarded")
    if attack.layout == NOTEBOOK:
        notebook = nbformat.read(handed, as_version=4)
        return [without_magic(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    lay_over(handed, folder)
    return [f"sys.path.insert(0, {str(folder)!r})", IMPORTS[attack.assignment]]


def look(attack: Attack, yard: Yard) -> tuple[list[str], str]:
    """Let a program unpack or compile a hand-in, and return how it ended, where that is a hit, and what it printed."""
    handed = hand_in(attack, yard, "unguarded")
    with scratch_folder() as folder:
        command = [sys.executable, "-m", "tests.hostile.overlaid", attack.control, str(handed), str(folder / "a/b/c")]
        (folder / "a/b/c").mkdir(parents=True)
        command[:0] = ["env", f"PYTHONPATH={KIT}"]
        hit, shown = outcome(command, folder, *LOOKING_SECONDS)
        hit += [f"wrote {path.name} outside" for path in strays(folder)]
    return hit + [f"its marks are lost ({line[5:]})" for line in shown.splitlines() if line.startswith("LOST ")], shown


def strays(folder: Path) -> list[Path]:
    """Return what was written into the folders above the one that was meant."""
    meant = {folder / "printed", folder / "a", folder / "a/b", folder / "a/b/c"}
    return [path for level in (folder, folder / "a", folder / "a/b") for path in level.iterdir() if path not in meant]


def reached_later(folder: Path) -> list[str]:
    """Run pytest where the hand-in was run, as graders do that keep their tests beside it."""
    if sum(path.suffix in READ_BY_PYTEST for path in folder.iterdir()) == 1:
        return []
    (folder / "test_own.py").write_text("def test_own(): assert False")
    command = [sys.executable, "-m", "pytest", "-q", "test_own.py"]
    later = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    hit = ["makes a failing test pass"] * (later.returncode == 0)
    return hit + ["runs in a later process"] * (WORKED in later.stdout + later.stderr)


def cannot_be_removed(folder: Path) -> list[str]:
    """Remove what the process left, as most programs do it."""
    try:
        shutil.rmtree(folder)
    except (RecursionError, OSError) as fault:
        return [f"leaves what cannot be removed ({type(fault).__name__})"]
    folder.mkdir()
    return []


# A cell that raises does not keep the next ones from running, as in a notebook; where it ends the process, it does.
RUN = """
import sys, traceback
sys.path.insert(0, {kit!r})
def run_cell(source):
    try:
        exec(compile(source, "cell", "exec"), globals())
    except Exception:
        traceback.print_exc()
""".replace("{kit!r}", repr(KIT))


def outcome(command: list[str], folder: Path, cpu: float, wall: float) -> tuple[list[str], str]:
    """Run a command and return what about its end is a hit, and what it printed."""
    with (Path(folder) / "printed").open("w+b") as printed:
        running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.DEVNULL, cwd=folder,
            start_new_session=True, close_fds=False, preexec_fn=guard,  # noqa: PLW1509 no other thread holds a lock that it takes
        )  # fmt: skip
        try:
            hit = ended(running, printed.fileno(), cpu, wall)
        finally:
            running.kill()
            running.wait()
        printed.seek(0)
        shown = printed.read(PRINTED_MAX + 1)
    return hit + ["prints without end"] * (len(shown) > PRINTED_MAX), shown.decode("utf-8", "replace")


def guard() -> None:
    """Set the limits of a process before it runs an attack."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def ended(running: subprocess.Popen[bytes], printed: int, cpu: float, wall: float) -> list[str]:
    """Wait for a process, interrupt it when it does not end, and return what about its end is a hit."""
    deadline = time.monotonic() + wall
    while running.poll() is None:
        if time.monotonic() > deadline or hangs(running.pid, cpu) or says_so(printed):
            running.send_signal(signal.SIGINT)
            return [] if over(running, GRACE) else ["still runs after an interrupt"]
        over(running, POLL_SECONDS)
    return [f"ended the process with {running.returncode}"] if running.returncode not in (0, 1, -signal.SIGINT) else []


def says_so(printed: int) -> bool:
    """Return whether a process has printed, before much else, that it never ends."""
    return ENDLESS in os.pread(printed, BEGINNING, 0)


def hangs(pid: int, cpu: float) -> bool:
    """Return whether a process has used up its time or has stopped itself."""
    try:
        process = psutil.Process(pid)
        return process.status() == psutil.STATUS_STOPPED or sum(process.cpu_times()[:2]) > cpu
    except psutil.Error:  # it has just ended
        return False


def over(running: subprocess.Popen[bytes], seconds: float) -> bool:
    """Return whether a process ends within so many seconds."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(seconds)
    return running.poll() is not None
