"""Decides at which level of the sandbox kernels mark, and what they may read besides what every kernel reads.

People know the level as the isolation level: the options, the configuration and the record call it so.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.kernel.kind import KernelKind
from autograder.kernel.sandbox.levels import Level, best
from autograder.submissions.definitions import parsed

ADVICE = "`autograder doctor` tells what is missing and what to do"


class WeakIsolationError(Exception):
    """Submissions would be marked in a weaker sandbox than they must be; the message says why and what to do."""


@dataclass(frozen=True)
class Isolation:
    """The sandbox that the kernels of one marking are started in.

    Attributes:
        level: The level of the sandbox.
        readable: Paths that they may read, besides the packages and Python.
        variables: Environment variables that they get.
        packages: Folders of packages that student code imports.
        modules: What it imports, loaded ahead.
        staff: Folders that they must not see.
    """

    level: Level
    readable: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    packages: tuple[Path, ...] = ()
    modules: tuple[str, ...] = ()
    staff: tuple[Path, ...] = ()

    @property
    def kind(self) -> KernelKind:
        """What these kernels have in common, for which they share a zygote."""
        return KernelKind(self.level, self.readable, self.packages, self.modules, self.staff)


def admitted(wanted: Level | None, weaker: bool) -> Level:
    """Return the level at which submissions are marked.

    Args:
        wanted: The level that was asked for; None for the strongest that this machine offers.
        weaker: Whether somebody has accepted less than the full sandbox.

    Raises:
        UnsupportedSystemError: No level is available on this machine.
        WeakIsolationError: The level is not available on this machine, or is less than full and nobody accepted that.
    """
    offered = best()
    level = wanted or offered
    strength = list(Level)
    if strength.index(level) < strength.index(offered):
        raise WeakIsolationError(f"isolation level {level} is not to be had on this machine: {ADVICE}")
    # Never silently: a machine that loses its namespaces after an update must not mark a class unprotected.
    if level is not Level.FULL and not weaker:
        raise WeakIsolationError(
            f"hand-ins would be marked at isolation level {level}, less than full: {ADVICE}; or, if you trust their "
            "authors, say so with --allow-weaker-isolation (in nbgrader_config.py: c.MarkCells.weaker_isolation = True)"
        )
    return level


def isolation_for(assignment: Assignment, level: Level, *, data: bool = True) -> Isolation:
    """Return the sandbox for an assignment's submissions.

    Args:
        assignment: The assignment.
        level: The level of the sandbox.
        data: Whether they may read the assignment's data, which is built first where it is missing.

    Raises:
        CourseError: A package is missing.
    """
    folders = assignment.prepare_data() if data else {}
    return Isolation(
        level,
        tuple(folders.values()),
        {name: str(path) for name, path in folders.items()},
        tuple(assignment.package_folders.values()),
        imported_ahead(assignment),
        assignment.course.staff,
    )


def imported_ahead(assignment: Assignment) -> tuple[str, ...]:
    """Return the modules that an assignment's provided cells import, and those of its module files."""
    # Of the file's text: to read it as a notebook takes longer, and the zygote's start would wait for that.
    files = (file for file in assignment.notebook_files if file.is_file())
    cells = [cell for file in files for cell in json.loads(file.read_bytes()).get("cells", [])]
    texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code" and _is_provided(cell))
    trees = filter(None, map(parsed, texts))
    found = {name for tree in trees for node in tree.body for name in _imported(node)}
    return tuple(sorted(found | {".".join(Path(one.file).with_suffix("").parts) for one in assignment.modules}))


def _is_provided(cell: dict[str, Any]) -> bool:
    meta = cell["metadata"].get("nbgrader", {})
    # In a check, hidden tests may stand, whose imports are no student's.
    return bool(meta.get("locked")) and not meta.get("solution") and not meta.get("grade")


def _imported(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
    return []
