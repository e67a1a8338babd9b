"""The catalogue: each misconception loses what it says, says it well, and can be told apart from all the others."""

from __future__ import annotations

import ast
import functools

import nbformat
import pytest

from autograder.course.misconceptions import misconceptions
from autograder.course.results import Verdict
from tests.assignments.marker import Marker
from tests.assignments.names import NAMES
from tests.assignments.wrong_variants import Wrong, paired
from tests.support.sampling import some

MARKERS = {name: Marker.of(name) for name in NAMES}
FOUND = {name: misconceptions(marker.assignment) for name, marker in MARKERS.items()}
ALL = [(MARKERS[name], one) for name, found in FOUND.items() for problem in found.values() for one in problem]
LONGEST = {"title": 90, "belief": 170, "hint": 250, "note": 280}
each = pytest.mark.parametrize(
    ("marker", "one"), some(ALL, 50), ids=[f"{marker.assignment.name}-{one.problem}-{one.name}" for marker, one in ALL]
)


@each
def test_it_is_named_and_loses_its_shares_in_its_problem_and_none_in_the_backward(marker, one):
    marks = marker.mark(one.file, one.problem)
    Wrong(one.problem, one.name, one.file).check(marks, one.loses)
    assert marks.misconceptions == {one.name}
    for pair in paired(marker.assignment, one.problem):
        backward = marker.mark(one.file, one.problem, pair)
        # Where the forward function raises there is nothing to call its backward function with.
        assert pair not in backward.lost or {test.verdict for test in backward.results[pair].tests} == {Verdict.NOT_RUN}


@each
def test_its_texts_are_short_sentences(marker, one):
    texts = {"title": one.title, "belief": one.belief, "hint": one.hint, "note": one.note}
    assert [name for name, text in texts.items() if len(text) > LONGEST[name]] == []
    assert [name for name, text in texts.items() if text[-1] not in ".?"] == []
    assert len({*texts.values()}) == len(texts)


@each
def test_its_hint_gives_none_of_the_code_away(marker, one):
    solved = marker.assignment.course.solutions(marker.assignment.name)
    hint = "".join(one.hint.split())
    code = [statement for text in texts_of(solved) for statement in statements_in(text)]
    assert len(code) > 50
    assert [statement for statement in code if statement in hint] == []


@functools.cache
def texts_of(folder):
    """Return the code of the cells and the modules of the solutions."""
    cells = nbformat.read(folder / f"{folder.name}.ipynb", as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code" and cell.metadata.get("nbgrader")]
    return [*sources, *(file.read_text(encoding="utf-8") for file in (folder / "cs231n").glob("rnn_layers.py"))]


@functools.cache
def statements_in(text):
    """Return simple statements, and the expressions on their right, without their spaces."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:  # a line for the notebook alone
        return []
    found = [node for node in nodes if isinstance(node, ast.Assign | ast.AugAssign | ast.Return)]
    values = [
        node.value for node in found if isinstance(node.value, ast.BinOp | ast.Call | ast.Subscript | ast.Compare)
    ]
    return ["".join(ast.unparse(node).split()) for node in (*found, *values)]


def test_every_problem_with_a_stub_has_some(marker):
    with_stub = [name for name in marker.problems if marker.assignment.problems[name].functions]
    found = FOUND[marker.assignment.name]
    assert list(found) == with_stub
    assert min(len(problem) for problem in found.values()) >= 5


def test_names_that_hidden_tests_give_are_those_of_the_catalogue(marker):
    lineage = (marker.assignment, *marker.assignment.earlier)
    given = {
        ast.literal_eval(node.args[2])
        for folder in (marker.assignment.hidden, *(one.folder for one in lineage))
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "fail" and len(node.args) > 2
    }
    assert given
    assert given <= {one.name for problem in FOUND[marker.assignment.name].values() for one in problem}


def test_no_two_say_the_same(marker):
    for problem in FOUND[marker.assignment.name].values():
        for name in ("title", "hint", "note"):
            assert len({getattr(one, name) for one in problem}) == len(problem)
