"""A submission of module files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.submissions.module_files import BOTH, FILE, write


@pytest.fixture
def module_folder(tmp_path: Path) -> Path:
    """A folder with both functions in one file."""
    return write(tmp_path / "ada", {FILE: BOTH})
