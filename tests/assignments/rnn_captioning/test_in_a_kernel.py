"""Right styles and wrong variants get in a kernel, shut in as far as this machine can, what they get here."""

from __future__ import annotations

import nbformat
import pytest

from autograder.course.limits import Limits
from autograder.course.paths import ASSIGNMENTS
from autograder.kernel.sandbox.levels import best
from autograder.marking.execution.isolation import isolation_for
from autograder.marking.execution.session import Session
from autograder.marking.problem import run_problem
from autograder.testing.fixtures import SubmissionAccess
from tests.assignments.rnn_captioning.wrong_variants import WRONG
from tests.support.sampling import some

# At least one of each problem, and what a kernel could change: what is raised, random numbers, a model's own state.
REPRESENTATIVE = (
    "rnn_step_forward__overflowing_tanh", "rnn_step_forward__single_example_squeezed",
    "rnn_step_backward__bias_not_summed", "rnn_step_backward__not_a_number", "rnn_step_backward__one_missing",
    "rnn_forward__state_not_carried", "rnn_forward__time_first",
    "rnn_backward__recurrence_lost", "rnn_backward__stops_at_zero_gradient",
    "word_embedding_forward__int64_only", "word_embedding_forward__off_by_one",
    "word_embedding_backward__repeated_words_lost", "word_embedding_backward__one_row_for_each_place",
    "captioning_loss__parameters_changed", "captioning_loss__averaged_over_words",
    "captioning_sample__drawn_at_random", "captioning_sample__single_picture_fails",
    "captioning_sample__start_in_front",
)  # fmt: skip
STYLES = {file.stem: file for file in sorted((ASSIGNMENTS / "rnn_captioning" / "right").glob("*.py"))}
HAND_INS = {
    **{name: WRONG[name].code for name in REPRESENTATIVE},
    **{name: file.read_text(encoding="utf-8") for name, file in STYLES.items()},
}
ATTACH = """
for _name in ("loss", "sample"):
    if _name in globals():
        setattr(CaptioningRNN, _name, globals()[_name])
"""


class KernelAccess(SubmissionAccess):
    """Reaches a hand-in in kernels; a fresh one runs all its cells when the one before has ended.

    Args:
        notebook: The hand-in.
        folder: A scratch folder.
        isolation: The kernels' sandbox.
    """

    def __init__(self, notebook, folder, isolation):
        self.notebook, self.folder, self.isolation, self.session = notebook, folder, isolation, None
        self.limits = Limits()

    def link(self):
        if self.session is None or not self.session.alive:
            self.session = Session(self.notebook, self.folder, self.limits, self.isolation)
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

    def mark(source, problems):
        sources = [code[0].source, *stubs, source + ATTACH]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        access = KernelAccess(notebook, tmp_path, isolation_for(assignment, best(), data=False))
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


@pytest.mark.parametrize("name", some(HAND_INS, 5))
def test_a_hand_in_gets_the_same_points_in_a_kernel_as_in_process(marker, in_a_kernel, name):
    problem = name.split("__")[0]
    problems = [problem] if problem in marker.problems else marker.problems
    source = HAND_INS[name]
    assert told(in_a_kernel(source, problems)) == told(marker.mark(source, *problems).results)
