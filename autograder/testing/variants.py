"""Makes submissions of the solution with some functions replaced; run in this process, so only for trusted code."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.package_overlay import loaded
from autograder.kernel import stand_in, wire
from autograder.kernel.call_server import Server
from autograder.testing.fixtures import FixedAccess, SubmissionAccess
from autograder.testing.link import LocalLink, reframed
from autograder.testing.stand_ins import StandIns

PACKAGE = "_variant"
Replacements = Mapping[str, Any] | str | Path | Callable[[Mapping[str, Any]], Mapping[str, Any]]
_numbers = itertools.count()


def variant(assignment: Assignment, *replacements: Replacements) -> dict[str, Any]:
    """Return what a submission defines: the solution, with replacements that the solution's functions call as well.

    Args:
        assignment: Its solution is what functions are replaced in.
        replacements: Each one is a mapping of functions by name, a function that returns such a mapping for the names
            that there are by then, source code, or a file of source code, which is run among these names. A function
            whose problem asks for a method becomes a method of a fresh class.

    Raises:
        CourseError: The solutions have not been made.
    """
    name = f"{PACKAGE}_{next(_numbers)}"
    try:
        names = assignment.load_modules(assignment.course.solutions(assignment.name), name)
    finally:
        files = tuple(f".{entry.module}" for entry in assignment.modules)
        # Out of the table, so that the next variant loads modules of its own; kept alive by the functions' globals.
        modules = [vars(sys.modules.pop(key)) for key in loaded(name) if key.endswith(files)]
    # Modules of the solution call each other through their own globals: a replacement has to be in all of them.
    scopes = [*modules, names]
    for replacement in replacements:
        if isinstance(replacement, Mapping):
            defined = dict(replacement)
        elif callable(replacement):
            defined = dict(replacement(names))
        else:
            with assignment.importing():
                scope = run_source(replacement, names)
            defined = scope.defined()
            scopes.append(scope)
        for method, owner in methods(assignment).items():
            if method in defined:
                setattr(names[owner], method, defined[method])
        for each in scopes:  # whatever calls a function calls what replaces it
            each.update(defined)
    return names


def methods(assignment: Assignment) -> dict[str, str]:
    """Return the classes of the functions that an assignment asks for as methods, by the functions' names."""
    return {
        name: entry.owner
        for entry in assignment.modules
        if entry.owner is not None
        for problem in entry.problems
        for name in assignment.problems[problem].functions
    }


def run_source(source: str | Path, names: Mapping[str, Any]) -> Scope:
    """Run source code among ``names``, and return the globals of the functions that it defines."""
    text, file = (source.read_text(encoding="utf-8"), str(source)) if isinstance(source, Path) else (source, "hand_in")
    scope = Scope(names)
    exec(compile(text, file, "exec"), scope)
    return scope


class Scope(dict):  # type: ignore[type-arg]
    """The globals of a file that is run among other names; tells which names the file itself defined."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        super().__init__(names)
        self._before = dict(names)

    def defined(self) -> dict[str, Any]:
        """Return the names that are new, or that stand for something else than before."""
        return {
            name: value
            for name, value in self.items()
            if not name.startswith("__") and (name not in self._before or self._before[name] is not value)
        }


class VariantAccess(FixedAccess):
    """Reaches a submission of the solution with some functions replaced, in this process.

    Args:
        replacements: See `variant`.
    """

    def __init__(self, assignment: Assignment, *replacements: Replacements) -> None:
        super().__init__(LocalLink(Server(variant(assignment, *replacements))))
        self._assignment, self._replacements = assignment, replacements

    @contextmanager
    def standing_in(self, stand_ins: StandIns) -> Iterator[SubmissionAccess]:
        """Yield access to the same variant, made afresh, in which stand-ins take the place of some functions."""
        yield StandInAccess(self._assignment, self._replacements, stand_ins)


class StandInAccess(FixedAccess):
    """Reaches a variant in which stand-ins take the place of some functions."""

    def __init__(self, assignment: Assignment, replacements: tuple[Replacements, ...], stand_ins: StandIns) -> None:
        def ask(question: wire.WireMessage) -> wire.WireMessage:
            return reframed(stand_ins.answer(reframed(question)))

        makes = stand_in.makers(stand_ins.arranged, stand_ins.own, ask)

        def made(names: Mapping[str, Any]) -> dict[str, Any]:
            return {name: make(names.get(name)) for name, make in makes.items()}

        super().__init__(LocalLink(Server(variant(assignment, *replacements, made))))
        self._stand_ins = stand_ins

    def begin_test(self) -> None:
        """Reset what stand-ins were asked in the test before."""
        self._stand_ins.begin_test()
