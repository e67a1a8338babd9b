"""Finds the names that a piece of code needs from elsewhere: those that it may read before it has surely bound them."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def needed(body: list[ast.stmt]) -> set[str]:
    """Return the names that statements may read before they have bound them, local names of functions among them.

    A name too many is harmless: the cell that binds it is then run as well.

    Args:
        body: The statements of a module.
    """
    return set(_needed(body, set()))


def _needed(body: list[ast.stmt], bound: set[str]) -> Iterator[str]:
    """Yield names that are read before they are bound; what is surely bound at the end is added to ``bound``."""
    for statement in body:
        match statement:
            case ast.For() | ast.AsyncFor():
                yield from _read(statement.iter, bound)
                # A loop may run no time at all: what it binds is bound in its body only, and not after it.
                inner = bound | _names(statement.target)
                yield from _read(statement.target, inner)
                yield from _needed(statement.body, inner)
                yield from _needed(statement.orelse, set(bound))
            case ast.While() | ast.If():
                yield from _read(statement.test, bound)
                yield from _needed(statement.body, set(bound))
                yield from _needed(statement.orelse, set(bound))
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    yield from _read(item, bound)
                    # A with statement always runs its body, so what that binds stays bound.
                    bound |= _names(item.optional_vars)
                yield from _needed(statement.body, bound)
            case ast.AugAssign(target=ast.Name(id=name)):
                yield from _read(statement, bound)
                if name not in bound:
                    yield name
            case _:  # of what else holds statements (try, match) it is not sure what is run
                yield from _read(statement, bound)
                bound |= _stored(statement)


def _read(node: ast.AST, bound: set[str]) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Store) and one.id not in bound:
            yield one.id


def _stored(node: ast.AST) -> set[str]:
    """Return the names that a simple statement binds."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name.partition(".")[0] for alias in names}
        case ast.Assign(targets=targets):
            return {name for target in targets for name in _names(target)}
        case ast.AnnAssign(target=target, value=ast.expr()) | ast.AugAssign(target=target):
            return _names(target)
    return set()


def _names(target: ast.expr | None) -> set[str]:
    """Return the names that a target binds."""
    match target:
        case ast.Name(id=name):
            return {name}
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return {name for part in parts for name in _names(part)}
        case ast.Starred(value=part):
            return _names(part)
    return set()
