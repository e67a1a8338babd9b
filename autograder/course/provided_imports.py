"""Lets this process import what an assignment's own files import, under the names that they use."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

from autograder.kernel.packages import PackageFinder

# Modules belong to the process: while one assignment's are importable, no other's are.
lock = threading.RLock()
# The modules that the files of an assignment have imported, by its folder: they are loaded once.
_loaded: dict[Path, dict[str, ModuleType]] = {}


@contextlib.contextmanager
def importable(lineage: Sequence[Path], packages: dict[str, Path]) -> Iterator[None]:
    """Make an assignment's packages importable by their names, and folders as ``autograder.assignments.<name>``.

    Two assignments may provide packages of one name: neither sees the other's, nor what is installed under it.

    Args:
        lineage: The assignment's folder, and those of the assignments that a sequel goes on from.
        packages: The folders of its packages, by name.
    """
    folders = {**packages, **{f"autograder.assignments.{folder.name}": folder for folder in lineage}}
    finder = PackageFinder(folders)
    with lock:
        ours = _loaded.setdefault(lineage[0], {})
        others = _taken_out(folders)
        sys.modules.update(ours)
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            sys.meta_path.remove(finder)
            ours.update(_taken_out(folders))
            sys.modules.update(others)


def _taken_out(names: Iterable[str]) -> dict[str, ModuleType]:
    """Take packages and all their modules out of the table of modules, and return them."""
    there = [name for name in names if name in sys.modules]
    # Most of the time there are none, and the table, which has thousands, need not be gone through.
    inside = tuple(f"{name}." for name in there)
    keys = [key for key in list(sys.modules) if key in there or key.startswith(inside)] if there else []
    return {key: sys.modules.pop(key) for key in keys}
