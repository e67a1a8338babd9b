"""A gradebook of nbgrader's with one assignment, that no class has been marked in."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

NAME = "arithmetic"


@pytest.fixture(scope="session")
def fresh_gradebook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a gradebook: a graded cell, a written question, a task, and a second notebook."""
    file = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{file}", "cs231n") as book:
        book.add_assignment(NAME, duedate="2026-03-01 12:00:00 UTC")
        book.add_notebook(NAME, NAME, kernelspec='{"name": "python3"}')
        book.add_notebook("extra", NAME)
        texts = {
            "double": ("code", "def double(x): ..."),
            "test_double": ("code", "check"),
            "why": ("markdown", "Why?"),
        }
        for name, (kind, source) in texts.items():
            book.add_source_cell(name, NAME, NAME, cell_type=kind, source=source, locked=name == "test_double")
        book.add_solution_cell("double", NAME, NAME)
        book.add_grade_cell("test_double", NAME, NAME, max_score=4, cell_type="code")
        book.add_grade_cell("why", NAME, NAME, max_score=3, cell_type="markdown")
        book.add_solution_cell("why", NAME, NAME)
        book.add_grade_cell("more", "extra", NAME, max_score=2, cell_type="code")
        book.add_task_cell("task", "extra", NAME, max_score=1, cell_type="markdown")
    return file.read_bytes()


@pytest.fixture
def url(fresh_gradebook: bytes, tmp_path: Path) -> str:
    """The address of a copy of the gradebook that a test may change."""
    file = tmp_path / "gradebook.db"
    file.write_bytes(fresh_gradebook)
    return f"sqlite:///{file}"
