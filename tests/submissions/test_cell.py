"""A cell of a submission is compared with provided ones by its text, its name and what it defines."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.utils import compute_checksum

from autograder.submissions.cell import SubmittedCell, bare, much_alike, same_name, same_text, turn

TEXT = "print('visible check of double')\nassert double(np.ones(2)) is not None, 'nothing was returned'"


def cell(source, metadata=None, kind="code"):
    return nbformat.from_dict({"cell_type": kind, "source": source, "metadata": {"nbgrader": metadata or {}}})


def submitted(source, name=None):
    return SubmittedCell(cell(source, {"grade_id": name} if name else None))


def test_the_name_is_noted_and_taken_from_the_cell():
    one = cell("x = 1", {"grade_id": "setup"})
    assert SubmittedCell(one).name == "setup"
    assert "nbgrader" not in one.metadata


@pytest.mark.parametrize("metadata", [None, [], "x", 3, {"grade_id": 7}, {"grade": 1}])
def test_metadata_of_any_form_are_no_name(metadata):
    one = cell("x = 1")
    one.metadata["nbgrader"] = metadata
    made = SubmittedCell(one)
    assert (made.name, made.released) == (None, False)


def test_a_cell_is_as_released_while_its_checksum_is_that_of_its_text():
    metadata = {"grade_id": "a", "grade": True, "solution": False, "locked": True, "points": 1, "schema_version": 3}
    one = cell(TEXT, {**metadata, "cell_type": "code", "task": False})
    one.metadata.nbgrader["checksum"] = compute_checksum(one)
    edited = nbformat.from_dict({**one, "source": TEXT + " "})
    assert SubmittedCell(one).released
    assert not SubmittedCell(edited).released


def test_another_text_defines_other_names():
    one = submitted("def double(x): return 2 * x")
    one.rewrite("def halve(x): return x / 2")
    assert [found.name for found in one.defines] == ["halve"]
    assert (one.text, one.cell.source) == ("def halve(x): return x / 2",) * 2


@pytest.mark.parametrize(("kind", "source", "runs"), [("code", "x", True), ("code", "x(", False), ("raw", "x", False)])
def test_only_code_that_can_run_runs(kind, source, runs):
    assert SubmittedCell(cell(source, kind=kind)).runs is runs


def test_blanks_that_editors_change_do_not_count():
    assert bare("\n x  \n\ty \n\n") == bare("x\n\ty") == "x\n\ty"


def test_of_cells_with_a_provided_text_the_one_with_its_name_is_it():
    assert same_text(submitted(TEXT, "check"), "check", TEXT) > same_text(submitted(TEXT), "check", TEXT) > 0
    assert same_text(submitted(TEXT + "x", "check"), "check", TEXT) == 0


def test_a_name_alone_is_believed_unless_the_cell_defines_something_else():
    assert same_name(submitted("plot(x)", "check"), "check", TEXT)
    assert not same_name(submitted("plot(x)", "other"), "check", TEXT)
    assert not same_name(submitted("def mine(x):\n    return x", "check"), "check", TEXT)


def test_a_cell_that_defines_something_may_be_a_provided_one_with_additions():
    mine = "\n".join(f"def helper_{number}(x):\n    return x ** {number}" for number in range(20))
    assert same_name(submitted(f"{TEXT}\n{mine}", "check"), "check", TEXT)


def test_without_a_name_only_a_text_that_is_much_alike_is_taken():
    assert much_alike(submitted(TEXT.replace("visible", "my own")), "", TEXT)
    assert not much_alike(submitted("plot(x)\n" * 12), "", TEXT)


def test_texts_of_very_different_lengths_are_not_compared(monkeypatch):
    monkeypatch.setattr("autograder.submissions.cell.fuzz.ratio", lambda *_, **__: pytest.fail("compared"))
    assert not much_alike(submitted(TEXT * 3), "", TEXT)
    assert not much_alike(submitted(TEXT[: len(TEXT) // 3]), "", TEXT)


def test_a_cell_that_is_turned_to_another_type_has_what_that_type_has():
    one = nbformat.v4.new_code_cell("x", execution_count=3)
    turn(one, "markdown")
    assert "outputs" not in one
    assert "execution_count" not in one
    turn(one, "code")
    assert (one.outputs, one.execution_count) == ([], None)
    nbformat.validate(nbformat.v4.new_notebook(cells=[one]))
