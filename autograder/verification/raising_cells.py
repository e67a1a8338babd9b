"""Finds the cells of a marked notebook that raised: in a solution none should, whether points depend on it or not."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat

from autograder.course.cells import grade_id

LONGEST = 200


def raising_cells(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Yield a sentence for each cell that raised, with what it raised.

    Args:
        notebook: As it was marked, with its outputs.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                name = grade_id(cell) or cell.get("id", "")
                yield f"cell {name!r} (cell {number}) raises {output.ename}: {output.evalue[:LONGEST]}"
