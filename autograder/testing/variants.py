"""Makes submissions of the solution with some functions replaced; run in this process, so only for trusted code."""

from __future__ import annotations

import ast
import itertools
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.cell_names import DEFINITIONS
from autograder.course.problem import put_into_classes
from autograder.course.solved_code import names_of
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
    code = assignment.solved(f"{PACKAGE}_{next(_numbers)}")
    names = Names(code.names)
    # A function may import one of them when it is called.
    weakref.finalize(names, code.forget)
    # Modules of the solution call each other through their own globals: a replacement has to be in all of them.
    scopes = [*code.scopes, code.names, names]
    owners = methods(assignment)
    answers = {function for problem in assignment.problems.values() for function in problem.functions}
    answers |= set(owners.values())
    for replacement in replacements:
        if isinstance(replacement, Mapping):
            defined = dict(replacement)
        elif callable(replacement):
            defined = dict(replacement(names))
        else:
            text = replacement.read_text(encoding="utf-8") if isinstance(replacement, Path) else replacement
            # Its own helpers, and those of a replacement before it, are not what a cell defines under the same name;
            # and what a check has got from the solution is nothing that wrong code would have.
            code.bring(names_of(text).uses - helpers(text) - names.keys(), answers)
            names.update(code.names)
            with assignment.importing():
                scope = run_source(text, str(replacement) if isinstance(replacement, Path) else "hand_in", names)
            defined = scope.defined()
            scopes.append(scope)
        for method, owner in owners.items():
            if method in defined:
                setattr(names[owner], method, defined[method])
        for each in scopes:  # whatever calls a function calls what replaces it
            each.update(defined)
    return names


def methods(assignment: Assignment) -> dict[str, str]:
    """Return the classes of the functions that an assignment asks for as methods, by the functions' names.

    In a notebook these are functions with a decorator that puts them into a class: ``@method_of(Model)``.
    """
    owners = {problem: entry.owner for entry in assignment.modules for problem in entry.problems}
    found: dict[str, str | None] = {}
    for name, problem in assignment.problems.items():
        if name in owners:
            found.update(dict.fromkeys(problem.functions, owners[name]))
            continue
        found.update(put_into_classes(assignment.stub_source(problem)))
    return {method: owner for method, owner in found.items() if owner}


def helpers(text: str) -> set[str]:
    """Return the names of the functions and classes that source code defines."""
    return {node.name for node in ast.parse(text).body if isinstance(node, DEFINITIONS)}


class Names(dict):  # type: ignore[type-arg]
    """What a variant defines, by name; unlike a plain dict it can be told when it is gone."""


def run_source(text: str, file: str, names: Mapping[str, Any]) -> Scope:
    """Run source code among ``names``, and return the globals of the functions that it defines."""
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
