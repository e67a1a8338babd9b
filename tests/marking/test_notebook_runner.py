"""Cells run from top to bottom; one that ends its kernel costs itself, and the others run again in a fresh one.

No kernel is started here: `test_mark_notebook.py` runs real ones.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import nbformat
import pytest

from autograder.course.limits import Limits
from autograder.course.problem import Problem
from autograder.i18n.catalogue import ENGLISH
from autograder.kernel.sandbox.levels import Level
from autograder.marking import feedback, notebook_runner
from autograder.marking.execution.isolation import Isolation
from autograder.marking.execution.outcome import Outcome
from autograder.marking.notebook_runner import NotebookMarker
from autograder.testing.faults import KernelLost
from tests.support.course import code

FINISHED, DIED, STOPPED = Outcome.FINISHED, Outcome.DIED, Outcome.STOPPED


class FakeSession:
    """A kernel that ends cells as their text says, and keeps what it ran."""

    made: ClassVar[list[FakeSession]] = []
    used = allowed = 0.1

    def __init__(self, notebook, *_settings):
        self.notebook, self.alive, self.ran = notebook, True, []
        self.made.append(self)

    def run(self, index, _seconds):
        source = self.notebook.cells[index].source
        self.ran.append(index)
        if "lost once" in source and len(self.made) == 1:
            self.alive = False
            raise KernelLost
        if source == "dies" or ("dies later" in source and len(self.made) > 1):
            self.alive = False
            return DIED
        if "hangs" in source:
            self.alive = False
            return STOPPED
        return FINISHED

    def work_on(self, notebook):
        self.notebook = notebook

    def hang_up(self):
        pass

    def close(self):
        self.alive = False

    def call_link(self):
        return SimpleNamespace(restart_meter=lambda: None, session=self)


@pytest.fixture
def marker(monkeypatch, tmp_path):
    """Return a function that makes the marker of a notebook of these cells, and keeps the problems that it tests."""
    monkeypatch.setattr(FakeSession, "made", [])
    monkeypatch.setattr(notebook_runner, "Session", FakeSession)
    monkeypatch.setattr(notebook_runner, "left_out", lambda _assignment, _notebook, _modules: {0})
    result = SimpleNamespace(score=1)
    monkeypatch.setattr(
        notebook_runner, "mark_problem", lambda _assignment, problem, access, _earlier: access.link() and result
    )
    monkeypatch.setattr(feedback, "problem_output", lambda _result, _catalogue: "table")

    def make(*cells, all_cells=True, **limits):
        problems = {"f": Problem("f", 1.0, "test_f", ("f",), manual=False)}
        assignment: Any = SimpleNamespace(
            problems=problems,
            stand_ins=(),
            catalogue=ENGLISH,
            not_for_marking=frozenset(),
            problem_of_check={"test_f": problems["f"]}.get,
        )
        made = [cell if isinstance(cell, dict) else nbformat.v4.new_code_cell(cell) for cell in cells]
        notebook = nbformat.v4.new_notebook(cells=made)
        found = NotebookMarker(
            assignment, notebook, Limits(**limits), Isolation(Level.OFF), tmp_path, all_cells=all_cells
        )
        return found, notebook

    return make


def check():
    return code("test_f", "f(1)\n### BEGIN HIDDEN TESTS\nhidden_tests()\n### END HIDDEN TESTS", grade=True)


def ran():
    return [session.ran for session in FakeSession.made]


def test_one_kernel_runs_all_cells_but_empty_ones_and_ends_with_the_notebook(marker):
    found, _ = marker("a = 1", "  ", "b = 2", check())
    assert found.mark()["f"].score == 1
    assert ran() == [[0, 2, 3]]
    assert (found.notes, FakeSession.made[0].alive) == ([], False)


def test_the_line_that_calls_the_hidden_tests_reaches_no_kernel_and_their_table_comes_first(marker):
    found, notebook = marker(check())
    found.mark()
    assert "hidden_tests" not in notebook.cells[0].source
    assert notebook.cells[0].outputs[0] == "table"


def test_after_a_cell_that_ended_its_kernel_a_fresh_one_runs_the_others_so_far_again(marker):
    found, notebook = marker("a = 1", "dies", "b = 2")
    found.mark()
    assert ran() == [[0, 1], [0, 2]]
    assert str(found.notes[0]) == "Cell 2: This cell ended the process that it ran in."
    assert notebook.cells[1].outputs[-1].ename == "Died"


def test_a_kernel_apart_has_the_cells_and_shows_nothing_in_the_notebook():
    cell = nbformat.v4.new_code_cell("a = 1", outputs=[nbformat.v4.new_output("stream", text="first")])
    notebook = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_markdown_cell("text")])
    again = notebook_runner.to_run_again(notebook)
    assert [one.source for one in again.cells] == ["a = 1", "text"]
    again.cells[0].outputs.append("second")
    again.cells[0].execution_count = 2
    assert [output.text for output in notebook.cells[0].outputs] == ["first"]
    assert notebook.cells[0].execution_count is None


def test_a_cell_that_ends_the_fresh_kernel_is_left_out_of_the_next_one(marker):
    found, _ = marker("a = 1", "dies later", "dies", check())
    found.mark()
    assert ran() == [[0, 1, 2], [0, 1], [0, 3]]
    assert str(found.notes[1]) == "Cell 2 ended or hung its process when it was run again."


def test_a_kernel_that_is_lost_through_no_fault_of_the_cells_runs_it_again(marker):
    found, _ = marker("a = 1", "lost once", check())
    found.mark()
    assert ran() == [[0, 1], [0, 1, 2]]
    assert found.notes == []


def test_a_missing_check_saves_no_problem_from_its_tests(marker):
    found, _ = marker("a = 1")
    assert "f" in found.mark()
    assert [*map(str, found.notes)] == ["The cell test_f is missing: its hidden tests were run at the end."]


def test_a_cell_that_no_points_depend_on_is_not_run_and_says_so(marker):
    found, notebook = marker("train()", "a = 1", check(), all_cells=False)
    found.mark()
    assert ran() == [[1, 2]]
    assert notebook.cells[0].outputs[0].text.startswith("Left out when marking: no points depend on this cell.")


@pytest.mark.parametrize(("passed", "said"), [(True, "hidden tests were run."), (False, "hidden tests were not run")])
def test_a_check_that_is_left_out_says_whether_its_hidden_tests_were_run(marker, passed, said):
    found, notebook = marker(check(), all_cells=False)
    found._assignment.needs = {"f": "earlier"}
    found._results = {"earlier": SimpleNamespace(passed=passed)}
    found.mark()
    assert said in notebook.cells[0].outputs[1].text


def test_a_check_of_code_that_was_stopped_before_is_not_shown_but_tested(marker):
    found, notebook = marker(check())
    found.budget.stopped("f")
    assert found.mark()["f"].score == 1
    assert notebook.cells[0].outputs[1].text.startswith("Left out when marking: code that this cell calls")


def test_a_cell_that_hangs_makes_later_waits_shorter_and_one_that_ends_does_not(marker):
    found, _ = marker("hangs")
    found.mark()
    assert found.budget.stops == 1
    found, _ = marker("dies")
    found.mark()
    assert found.budget.stops == 0


def test_when_the_time_is_used_up_nothing_more_is_run_and_that_is_said(marker):
    found, notebook = marker("a = 1", budget=0.0)
    found._results["f"] = None
    found.mark()
    assert ran() == []
    assert notebook.cells[0].outputs[0].text == "Not run: the time for marking this submission was used up.\n"
    assert [*map(str, found.notes)] == [
        "The time for marking, 0 seconds, was used up: what came after that was not run."
    ]


def test_kernels_apart_run_only_what_defines_and_live_for_one_problem(marker):
    found, _ = marker("def f(x):\n    return x", "plot()", check())

    found._run(0)
    found._run(1)
    links = [found.link_apart(number) for number in (0, 1, 0)]
    assert links[0].session is links[2].session is not links[1].session
    found._test("f")
    assert not any(link.session.alive for link in links)


def test_what_python_cannot_read_of_a_function_is_told_of_its_cell_or_of_its_file(marker):
    found, _ = marker("def g(:\n    return 1", "def f():\nreturn 1", nbformat.v4.new_markdown_cell("def f(:"))
    assert found.unreadable(["f"]).startswith("IndentationError")
    assert found.unreadable(["h"]) is None
    found._modules = {"rnn.py": "x = (1"}
    assert found.unreadable(["i"]).startswith("rnn.py: SyntaxError")


def test_what_the_cell_raised_that_is_to_define_a_function_is_told_without_the_rest_of_its_text(marker):
    cell = nbformat.v4.new_code_cell("import torch\ndef f(): pass")
    cell.outputs = [
        nbformat.v4.new_output("error", ename="ModuleNotFoundError", evalue="No module\nnamed", traceback=[])
    ]
    found, _ = marker("def g(): pass", cell)
    assert found.raised_before(["f"]) == "ModuleNotFoundError: No module"
    assert found.raised_before(["g"]) is None


@pytest.mark.parametrize(("asked", "reads"), [("written", "has_content"), ("unreadable", "definitions")])
def test_what_each_test_asks_of_the_text_is_read_once(marker, monkeypatch, asked, reads):
    found, _ = marker("def f(): pass")
    read = []
    monkeypatch.setattr(notebook_runner, reads, lambda *_: read.append(1) or [])
    for _ in range(3):
        getattr(found, asked)(["f"])
    assert len(read) == 1
