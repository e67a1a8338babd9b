"""Controls: the attacks where nothing guards against them. An attack that does not even work there proves nothing.

- **stock**: nbgrader as it comes. Hidden tests run in the kernel, points are read from the outputs.
- **process**: a Python process that nothing confines, with limits on what an attack may do to this machine.
"""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import resource
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade, is_grade

from tests.hostile.attack import Attack, cell_named
from tests.hostile.yard import Yard

# What an instructor writes between nbgrader's delimiters: it ends in a number, which is the partial credit.
HIDDEN = {
    "test_double": """
# SECRET-OF-THE-TESTS
import json, time, pytest
def passes(check):
    try:
        return bool(check())
    except Exception:
        return False
credit = 2 * passes(lambda: np.allclose(double(np.array([1.0, 2.0])), json.loads("[2.0, 4.0]")))
credit += passes(lambda: double(3.0) == 6.0)
credit += passes(lambda: double(np.ones(2))[0] == pytest.approx(2.0))
credit""",
    "test_halve": """
start = time.perf_counter()
halve(np.ones(3))
credit = 2 * (time.perf_counter() - start < 0.2)
credit += 4 * passes(lambda: np.testing.assert_allclose(halve(np.array([1.0]))[0], [0.5]) is None)
credit""",
}
STOCK_SECONDS = 10
PROCESS_SECONDS = 5.0
GRACE = 0.5
MEMORY = 20 << 30
FILE_BYTES = 64 << 20

# What the grader does with a hand-in's functions, for attacks that wait to be called.
CALLS = """
import numpy as np
for size in (2, 3):
    double(np.ones(size))
    halve(np.ones(size))
"""


def control(attack: Attack, yard: Yard) -> list[str]:
    """Return what an attack gains or hits where nothing guards against it."""
    return stock(attack, yard) if attack.control == "stock" else process(attack, yard)


def stock(attack: Attack, yard: Yard) -> list[str]:
    """Mark the hand-in as stock nbgrader does."""
    yard.look()
    shown = ""
    try:
        points, shown = stock_points(attack, yard)
    except Exception as fault:  # stock nbgrader drops the hand-in, and its old marks stay
        gained = [f"its marks are lost ({type(fault).__name__})"]
    else:
        more = points - honest_points(attack.honest(), yard)
        gained = [f"{more:+g} points"] if more > 0 else []
    return gained + yard.harm(shown)


@cache
def honest_points(attack: Attack, yard: Yard) -> float:
    """Return what stock nbgrader gives to the code without the attack."""
    return stock_points(attack, yard)[0]


def stock_points(attack: Attack, yard: Yard) -> tuple[float, str]:
    """Return the points that stock nbgrader reads from the outputs, and the notebook's outputs."""
    notebook = hand_in(attack, yard)
    for name, source in HIDDEN.items():
        with contextlib.suppress(StopIteration):  # a hand-in from which the cell was deleted
            cell_named(notebook, name).source += source
    quiet = logging.getLogger("stock")
    quiet.setLevel(logging.CRITICAL + 1)
    Execute(timeout=STOCK_SECONDS, log=quiet).preprocess(notebook, {"metadata": {"path": str(yard.home)}})
    graded = [cell for cell in notebook.cells if is_grade(cell) and cell.cell_type == "code"]
    points = sum(determine_grade(cell, quiet)[0] or 0.0 for cell in graded)
    return points, shown_in(notebook)


def process(attack: Attack, yard: Yard) -> list[str]:
    """Run the hand-in's cells in a process that nothing confines."""
    yard.look()
    cells = [cell.source for cell in hand_in(attack, yard).cells if cell.cell_type == "code"]
    script = "\n".join(f"exec(compile({source!r}, 'cell', 'exec'))" for source in [*cells, CALLS])
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd=yard.home,
        start_new_session=True,
        preexec_fn=guard,
    ) as running:
        hit, shown = outcome(running)
    return hit + yard.harm(shown)


def guard() -> None:
    """Keep an attack from harming this machine; what it tries succeeds well below these limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))


def outcome(running: subprocess.Popen[bytes]) -> tuple[list[str], str]:
    """Return how a process ended, where that is a hit by itself, and what it printed."""
    try:
        printed, _ = running.communicate(timeout=PROCESS_SECONDS)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGINT)
        try:
            printed, _ = running.communicate(timeout=GRACE)
        except subprocess.TimeoutExpired:
            running.kill()
            printed, _ = running.communicate()
            return ["still runs after an interrupt"], printed.decode("utf-8", "replace")
    hit = [f"ended the process with {running.returncode}"] if running.returncode not in (0, 1, -signal.SIGINT) else []
    return hit, printed.decode("utf-8", "replace")


def hand_in(attack: Attack, yard: Yard) -> nbformat.NotebookNode:
    """Return the notebook that is handed in, made from the release."""
    notebook = nbformat.read(yard.course.release(yard.assignment.name) / f"{yard.assignment.name}.ipynb", as_version=4)
    defaults = {"double": "def double(x): return x", "halve": "def halve(x): return x / 2, None"}
    for name, source in defaults.items():
        cell_named(notebook, name).source = source
    notebook.cells.insert(0, nbformat.v4.new_code_cell(yard.prelude))
    attack.put_into(notebook)
    return notebook


def write(notebook: nbformat.NotebookNode, file: Path) -> Path:
    """Write a hand-in as students do, whatever is wrong with it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(copy.deepcopy(notebook)), encoding="utf-8")
    return file


def shown_in(notebook: nbformat.NotebookNode | None) -> str:
    """Return all that the cells of a notebook show."""
    cells = notebook.cells if notebook is not None else []
    return json.dumps([cell.get("outputs", []) for cell in cells])
