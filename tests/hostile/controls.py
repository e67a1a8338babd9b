"""Controls: the attacks where nothing guards against them. An attack that does not even work there proves nothing.

- **stock**: nbgrader as it comes: hidden tests run in the kernel, points are read from the outputs. (Its step that
  restores provided cells is left out, so that attacks on these can be seen to work.)
- **inside**: this kit's own hidden tests, run in the process of the student's code.
- **solution**: the same, with the solution's functions standing in for the student's.
- **naive**: a grader that keeps tests outside, but believes what comes over the wire.
- **process**: a Python process that nothing confines, with limits on what an attack may do to this machine.
- **copy**: the copy of a hand-in's files that nbgrader makes before it looks at them.
- **open**: that copy, and a kernel that a person starts there.
- **unpack**: a program that writes the members of an archive where their names lead.
- **parse**: a program that compiles module files, to look at them before they run.

Module files in the other controls: laid over the provided package and imported, as most graders of them do.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import nbformat
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade, is_grade

from tests.hostile.attack import FOLDER, Attack
from tests.hostile.handing_in import alive_in, cell_named, shown_in
from tests.hostile.layouts import hand_in
from tests.hostile.memory import MEMORY_MB, Peak
from tests.hostile.unguarded import look, run_script
from tests.hostile.yard import Yard

# What an instructor writes between nbgrader's delimiters: it ends in a number, which is the partial credit.
HIDDEN = {
    "setup": """
# SECRET-OF-THE-TESTS
import json, time, pytest
def passes(check):
    try:
        return bool(check())
    except Exception:
        return False
""",
    "test_double": """
# SECRET-OF-THE-TESTS
credit = 2 * passes(lambda: np.allclose(double(np.array([1.0, 2.0])), json.loads("[2.0, 4.0]")))
credit += passes(lambda: double(3.0) == 6.0)
credit += passes(lambda: double(np.ones(2))[0] == pytest.approx(2.0))
credit
""",
    "test_halve": """
start = time.perf_counter()
halve(np.ones(3))
credit = 2 * (time.perf_counter() - start < 0.2)
credit += 2 * passes(lambda: np.testing.assert_allclose(halve(np.array([1.0]))[0], [0.5]) is None)
credit += 2 * passes(lambda: not abs(halve(np.ones(1))[0] - 0.5).max() > 1e-9)
credit
""",
}
# What a cell does, and what Jupyter does to find kernels.
IMPORTING = "import numpy"
REGISTERED = """
from importlib.metadata import entry_points
print([one.name for one in entry_points(group="jupyter_client.kernel_provisioners")])
"""
STOCK_SECONDS = 20
QUIET = logging.getLogger("stock")
QUIET.setLevel(logging.CRITICAL + 1)


def control(attack: Attack, yard: Yard) -> list[str]:
    """Return what an attack gains or hits where nothing guards against it."""
    yard.look()
    match attack.control:
        case "stock":
            hit, shown = stock(attack, yard)
        case "copy" | "open":
            hit, shown = copied(attack, yard)
        case "unpack" | "parse":
            hit, shown = look(attack, yard)
        case _:
            hit, shown = run_script(attack, yard)
            if attack.control in ("inside", "naive"):
                hit += gained(attack, yard, shown)
    return hit + yard.harm(shown)


def stock(attack: Attack, yard: Yard) -> tuple[list[str], str]:
    """Mark the hand-in as stock nbgrader does."""
    memory = Peak()
    try:
        points, notebook = stock_points(attack, yard)
    except Exception as fault:  # stock nbgrader drops the hand-in, and its old marks stay
        return [f"its marks are lost ({type(fault).__name__})"], ""
    more, grown = points - stock_honest(attack.honest(), yard), memory.grown()
    hit = [f"{more:+g} points"] * (more > 0) + [f"{name} gets no automatic points" for name in escaped(notebook)]
    hit += [f"took {grown:.0f} MB of the grader's memory"] * (grown > MEMORY_MB)
    return hit + alive_in(notebook), shown_in(notebook)


@cache
def stock_honest(attack: Attack, yard: Yard) -> float:
    """Return what stock nbgrader gives to the code without the attack."""
    return stock_points(attack, yard)[0]


def stock_points(attack: Attack, yard: Yard) -> tuple[float, nbformat.NotebookNode]:
    """Return the points that stock nbgrader reads from the outputs, and the notebook."""
    handed = hand_in(attack, yard, "stock")
    if handed.is_dir():  # stock nbgrader looks at the notebook alone
        handed /= f"{attack.assignment}.ipynb"
    if not handed.is_file():
        return 0.0, nbformat.v4.new_notebook()
    notebook = nbformat.read(handed, as_version=4)
    for name, source in HIDDEN.items():
        with contextlib.suppress(StopIteration):  # a hand-in from which the cell was deleted
            cell_named(notebook, name).source += "\n" + source
    Execute(timeout=STOCK_SECONDS, log=QUIET).preprocess(notebook, {"metadata": {"path": str(yard.home)}})
    graded = [cell for cell in notebook.cells if is_grade(cell)]
    return sum(determine_grade(cell, QUIET)[0] or 0.0 for cell in graded), notebook


def escaped(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the tests for which stock nbgrader finds no points, but waits for a person."""
    graded = [cell for cell in notebook.cells if is_grade(cell) and cell.metadata.nbgrader.grade_id in HIDDEN]
    return [cell.metadata.nbgrader.grade_id for cell in graded if determine_grade(cell, QUIET)[0] is None]


def gained(attack: Attack, yard: Yard, shown: str) -> list[str]:
    """Return by how much a script's points are above those of the honest same code."""
    more = points_in(shown) - outside_honest(attack.honest(), yard, attack.control)
    return [f"{more:+g} points"] if more > 0 else []


@cache
def outside_honest(attack: Attack, yard: Yard, ending: str) -> float:
    """Return what the same control gives to the code without the attack."""
    return points_in(run_script(attack, yard, ending)[1])


def points_in(shown: str) -> float:
    """Return the points that a script has printed last, 0 when it never came to that."""
    found = [line.removeprefix("POINTS ") for line in shown.splitlines() if line.startswith("POINTS ")]
    return float(found[-1]) if found else 0.0


def copied(attack: Attack, yard: Yard) -> tuple[list[str], str]:
    """Copy the hand-in's folder, links followed, and return what the copy holds."""
    handed = hand_in(attack, yard, "copied")
    folder = handed if attack.layout == FOLDER else handed.parent
    with tempfile.TemporaryDirectory() as scratch:
        try:
            shutil.copytree(folder, Path(scratch) / "autograded")
        except shutil.Error as fault:
            return [f"its marks are lost ({type(fault).__name__})"], ""
        if attack.control == "open":
            return [], opened(Path(scratch) / "autograded")
        files = [path for path in Path(scratch).rglob("*") if path.is_file()]
        held = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
    solved = ["holds the solution"] if "return 2 * x" in held else []
    return solved, held


def opened(folder: Path) -> str:
    """Return what is shown when a kernel is started in a folder: by its launcher, by imports, by what is registered."""
    commands = (["-m", "ipykernel_launcher", "--version"], ["-c", IMPORTING], ["-c", REGISTERED])
    return "".join(
        subprocess.run([sys.executable, *one], cwd=folder, stdout=subprocess.PIPE, text=True, check=False).stdout
        for one in commands
    )
