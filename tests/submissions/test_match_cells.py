"""Each of the assignment's cells is found in a submission: by what it defines, its text, its name."""

from __future__ import annotations

import copy

import nbformat
import pytest

from autograder.course.released_notebook import as_students_get_them
from autograder.submissions.match_cells import Matcher

DOUBLE = "def double(x):\n    return 2 * x"


@pytest.fixture
def match(assignment):
    """Return a function that matches the released notebook, in which the stub of double was filled, after an edit."""

    def match(edit=lambda _cells: None):
        notebook = copy.deepcopy(as_students_get_them(assignment))
        named(notebook.cells, "double").source = DOUBLE
        edit(notebook.cells)
        return Matcher(assignment, notebook)

    return match


def named(cells, name):
    return next(cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def code(source):
    return nbformat.v4.new_code_cell(source)


def test_in_an_honest_submission_each_cell_is_its_own(match):
    matcher = match()
    assert list(matcher.matched) == ["setup", "double", "test_double", "halve", "test_halve", "why"]
    assert all(cell.name == name for name, cell in matcher.matched.items())
    assert matcher.recognised
    assert (matcher.joined, matcher.taken_apart, matcher.spare) == ([], [], {})


def test_cells_without_names_are_found_by_what_is_in_them(match):
    before = match().matched
    after = match(lambda cells: [cell.metadata.clear() for cell in cells]).matched
    assert {name: cell.text for name, cell in after.items()} == {name: cell.text for name, cell in before.items()}


def test_a_cell_that_defines_what_is_asked_is_never_taken_for_a_provided_one(match):
    def edit(cells):
        named(cells, "test_double").source = DOUBLE
        named(cells, "double").source = "x = 1"

    matcher = match(edit)
    assert matcher.stubs["double"].cell.text == DOUBLE
    assert "test_double" not in matcher.matched


def test_code_that_was_added_to_a_short_provided_cell_stays_the_authors(match):
    def edit(cells):
        named(cells, "setup").source += "\ndef double(x):\n    return x + x"

    matcher = match(edit)
    assert "setup" not in matcher.matched
    assert len(matcher.stubs["double"].definers) == 2


def test_a_submission_of_something_else_is_not_recognised(assignment):
    assert not Matcher(assignment, nbformat.v4.new_notebook(cells=[code("import numpy as np")])).recognised


def test_a_function_that_was_split_is_joined_and_the_next_one_is_not_drawn_in(match):
    def split(cells):
        at = cells.index(named(cells, "double"))
        cells[at].source = "def double(x):\n    y = 2 * x"
        cells.insert(at + 1, code("    return y"))

    matcher = match(split)
    assert matcher.stubs["double"].cell.text == "def double(x):\n    y = 2 * x\n    return y"
    assert matcher.joined == [3]


def test_a_provided_cell_in_a_cell_with_code_is_taken_out_of_it(match):
    def merge(cells):
        check = named(cells, "test_double")
        named(cells, "double").source += f"\n{check.source}"
        cells.remove(check)

    matcher = match(merge)
    assert matcher.taken_apart == ["test_double"]
    assert matcher.stubs["double"].cell.text.strip() == DOUBLE


def test_of_several_definitions_the_last_that_changes_something_counts(match):
    other = "def double(x):\n    return x + x"
    matcher = match(lambda cells: cells.extend([code(other), code(other), code("def double(x:")]))
    stub = matcher.stubs["double"]
    assert [cell.text for cell in stub.definers] == [DOUBLE, other]
    assert (stub.cell.text, stub.doubled) == (other, ["double"])


def test_an_untouched_copy_of_a_stub_is_a_copy_only_behind_what_was_written(match):
    stub = "def double(x):\n    raise NotImplementedError"
    assert [cell.text for cell in match(lambda cells: cells.append(code(stub))).stubs["double"].copies] == [stub]
    assert not match(lambda cells: cells.insert(0, code(stub))).stubs["double"].copies


def test_further_copies_of_a_provided_cell_are_counted(match):
    assert match(lambda cells: cells.append(code(named(cells, "setup").source))).spare == {"setup": 1}


def test_an_answer_without_a_name_is_the_text_behind_its_question(match):
    def edit(cells):
        answer = named(cells, "why")
        answer.metadata.clear()
        answer.source = "Because."

    assert match(edit).matched["why"].text == "Because."


def test_a_cell_with_a_problems_name_stands_for_it_where_nothing_defines_it(match):
    def edit(cells):
        named(cells, "double").source = "I did not get to it."

    stub = match(edit).stubs["double"]
    assert (stub.cell.text, stub.definers) == ("I did not get to it.", [])


def test_cells_that_were_found_get_the_names_and_types_of_the_provided_ones(match):
    def edit(cells):
        check = named(cells, "test_double")
        check.metadata.clear()
        check.cell_type = "raw"

    matcher = match(edit)
    matcher.name_cells()
    assert named([one.cell for one in matcher.submitted], "test_double").cell_type == "code"
