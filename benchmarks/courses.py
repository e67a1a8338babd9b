"""Courses in a scratch folder, one for each grader: the same assignment, the same hidden tests, the same cells.

Nothing of the user's own class is touched: each course has its own configuration, gradebook and hand-ins.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.course import CONFIG, SALT_VARIABLE, Course
from autograder.course.paths import KIT_ROOT
from autograder.kernel.threads import ONE_THREAD
from autograder.kernel.zygote_client import close_all
from autograder.release.release import release
from benchmarks.hand_ins import HandIn, without_long_training, write_class

NAME = "rnn_captioning"
NOTEBOOK = f"{NAME}.ipynb"
PROGRAMS = Path(sys.executable).parent
# Stock nbgrader's limit for a cell, and the kit's beside it.
CELL_SECONDS = 20.0
KIT_LIMITS = f"""
c.MarkCells.cell_seconds = {CELL_SECONDS}
c.MarkCells.weaker_isolation = True
"""
STOCK_CONFIG = f"""c = get_config()
c.CourseDirectory.course_id = "stock"
# The mark scheme of the written question stands in a cell of its own.
c.ClearMarkScheme.enforce_metadata = False
c.Execute.timeout = {CELL_SECONDS:.0f}
"""


def environment(programs: Path = PROGRAMS) -> dict[str, str]:
    """Return the environment that all graders have: one thread for linear algebra, one salt, this Python's kernel."""
    return {
        **os.environ,
        **ONE_THREAD,
        "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", "")]),
        "JUPYTER_PREFER_ENV_PATH": "1",
        SALT_VARIABLE: "of the benchmarks",
    }


@dataclass(frozen=True)
class Prepared:
    """A course of the kit in which nothing has been handed in yet.

    Attributes:
        course: The course.
        release: What students get.
        solved: The solved notebook.
    """

    course: Course
    release: nbformat.NotebookNode
    solved: nbformat.NotebookNode

    def copy(self, root: Path, hand_ins: list[HandIn], size: int | None = None) -> Course:
        """Make a course like it, in which hand-ins lie; see `write_class`."""
        shutil.copytree(self.course.root, root)
        course = Course(root)
        write_class(hand_ins, course.submitted, NAME, (self.release, self.solved), size=size)
        return course


def prepare(root: Path) -> Prepared:
    """Make a course of the kit's assignment without its long training, released, and build the data."""
    course = Course(root)
    course.source(NAME).mkdir(parents=True)
    source = nbformat.read(KIT_ROOT / "source" / NAME / NOTEBOOK, as_version=4)
    nbformat.write(without_long_training(source), course.source(NAME) / NOTEBOOK)
    config = (KIT_ROOT / CONFIG).read_text(encoding="utf-8")
    (root / CONFIG).write_text(config + KIT_LIMITS, encoding="utf-8")
    assignment = Assignment(course, NAME)
    assignment.prepare_data()
    with contextlib.chdir(root):  # nbgrader's converters ask for the course around the current folder
        release(assignment)
    close_all()  # kernels in which the release was looked through: whoever measures waits for all children
    return read_prepared(course)


def prepared_in(root: Path) -> Prepared:
    """Return the course of a folder, which is made where it is not there: preparing one takes most of a minute."""
    if not (root / CONFIG).is_file():
        root.mkdir(parents=True, exist_ok=True)
        return prepare(root)
    course = Course(root)
    Assignment(course, NAME).prepare_data()
    return read_prepared(course)


def read_prepared(course: Course) -> Prepared:
    """Return a course that was prepared, with its notebooks."""
    folders = (course.release(NAME), course.solutions(NAME))
    return Prepared(course, *(nbformat.read(folder / NOTEBOOK, as_version=4) for folder in folders))


def stock_course(prepared: Prepared, root: Path, hand_ins: list[HandIn]) -> Path:
    """Make a course without anything of the kit's but its hidden tests and its solution, with which these compare."""
    course = prepared.course
    for made in ("source", "solutions"):
        shutil.copytree(course.root / made, root / made)
    (root / CONFIG).write_text(STOCK_CONFIG, encoding="utf-8")
    run([PROGRAMS / "nbgrader", "generate_assignment", NAME], root, environment())
    write_class(hand_ins, root / "submitted", NAME, (prepared.release, prepared.solved))
    return root


OTTER_TEST = """OK_FORMAT = False
from otter.test_files import test_case

name = "{problem}"
points = {points:g}


@test_case(points={points:g})
def all_hidden_tests_pass():
    from autograder.hidden import hidden_tests

    result = hidden_tests("{assignment}", "{problem}").result
    assert result.score == result.max_score, f"{{result.score:g}} of {{result.max_score:g}} points"
"""


def otter_course(prepared: Prepared, root: Path, hand_ins: list[HandIn], programs: Path) -> list[Path]:
    """Make an otter assignment whose tests run the hidden tests, and hand-ins that ask for them where nbgrader's do.

    Args:
        prepared: The same for the kit.
        root: Where.
        hand_ins: The class.
        programs: Where ``otter`` is.

    Returns:
        The hand-ins. The assignment is ``autograder.zip``.
    """
    (root / "tests").mkdir(parents=True)
    problems = Assignment(prepared.course, NAME).problems.values()
    checks = {one.check: one for one in problems if not one.manual}
    for one in checks.values():
        text = OTTER_TEST.format(assignment=NAME, problem=one.id, points=one.points)
        (root / "tests" / f"{one.id}.py").write_text(text, encoding="utf-8")

    def ask_otter(notebook: nbformat.NotebookNode) -> None:
        for cell in notebook.cells:
            check = checks.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            if check:
                cell.source += f'\ngrader.check("{check.id}")'
        notebook.cells.insert(0, nbformat.v4.new_code_cell("import otter\ngrader = otter.Notebook()", id="otter"))

    options = ("-t", "tests", "-o", "autograder.zip", "--no-requirements", "--no-environment")
    run([programs / "otter", "generate", *options], root, environment(programs))
    return write_class(hand_ins, root / "submitted", NAME, (prepared.release, prepared.solved), edit=ask_otter)


def run(command: list[str | Path], folder: Path, variables: Mapping[str, str]) -> None:
    """Run a command that is not measured; what it prints is shown when it fails."""
    ended = subprocess.run(
        list(map(str, command)), cwd=folder, env=dict(variables), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    if ended.returncode != 0:
        raise RuntimeError(f"{command[0]} failed in {folder}:\n{ended.stdout}")
