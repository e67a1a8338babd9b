"""Kernels at the best level that this machine offers, none of which outlives its test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.kernel.levels import Level, best
from autograder.kernel.manager import forked_kernel
from autograder.kernel.nursery import Nursery

Run = Callable[..., list[nbformat.NotebookNode]]


@pytest.fixture(scope="session")
def level() -> Level:
    """The strongest level to be had."""
    return best()


@pytest.fixture
def scratch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only place for temporary files, with a short path; in the end it must be empty."""
    folder = Path(tempfile.mkdtemp(prefix="ag"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    try:
        yield folder
        assert not list(folder.iterdir()), "scratch files that outlive their test"
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def nursery(level: Level) -> Iterator[Nursery]:
    """A nursery of the test's own, which ends with it."""
    made = Nursery(level)
    yield made
    made.close()


@pytest.fixture
def run(level: Level, scratch: Path) -> Run:
    """Return a function that runs cells in a new kernel, through nbclient as it is, and returns them."""

    def run(*sources: str, files: dict[str, str] | None = None) -> list[nbformat.NotebookNode]:
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (files or {}).items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            client = NotebookClient(
                nbformat.v4.new_notebook(cells=cells),
                km=forked_kernel(level, (), {}),
                allow_errors=True,
                timeout=60,
                resources={"metadata": {"path": folder}},
            )
            client.execute(cleanup_kc=True)
        return cells

    return run
