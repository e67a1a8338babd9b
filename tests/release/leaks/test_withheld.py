"""What is withheld: solutions and tests as statements, mark schemes and answers as words; and what is not."""

from __future__ import annotations

import shutil

import nbformat
import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.release.leaks.code_rule import code_leaks
from autograder.release.leaks.findings import Piece, Where
from autograder.release.leaks.text_rules import word_leaks
from autograder.release.leaks.withheld import withheld_of
from tests.release.leaks import workshop
from tests.release.leaks.workshop import NAME, with_source
from tests.support.course import cell_named


def said(text: str, withheld, *, code: bool = False) -> list[str]:
    return [leak.kind for leak in code_leaks(Piece(Where("a"), text, code), withheld)]


@pytest.fixture(scope="module")
def withheld():
    return withheld_of(workshop.assignment())


def test_each_problem_has_something_that_is_withheld(withheld):
    owners = {*withheld.forms.values(), *withheld.sequences.values()}
    for name, problem in workshop.assignment().problems.items():
        if problem.functions:
            assert f"the solution of {name}" in owners
        if not problem.manual:
            assert f"the hidden tests (hidden/test_{name}.py)" in owners


def test_functions_are_known_by_the_class_that_they_are_attached_to(withheld):
    assert withheld.functions["CaptioningRNN.loss"] == "captioning_loss"
    assert said("def loss(x):\n    return x", withheld, code=True) == []
    assert said("class CaptioningRNN:\n    def loss(self):\n        return 1.0, {}", withheld, code=True)


def test_worked_examples_that_visible_checks_share_with_hidden_tests_are_not_withheld(withheld):
    shared = "x = np.linspace(-0.4, 0.7, num=N * D).reshape(N, D)"
    assert said(shared, withheld) == []


def test_what_the_settings_list_as_public_is_not_withheld(withheld):
    assert said("np.add.at(dW, x, dout)", withheld) == []
    other = Assignment(workshop.assignment().course, NAME)
    other.public = []
    assert said("np.add.at(dW, x, dout)", withheld_of(other)) == [
        "a statement of the solution of word_embedding_backward"
    ]


def test_a_solution_of_nothing_but_light_lines_is_withheld_line_by_line():
    notebook = workshop.assignment().notebook.copy()
    notebook.cells = [cell.copy() for cell in notebook.cells]
    for cell in notebook.cells:
        cell.source = cell.source.replace("return W[x], (x, W.shape)", "return W[x], x")
    changed = withheld_of(with_source(notebook))
    assert said("Write `return W[x], x`.", changed) == ["a statement of the solution of word_embedding_forward"]


def test_what_a_mark_scheme_quotes_of_its_question_is_not_withheld(assignment):
    asked = "Say in your own words why the mean of an empty array is not a number."
    for cell in assignment.notebook.cells:
        if cell.id == "scheme":
            text = f"{asked}\n\n### BEGIN MARK SCHEME\n{asked} One point for the secret reason.\n### END MARK SCHEME"
            cell.source = text
    withheld = withheld_of(assignment)
    assert list(word_leaks(Piece(Where("a"), asked), withheld)) == []
    assert list(word_leaks(Piece(Where("a"), "not a number. One point for the secret reason"), withheld))


def test_words_are_found_whatever_their_case_marks_and_line_ends(withheld):
    text = "**THE LOSS** would also\ncount the steps after `<END>` (as losses"
    (leak,) = word_leaks(Piece(Where("a"), text), withheld)
    assert (leak.line, leak.kind) == (1, "text of the mark scheme in inline_question_masking_text")


def test_two_assignments_withhold_what_either_does(withheld):
    empty = type(withheld)({"x": "y"}, {}, {}, {}, {})
    both = empty + withheld
    assert both.forms == {"x": "y", **withheld.forms}
    assert both.known >= withheld.known


def test_a_light_line_that_is_listed_as_public_is_not_withheld(assignment):
    assert "return 2 * x" in str(withheld_of(assignment).sequences)
    assignment.public = ["return 2 * x"]
    assert "return 2 * x" not in str(withheld_of(assignment).sequences)


def test_what_is_listed_as_public_has_to_be_python(assignment):
    assignment.public = ["return 2 *"]
    with pytest.raises(CourseError, match=r"assignment\.toml.*'return 2 \*'"):
        withheld_of(assignment)


def test_expected_values_of_hidden_tests_are_withheld(assignment):
    file = assignment.hidden / "test_double.py"
    file.write_text(file.read_text() + "\nEXPECTED = np.array([[1.5, 2.5, 3.5, 4.5], [2.0, 4.0, 6.0, 8.0]])\n")
    text = "EXPECTED = np.array([[1.5, 2.5, 3.5, 4.5],\n                     [2.0, 4.0, 6.0, 8.0]])"
    assert said(text, withheld_of(assignment)) == ["a statement of the hidden tests (hidden/test_double.py)"]


def test_a_line_of_a_hidden_test_is_withheld_though_it_also_stands_in_a_visible_cell(assignment):
    line = 'y, _ = returned(student.halve(x), "y", "cache")'
    for cell in assignment.notebook.cells:
        if cell.id == "setup":
            cell.source += "\n" + line
    assert said(line, withheld_of(assignment), code=True) == ["a statement of the hidden tests (hidden/test_halve.py)"]


def test_a_sequel_may_give_the_solutions_of_the_assignment_before_it_and_that_one_may_not(assignment):
    folder, source = assignment.folder.with_name("sequel"), assignment.course.source("sequel")
    shutil.copytree(assignment.folder, folder)
    (folder / "assignment.toml").write_text(
        f'sequel_of = "{assignment.name}"\n' + (folder / "assignment.toml").read_text()
    )
    source.mkdir()
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    cell_named(
        notebook, "halve"
    ).source = (
        "def halve(x):\n    ### BEGIN SOLUTION\n    return np.multiply(x, 0.5) - np.zeros_like(x)\n    ### END SOLUTION"
    )
    nbformat.write(notebook, source / "sequel.ipynb")
    sequel = withheld_of(Assignment(assignment.course, "sequel"))
    assert "return 2 * x" in str(withheld_of(assignment).sequences)
    assert "return 2 * x" not in str(sequel.sequences)
    assert said("return np.multiply(x, 0.5) - np.zeros_like(x)", sequel, code=True)
