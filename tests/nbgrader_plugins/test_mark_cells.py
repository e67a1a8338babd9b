"""nbgrader's execute step marks within the configured limits, and runs nothing where the sandbox is too weak."""

from __future__ import annotations

from types import SimpleNamespace

import nbformat
import pytest
from traitlets.config import Config

from autograder.course.limits import Limits
from autograder.kernel.sandbox.levels import Level
from autograder.nbgrader_plugins import mark_cells
from autograder.nbgrader_plugins.mark_cells import RECORD, MarkCells

NAMES = {"nbgrader": {"assignment": "arithmetic", "student": "ada"}}


def test_the_limits_are_the_kits_unless_they_are_configured():
    assert MarkCells().limits == Limits()
    config = Config({"MarkCells": {"cell_seconds": 3.0, "budget_seconds": 40.0}})
    assert MarkCells(config=config).limits == Limits(cell=3.0, budget=40.0)


def test_nothing_is_read_or_run_where_the_sandbox_is_too_weak(monkeypatch):
    def refuse(_level, accepted):
        raise PermissionError(accepted)

    monkeypatch.setattr(mark_cells, "admitted", refuse)
    with pytest.raises(PermissionError, match="False"):
        MarkCells().preprocess(nbformat.v4.new_notebook(), {})


def test_the_record_is_left_for_the_gradebook_with_what_was_repaired(monkeypatch):
    made = SimpleNamespace(name="arithmetic", joined=False)
    read = SimpleNamespace(data=b"bytes", modules={"a.py": "x"}, mended=["a cell was renamed"], assignment=made)
    monkeypatch.setattr(mark_cells, "admitted", lambda *_arguments: Level.FULL)
    monkeypatch.setattr(mark_cells, "submission_of", lambda _step, _names: read)
    monkeypatch.setattr(mark_cells, "mark_notebook", lambda *arguments, **options: (arguments, options))
    notebook = nbformat.v4.new_notebook()
    nb, resources = MarkCells(all_cells=True).preprocess(notebook, dict(NAMES))
    (assignment, marked, submission, limits, level), options = resources[RECORD]
    assert (nb, assignment.name, limits, level, options) == (
        marked,
        "arithmetic",
        Limits(),
        Level.FULL,
        {"all_cells": True},
    )
    assert (submission.student, submission.data, submission.modules) == ("ada", read.data, read.modules)
    assert submission.mended == ("a cell was renamed",)
