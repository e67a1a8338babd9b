"""Says in what committed files differ from those that the source gives: the file, the cell, and a short difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import nbformat

from autograder.course.cells import grade_id

# So much is shown of each side of a difference.
SHOWN = 60
# How many cells of a notebook are shown; the others are counted.
CELLS_SHOWN = 3


def differing_files(committed: Path, made: Path) -> list[str]:
    """Return a line for each file that is in only one of two folders, and one for each difference of the others."""
    name = Path(committed.parent.name, committed.name)
    lines = []
    for file in sorted(_files(committed) | _files(made)):
        ours, theirs = committed / file, made / file
        if not ours.is_file():
            lines.append(f"{name / file}: is missing")
        elif not theirs.is_file():
            lines.append(f"{name / file}: does not belong there")
        elif ours.read_bytes() != theirs.read_bytes():
            lines += [f"{name / file}: {line}" for line in differences(ours, theirs)]
    return lines


def _files(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}


def differences(ours: Path, theirs: Path) -> list[str]:
    """Return in what a file differs from what it should be: cells of a notebook, or the first line of a text."""
    try:
        if ours.suffix == ".ipynb":
            lines = [*_cells(*(nbformat.read(file, as_version=4) for file in (ours, theirs)))]
            more = [f"and {len(lines) - CELLS_SHOWN} more cells"] if len(lines) > CELLS_SHOWN else []
            return [*lines[:CELLS_SHOWN], *more] or ["its metadata differ"]
        return [first_difference(*(file.read_text(encoding="utf-8") for file in (ours, theirs)))]
    except (UnicodeDecodeError, ValueError):  # a picture, an archive; or a notebook that was damaged
        return ["differs"]


def _cells(ours: nbformat.NotebookNode, theirs: nbformat.NotebookNode) -> Iterator[str]:
    mine, wanted = ({_name(cell): cell for cell in notebook.cells} for notebook in (ours, theirs))
    for name in dict.fromkeys([*wanted, *mine]):
        if name not in mine:
            yield f"the cell {name} is missing"
        elif name not in wanted:
            yield f"the cell {name} does not belong there"
        elif mine[name].source != wanted[name].source:
            yield f"cell {name}, {first_difference(mine[name].source, wanted[name].source)}"
        elif mine[name] != wanted[name]:
            keys = sorted(key for key in {*mine[name], *wanted[name]} if mine[name].get(key) != wanted[name].get(key))
            yield f"cell {name}: its {' and '.join(keys)} differ"
    if list(mine) != list(wanted) and set(mine) == set(wanted):
        yield "its cells stand in another order"


def _name(cell: nbformat.NotebookNode) -> str:
    return grade_id(cell) or cell.get("id", "")


def first_difference(ours: str, theirs: str) -> str:
    """Return the first line in which two texts differ, with what stands in each from there on."""
    for number, (one, other) in enumerate(zip_longest(ours.splitlines(), theirs.splitlines()), start=1):
        if one != other:
            return f"line {number}: {_shown(one, other)} here, {_shown(other, one)} from the source"
    return "the ends of its lines differ"


def _shown(line: str | None, other: str | None) -> str:
    """Return a part of a line around the place where it begins to differ from another one."""
    if line is None:
        return "nothing"
    same = next((at for at, (a, b) in enumerate(zip(line, other or "", strict=False)) if a != b), len(other or ""))
    start = max(0, min(same, len(line)) - SHOWN // 3)
    part = line[start : start + SHOWN]
    return repr(f"{'…' if start else ''}{part}{'…' if start + SHOWN < len(line) else ''}")
