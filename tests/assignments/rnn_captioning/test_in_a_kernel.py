"""Every wrong variant and every right style gets in a kernel, shut in as far as this machine can, what it gets here."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.assignment import ASSIGNMENTS
from autograder.examiner import run_problem
from autograder.hidden_fixtures import Access
from autograder.isolation import Isolation
from autograder.kernel.levels import best
from autograder.limits import Limits
from autograder.session import Session

HERE = Path(__file__).parent
HAND_INS = sorted([*(HERE / "wrong").glob("*.py"), *(ASSIGNMENTS / "rnn_captioning" / "right").glob("*.py")])
ATTACH = """
for _name in ("loss", "sample"):
    if _name in globals():
        setattr(CaptioningRNN, _name, globals()[_name])
"""


class KernelAccess(Access):
    """Reaches a hand-in in kernels; a fresh one runs all its cells when the one before has ended.

    Args:
        notebook: The hand-in.
        folder: A scratch folder.
    """

    def __init__(self, notebook, folder):
        self.notebook, self.folder, self.session = notebook, folder, None
        self.limits = Limits()

    def link(self):
        if self.session is None or not self.session.alive:
            self.session = Session(self.notebook, self.folder, self.limits, Isolation(best()))
            for index in range(len(self.notebook.cells)):
                self.session.run(index)
        return self.session.call_link()

    def begin_test(self):
        self.link().restart_meter()

    def close(self):
        if self.session is not None:
            self.session.close()


@pytest.fixture
def in_a_kernel(marker, tmp_path):
    """Return a function that runs hidden tests against a hand-in's code in a kernel."""
    opened = []
    assignment = marker.assignment
    solved = nbformat.read(assignment.course.solutions(assignment.name) / f"{assignment.name}.ipynb", as_version=4)
    code = [cell for cell in solved.cells if cell.cell_type == "code"]
    stubs = [cell.source for cell in code if cell.metadata.get("nbgrader", {}).get("solution")]

    def mark(file, problems):
        sources = [code[0].source, *stubs, file.read_text(encoding="utf-8") + ATTACH]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        access = KernelAccess(notebook, tmp_path)
        opened.append(access)
        results = {}
        for name in problems:
            results[name] = run_problem(assignment, assignment.problems[name], access, results)
        return results

    yield mark
    for access in opened:
        access.close()


def told(results):
    return {
        test.id: (test.verdict, test.score, test.max_score, test.basis, test.misconception)
        for result in results.values()
        for test in result.tests
    } | {name: (result.score, result.max_score) for name, result in results.items()}


@pytest.mark.parametrize("file", HAND_INS, ids=[file.stem for file in HAND_INS])
def test_a_hand_in_gets_the_same_points_in_a_kernel_as_in_process(marker, in_a_kernel, file):
    problem = file.stem.split("__")[0]
    problems = [problem] if problem in marker.problems else marker.problems
    assert told(in_a_kernel(file, problems)) == told(marker.mark(file, *problems).results)
