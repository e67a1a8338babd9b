"""Plants a leak, or makes an innocent edit, and looks for leaks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from autograder.course.course import SALT_VARIABLE
from autograder.release.leaks.check import find_leaks, scanned
from autograder.release.leaks.findings import Leak
from autograder.release.leaks.source_rule import source_leaks
from tests.release.leaks.innocent import Innocent
from tests.release.leaks.planted import SALT, Plant
from tests.release.leaks.workshop import (
    FILE,
    Files,
    Notebook,
    assignment,
    converted,
    dumped,
    released,
    source,
    with_source,
)


def found(plant: Plant) -> list[Leak]:
    """Return the leaks that are found when one was planted."""
    if plant.source:
        return found_in_source(plant.make, runs=plant.runs)
    files = dict(released())
    plant.make(files)
    return found_in_files(files, published=plant.published)


def found_after(edit: Innocent) -> list[Leak]:
    """Return the leaks that are found after an innocent edit."""
    if edit.source:
        return found_in_source(edit.make)
    files = dict(released())
    edit.make(files)
    return found_in_files(files)


def found_in_source(change: Callable[[Notebook], object], *, runs: bool = False) -> list[Leak]:
    """Return the leaks that are found when the source notebook was changed.

    Args:
        change: Changes it.
        runs: Whether the stubs are tried too, which takes longer.
    """
    notebook = source()
    change(notebook)
    changed = with_source(notebook)
    refused = source_leaks(changed)
    if refused:
        return refused
    files = [(FILE, dumped(converted(notebook)))]
    with salted():
        return find_leaks([changed], files).leaks if runs else scanned([changed], files).findings.leaks


def found_in_files(files: Files, *, published: bool = False) -> list[Leak]:
    """Return the leaks in files; those that are as they are released are not looked at again."""
    changed = [(name, data) for name, data in files.items() if released().get(name) != data]
    with salted():
        return scanned([assignment()], changed, published=published).findings.leaks


@contextmanager
def salted() -> Iterator[None]:
    """Give the course a salt."""
    before = os.environ.get(SALT_VARIABLE)
    os.environ[SALT_VARIABLE] = SALT
    try:
        yield
    finally:
        os.environ.pop(SALT_VARIABLE)
        if before is not None:
            os.environ[SALT_VARIABLE] = before


def names(plant: Plant, leaks: list[Leak]) -> list[Leak]:
    """Return the leaks that say what was planted, and where."""
    return [leak for leak in leaks if plant.where in str(leak.where) and plant.kind in leak.kind and leak.remedy]
