"""Imports the packages that an assignment provides, each from its own folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType


class PackageFinder(MetaPathFinder):
    """Finds some packages, each in its own folder, whatever else is installed under their names.

    Nothing else becomes importable, as it would with a folder on ``sys.path``: a course's root, for example, may hold
    a package and a file ``random.py``.

    Args:
        folders: The packages' folders by their full names; a folder is named like the last part.
    """

    def __init__(self, folders: dict[str, Path]) -> None:
        self._parents = {name: str(folder.parent) for name, folder in folders.items()}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load one of the packages, None for anything else."""
        parent = self._parents.get(fullname)
        return None if parent is None else PathFinder.find_spec(fullname, [parent], target)


def finder_of(folders: Iterable[Path]) -> PackageFinder:
    """Return the finder of top-level packages, by their folders."""
    return PackageFinder({folder.name: folder for folder in folders})


_noted: set[str] = set()


def note_folders(folders: Iterable[Path]) -> None:
    """Remember folders of packages: what is in them is no student's."""
    _noted.update(f"{folder}{os.sep}" for folder in folders)


def is_provided(filename: str) -> bool:
    """Return whether code compiled from ``filename`` is that of a package that was noted."""
    return filename.startswith(tuple(_noted))
