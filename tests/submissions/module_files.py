"""Module files that tests hand in, and what a notebook shows of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import nbformat

DOUBLE = "def double(x):\n    return 2 * x\n"
HALVE = "def halve(x):\n    return x / 2, None\n"
BOTH = f"import numpy as np\n\n\n{DOUBLE}\n\n{HALVE}"
FILE = "cs231n/rnn_layers.py"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder, and return it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def sources(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return the texts of a notebook's cells, by ``grade_id`` or id."""
    return {cell.metadata.get("nbgrader", {}).get("grade_id", cell.id): cell.source for cell in notebook.cells}
