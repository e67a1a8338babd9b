"""A gradebook of nbgrader's with one assignment, that no class has been marked in, and records to enter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.course.results import ProblemResult, Record, Status

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


@pytest.fixture
def record_of() -> Callable[..., Record]:
    """Return a function that makes ada's record: points of ``double``, and what else it says."""

    def make(score: float | None = None, status: Status = Status.MARKED, **more: Any) -> Record:
        problems = [] if score is None else [ProblemResult(id="double", score=score, max_score=4)]
        return Record(
            **{
                "assignment": NAME,
                "student": "ada",
                "sha256": "",
                "status": status,
                "score": score or 0,
                "max_score": 4,
                "manual": ["why"],
                "problems": problems,
                "kit_version": "2",
                "tests_sha256": "b",
                "environment": {},
                "seconds": 0,
                **more,
            }
        )

    return make
