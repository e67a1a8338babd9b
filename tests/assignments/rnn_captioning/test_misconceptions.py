"""The catalogue: each misconception loses what it says, says it well, and can be told apart from all the others."""

from __future__ import annotations

import ast
import functools
import itertools
import os
from dataclasses import dataclass, field

import nbformat
import numpy as np
import pytest

from autograder import expect
from autograder.assignment import Assignment
from autograder.course import KIT_ROOT, Course
from autograder.misconceptions import misconceptions
from tests.assignments.rnn_captioning.conftest import Marks
from tests.assignments.rnn_captioning.wrong_variants import CATALOGUE, PAIRED, WRONG

FOUND = misconceptions(Assignment(Course(KIT_ROOT), "rnn_captioning"))
ALL = [one for problem in FOUND.values() for one in problem]
LONGEST = {"title": 90, "belief": 170, "hint": 250, "note": 280}
# Answers count as different when they differ by more than this part of what the mistake does to them.
DIFFERENT = 1e-3


@dataclass
class Trial:
    """A hand-in that was marked, and the numbers that hidden tests read of its answers."""

    marks: Marks
    read: dict[str, list[np.ndarray]] = field(default_factory=dict)

    @property
    def results(self) -> dict[str, str]:
        """What each hidden test came to, by its name."""
        return {test.rpartition("::")[2]: result for test, result in self.marks.verdicts.items()}


class Trials:
    """Marks each misconception once, and takes down what the hidden tests of its problem read."""

    def __init__(self, marker):
        self.marker, self.done = marker, {}

    def of(self, problem: str, name: str = "") -> Trial:
        """Return the trial of a misconception, or of the solution when no name is given."""
        if (problem, name) not in self.done:
            file = CATALOGUE / problem / f"{name}.py" if name else ""
            self.done[problem, name] = self.make(self.marker.namespace(file), problem)
        return self.done[problem, name]

    def make(self, names, problem: str) -> Trial:
        read = {}

        def listening(answer, room, numbers=expect.numbers):
            values = numbers(answer, room)
            test = os.environ["PYTEST_CURRENT_TEST"].partition("::")[2].partition(" ")[0]
            read.setdefault(test, []).append(np.array(values, dtype=float))
            return values

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(expect, "numbers", listening)
            return Trial(self.marker.mark_names(names, problem), read)


@pytest.fixture(scope="module")
def trials(marker) -> Trials:
    return Trials(marker)


def same(one: Trial, other: Trial, right: Trial) -> bool:
    """Return whether two hand-ins fail the same tests with the same numbers."""
    if one.results != other.results:
        return False
    failed = [test for test, result in one.results.items() if result != "passed"]
    return all(alike(*(trial.read.get(test, []) for trial in (one, other, right))) for test in failed)


def alike(ones: list[np.ndarray], others: list[np.ndarray], rights: list[np.ndarray]) -> bool:
    """Return whether the numbers that a test read are the same for two hand-ins, measured by what is wrong in them."""
    if [values.shape for values in ones] != [values.shape for values in others]:
        return False
    for one, other, right in itertools.zip_longest(ones, others, rights[: len(ones)], fillvalue=np.zeros(())):
        wrong = one - right if one.shape == right.shape else one
        if np.abs(one - other).max(initial=0) > DIFFERENT * np.abs(wrong).max(initial=0):
            return False
    return True


def grouped(values, problem_of=lambda value: value.problem):
    """Return parameters whose tests run in one process for each problem, so that nothing is marked twice."""
    return [pytest.param(value, marks=pytest.mark.xdist_group(problem_of(value))) for value in values]


each = pytest.mark.parametrize("one", grouped(ALL), ids=[f"{one.problem}-{one.name}" for one in ALL])


@each
def test_it_loses_its_shares_in_its_problem_and_none_in_the_backward(marker, trials, one):
    wrong = WRONG[f"{one.problem}__{one.name}"]
    marks = trials.of(one.problem, one.name).marks
    wrong.check(marks, one.loses)
    assert marks.misconceptions <= {one.name}
    for pair in PAIRED.get(one.problem, ()):
        assert not marker.mark(one.file, pair).lost


@pytest.mark.parametrize("problem", grouped(FOUND, str))
def test_every_two_of_a_problem_fail_other_tests_or_with_other_numbers(trials, problem):
    names = [one.name for one in FOUND[problem]]
    pairs = itertools.combinations(names, 2)
    right = trials.of(problem)
    assert [pair for pair in pairs if same(*(trials.of(problem, name) for name in pair), right)] == []


@pytest.mark.parametrize("problem", grouped(["rnn_step_forward"], str))
def test_two_that_are_the_same_are_seen(trials, problem):
    one, right = trials.of(problem, "no_bias"), trials.of(problem)
    assert same(one, one, right)
    assert not same(one, right, right)


@each
def test_its_texts_are_short_sentences(one):
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
    cells = nbformat.read(folder / "rnn_captioning.ipynb", as_version=4).cells
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
    assert list(FOUND) == with_stub
    assert min(len(found) for found in FOUND.values()) >= 5


def test_names_that_hidden_tests_give_are_those_of_the_catalogue(marker):
    given = {
        (file.stem.removeprefix("test_"), node.args[2].value)
        for file in marker.assignment.hidden.glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "fail" and len(node.args) > 2
    }
    assert given
    assert given <= {(one.problem, one.name) for one in ALL}


def test_no_two_say_the_same():
    for problem in FOUND.values():
        for name in ("title", "hint", "note"):
            assert len({getattr(one, name) for one in problem}) == len(problem)
