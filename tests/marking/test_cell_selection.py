"""A tagged cell is left out when it is the instructor's and nothing that is run needs it.

A kernel that is started for a few calls runs what defines functions, nothing that only trains, plots or checks.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.course import Course
from autograder.course.nbgrader_app import load_config
from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox.levels import best
from autograder.marking.cell_selection import defining_cells, left_out
from autograder.marking.mark_file import mark_file
from autograder.marking.restore import restore
from autograder.nbgrader_plugins import mark_cells
from autograder.submissions.module_notebook import LOAD
from autograder.submissions.read import read_submission
from tests.support.course import code
from tests.support.tagging import handed_in, with_tags

SETUP = ("setup", "%matplotlib inline\nimport numpy as np")
DATA = ("data", "data = load()")
TRAIN = ("train", "np.random.seed(1)\nmodel = train(data)\nfeatures, _ = model")
SAMPLE = ("sample", "model.sample(features)")
CHECK = ("test_f", "features = np.ones(3)\nassert f(features) == 3")
TAGGED = {"data", "train", "sample"}


def chosen(*own, cells=(SETUP, DATA, TRAIN, SAMPLE, CHECK), tagged=TAGGED, modules=()):
    """Return the names of the cells that are left out of a hand-in with these cells of the student's own."""
    assignment: Any = SimpleNamespace(not_for_marking=frozenset(tagged), provided_code=dict(cells))
    provided = [code(name, source, grade=name.startswith("test_")) for name, source in cells]
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, own), *provided])
    return {grade_id(notebook.cells[index]) for index in left_out(assignment, notebook, modules)}


def test_tagged_cells_that_only_tagged_cells_need_are_left_out():
    assert chosen("def f(x):\n    features = x\n    return np.sum(features)") == TAGGED


@pytest.mark.parametrize(
    ("own", "out"),
    [
        ("del data", {"train", "sample"}),
        ("plot(model)", {"sample"}),  # train uses data
        ("def f(x):\n    return data[x]", {"train", "sample"}),
        ("def f(features):\n    return features", TAGGED),
        ("features = 1", {"sample"}),  # train would bind it anew
        ("def f(x):\n    global data\n    data = x", {"train", "sample"}),
        ("%time model", {"sample"}),
        ("model?", {"sample"}),  # train uses data
        ("def f(x):\n    return globals()['model']", TAGGED),
        ("SEEN = []\ndef f(x):\n    SEEN.append(x)", TAGGED),
        ("# data\ndef f(x:\n    return data", TAGGED),  # no code: it does nothing
        ("x = 1\n" * 50_000, TAGGED),
    ],
)
def test_a_tagged_cell_is_run_when_a_name_that_it_binds_occurs_in_the_students_code(own, out):
    assert chosen(own) == out


def test_names_count_through_any_number_of_tagged_cells():
    more = ("more", "model = double(model)")
    assert chosen("model", cells=(SETUP, DATA, TRAIN, more), tagged={"data", "train", "more"}) == set()


def test_an_instructors_cell_that_needs_a_tagged_one_is_the_instructors_mistake():
    assert chosen(cells=(SETUP, DATA, TRAIN, ("test_f", "assert data")), tagged={"data", "train"}) == {"data", "train"}


@pytest.mark.parametrize("source", ["from numpy import *\nx = 1", "x = !ls"])
def test_a_tagged_cell_that_may_bind_any_name_is_run(source):
    assert "any" not in chosen(cells=(SETUP, ("any", source)), tagged={"any"})


def test_definitions_are_never_left_out():
    helper = ("helper", "import time\nclass Model:\n    size = sizes")
    assert chosen(cells=(SETUP, helper, ("sizes", "sizes = 1")), tagged={"helper", "sizes"}) == set()


def test_a_cell_whose_text_is_not_the_instructors_is_run():
    notebook = nbformat.v4.new_notebook(cells=[code("data", "steal()\ndata = load()")])
    assignment: Any = SimpleNamespace(not_for_marking=frozenset({"data"}), provided_code=dict([DATA]))
    assert left_out(assignment, notebook) == frozenset()
    notebook.cells[0].source = "# This cell (id:data) was missing from the submission.\n\ndata = load()"
    assert left_out(assignment, notebook) == {0}


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("from builtins import range\ndef f(x):\n    global n\n    return range(n)", TAGGED),
        ("def f(features, N):\n    return features\n" * 2000, TAGGED),
        ("def f(x):\n    return model", {"sample"}),
    ],
    ids=["as the original course begins", "long", "a name"],
)
def test_for_module_files_the_same_rule_holds(text, out):
    load = f"{LOAD}.load('plan with model', 'file', globals())"
    assert chosen(load, modules=[text]) == out


def test_of_the_kits_own_notebook_all_tagged_cells_are_left_out_solved_or_not():
    assignment = Assignment(Course(KIT_ROOT), "rnn_captioning")
    for folder in (assignment.course.solutions(assignment.name), assignment.course.release(assignment.name)):
        notebook = restore(assignment, nbformat.read(folder / "rnn_captioning.ipynb", as_version=4))
        out = {grade_id(notebook.cells[index]) for index in left_out(assignment, notebook)}
        assert out == assignment.not_for_marking
        assert {"train_small", "train_full", "test_overfit_small_data"} <= out


@pytest.fixture
def tagged(bilingual):
    return with_tags(bilingual)


def outputs(notebook):
    """Return what cells show as text, by their names."""
    return {grade_id(cell): "".join(out.get("text", "") for out in cell.outputs)
            for cell in notebook.cells if cell.cell_type == "code"}  # fmt: skip


@pytest.mark.usefixtures("scratch")
def test_a_cell_that_is_left_out_says_so_in_the_hand_ins_language_and_the_hidden_tests_are_run(tagged):
    record, notebook = mark_file(tagged, handed_in(tagged, "zh-CN"), level=best())
    assert record.score == record.max_score
    assert (record.notes, record.mended) == ([], [])
    shown = outputs(notebook)
    assert shown["train"] == shown["show"] == "评分时未运行：没有任何分数取决于这个单元格。\n"
    assert shown["test_double"].startswith("评分时未运行")
    assert not shown["test_halve"].startswith("评分时未运行")
    check = next(cell for cell in notebook.cells if grade_id(cell) == "test_double")
    assert [output.output_type for output in check.outputs] == ["execute_result", "stream"]


@pytest.mark.usefixtures("scratch")
def test_all_cells_are_run_where_somebody_asks_for_it_and_those_that_the_hand_in_needs(tagged, tmp_path):
    file = handed_in(tagged, "en", lambda nb: nb.cells.append(nbformat.v4.new_code_cell("trained.sum()")))
    record, notebook = mark_file(tagged, file, level=best())
    assert outputs(notebook)["train"] == "trained\n"
    assert outputs(notebook)["show"] == "Left out when marking: no points depend on this cell.\n"
    marked = tmp_path / "marked.ipynb"
    asked = ["--all-cells", "--allow-weaker-isolation", "--notebook", str(marked)]
    assert main(["mark", tagged.name, str(file), *asked]) == 0
    assert outputs(nbformat.read(marked, as_version=4))["show"].startswith("shows")
    assert record.score == record.max_score


@pytest.mark.parametrize("asked", [False, True])
def test_nbgraders_autograde_is_told_in_its_configuration(tagged, monkeypatch, asked):
    folder = handed_in(tagged).parent
    seen = {}
    monkeypatch.setattr(mark_cells, "mark_notebook", lambda *_arguments, **settings: seen.update(settings))
    names = {"assignment": tagged.name, "student": "ada", "notebook": tagged.name}
    step = mark_cells.MarkCells(config=load_config(tagged.course), all_cells=asked)
    monkeypatch.setattr(mark_cells, "submission_of", lambda *_arguments: read_submission(tagged, folder))
    step.preprocess(nbformat.v4.new_notebook(), {"nbgrader": names})
    assert seen == {"all_cells": asked}


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def own(source):
    return nbformat.v4.new_code_cell(source)


PROVIDED = (
    code("setup", "import os\nos.getcwd()\nimport numpy as np"),
    code("raw", "raw = open('raw')"),
    code("data", "data = load(raw)"),
    code("check", "x = np.ones(3)\nassert f(x) == 3", grade=True, points=1),
)


def test_of_the_kits_own_notebook_set_up_tools_and_students_cells_are_kept():
    solved = nbformat.read(KIT_ROOT / "solutions/rnn_captioning/rnn_captioning.ipynb", as_version=4)
    kept = {solved.cells[index].metadata.nbgrader.grade_id for index in defining_cells(solved)}
    stubs = {cell.metadata.nbgrader.grade_id for cell in solved.cells
             if cell.cell_type == "code" and cell.metadata.nbgrader.solution}  # fmt: skip
    assert kept == {"setup", "tools", *stubs}


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("def f(x):\n    return np.sum(x)", {0, 4}),
        ("def f(x):\n    return data[x]", {1, 2, 4}),  # data needs raw
        ("def f(x, data=1):\n    data = np.ones(1)\n    return data", {0, 4}),
        ("class A:\n    def f(self):\n        return [data for _ in 'a']", {1, 2, 4}),
        ("print(data)\n%matplotlib inline", {1, 2, 4}),
        ("%time print(data)", {1, 2, 4}),
        ("def f(x):\n    return globals()[x]", {4}),
        ("def f(x:\n    data", {4}),  # does nothing
        ("del data", {1, 2, 4}),
        ("", {4}),
    ],
)
def test_provided_cells_are_kept_whose_names_students_code_uses(source, kept):
    assert defining_cells(notebook(*PROVIDED, own(source))) == kept


def test_a_check_is_kept_when_a_function_reads_a_name_that_it_binds():
    assert 1 in defining_cells(notebook(own("def f():\n    return x"), PROVIDED[-1]))
