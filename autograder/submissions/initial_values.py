"""Tells from its text whether a function does more than give back what it begins with."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from autograder.submissions.definitions import definitions, is_stub_line, parsed

# What an array or a container begins as.
CREATORS = frozenset({
    "array", "astype", "copy", "dict", "empty", "empty_like", "float", "full", "full_like", "int", "len", "list",
    "ones", "ones_like", "tuple", "zeros", "zeros_like",
})  # fmt: skip
# Arithmetic is among it: rows of <NULL> are ones times its number, and a sum of shapes is a shape.
SIMPLE = (
    ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple, ast.List, ast.Dict, ast.Compare,
    ast.BinOp, ast.UnaryOp, ast.keyword, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip


def has_content(sources: Iterable[str], functions: Collection[str]) -> bool | None:
    """Return whether one of a problem's functions does more than set initial values and return them.

    Args:
        sources: The texts of cells.
        functions: The names of functions and classes; methods without their classes.

    Returns:
        None where no text defines any of them by ``def`` or ``class``.
    """
    # Each once: in a cell that does not parse, or by `a.f = b.f = ...`, thousands of names can have one long text.
    texts = dict.fromkeys(
        one.means for source in sources for one in definitions(source) if one.name.rpartition(".")[2] in functions
    )
    found = [written for text in texts if (written := _has_content(text)) is not None]
    return any(found) if found else None


def _has_content(text: str) -> bool | None:
    tree = parsed(text)
    # What does not parse may hold anything.
    if tree is None:
        return True
    match tree.body:
        case [ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body)]:
            return not all(map(_is_initial, body))
        case [ast.ClassDef(body=body)]:
            return not all(_is_initial(one) or _is_initial_method(one) for one in body)
    # A name that is set is most often that of a result: `loss = model.loss(...)`.
    return None


def _is_initial_method(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef) and all(map(_is_initial, statement.body))


def _is_initial(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant() | ast.Call(func=ast.Name(id="print"))) | ast.Return(value=None):
            return True
        case ast.Raise():
            return is_stub_line(statement)
        case ast.Assign(targets=targets, value=value):
            return all(isinstance(one, ast.Name | ast.Tuple) and _is_simple(one) for one in targets) and _is_simple(
                value
            )
        case ast.AnnAssign(target=ast.Name(), value=value) | ast.Return(value=value):
            return value is None or _is_simple(value)
    return False


def _is_simple(expression: ast.expr) -> bool:
    """Return whether an expression only names, cuts, compares and makes arrays: no product of matrices, no look-up."""
    return all(
        (isinstance(node, SIMPLE) and not isinstance(node, ast.MatMult) and not _looks_up(node)) or _creates(node)
        for node in ast.walk(expression)
    )


def _looks_up(node: ast.AST) -> bool:
    """Return whether a node takes the elements at places that a name holds, as `W[x]` does."""
    match node:
        case ast.Subscript(value=ast.Name(), slice=ast.Name() | ast.Tuple(elts=[ast.Name(), *_])):
            return True
    return False


def _creates(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in CREATORS
    return False
