"""Defines the mutation operators: each yields, for a node of a syntax tree, the nodes that replace it in mutants.

They follow mistakes that people make in code with arrays: another operator, a term that is forgotten, another axis,
a slice that is off by one, a transpose left out, arguments, keys or results in another order, a line left out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
# Functions with the same arguments, one of which is easily taken for the other. Unformatted: pairs read as a text.
SIBLINGS = {
    one: other
    for pair in (
        ("sum", "mean"), ("max", "min"), ("argmax", "argmin"), ("maximum", "minimum"), ("zeros", "ones"),
        ("zeros_like", "ones_like"), ("add", "subtract"), ("exp", "expm1"), ("concatenate", "stack"),
    )
    for one, other in (pair, pair[::-1])
}  # fmt: skip


@dataclass(frozen=True)
class Surroundings:
    """The function around a node, as far as rules look at it.

    Attributes:
        names: The function's parameters and local names, in the order in which they appear.
        keys: The texts that it uses as keys.
    """

    names: tuple[str, ...]
    keys: tuple[str, ...]


Rule = Callable[[ast.AST, Surroundings], Iterator[ast.AST]]


def change_operator(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Change an operation's operator; ``a += b`` is also turned into one that forgets what was there before."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in OPERATORS.get(type(node.op), ()):
            yield _with(node, op=other())
    if isinstance(node, ast.AugAssign):
        yield ast.Assign(targets=[node.target], value=node.value, lineno=0)


def drop_term(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Leave out one side of an operation, or turn its sign."""
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right, ast.UnaryOp(ast.USub(), node))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def change_condition(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Compare otherwise, join conditions otherwise, or turn one round."""
    if isinstance(node, ast.Compare):
        for place, found in enumerate(node.ops):
            for other in COMPARISONS[type(found)]:
                yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def change_constant(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Invert truth values, and change numbers."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        for other in (0, 1, -1, node.value + 1, node.value - 1):
            if other != node.value:
                yield _number(type(node.value)(other))


def change_key(node: ast.AST, around: Surroundings) -> Iterator[ast.AST]:
    """Replace a key by its neighbours among the function's keys."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value in around.keys:
        yield from (_with(node, slice=ast.Constant(other)) for other in _beside(around.keys, node.slice.value))


def change_name(node: ast.AST, around: Surroundings) -> Iterator[ast.AST]:
    """Replace a name by its neighbours among the function's names."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in around.names:
        yield from (ast.Name(other, node.ctx) for other in _beside(around.names, node.id))


def change_index(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Leave out an index or an end of a slice, move it by one, turn a slice round, or swap the axes of an index."""
    if isinstance(node, ast.Slice):
        for end in ("lower", "upper"):
            value = getattr(node, end)
            if value is not None:
                yield _with(node, **{end: None})
                yield _with(node, **{end: ast.BinOp(value, ast.Add(), ast.Constant(1))})
                yield _with(node, **{end: ast.BinOp(value, ast.Sub(), ast.Constant(1))})
        if node.lower is None and node.upper is None:
            yield from (_with(node, **{end: ast.Constant(1)}) for end in ("lower", "upper"))
        yield _with(node, step=None if node.step is not None else _number(-1))
    if isinstance(node, ast.Subscript):
        if isinstance(node.ctx, ast.Load):
            yield node.value
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for place, part in enumerate(parts):
            if isinstance(part, ast.Name):
                for move in (ast.Add(), ast.Sub()):
                    moved = [*parts[:place], ast.BinOp(part, move, ast.Constant(1)), *parts[place + 1 :]]
                    yield _with(node, slice=ast.Tuple(moved, ast.Load()) if len(parts) > 1 else moved[0])
        if len(parts) > 1:
            yield from (_with(node, slice=ast.Tuple(swapped, ast.Load())) for swapped in _swapped(parts))


def drop_transpose(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Forget a transpose."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value


def change_call(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Swap arguments, leave out keywords, call a similar function, or take the argument as it is."""
    if not isinstance(node, ast.Call):
        return
    if not any(isinstance(argument, ast.Starred) for argument in node.args):
        yield from (_with(node, args=swapped) for swapped in _swapped(node.args))
        yield from node.args[:1]
    for place in range(len(node.keywords)):
        yield _with(node, keywords=_without(node.keywords, place))
    for inner in ast.walk(node.func):
        if isinstance(inner, ast.Attribute) and inner.attr in SIBLINGS:
            yield _with(node, func=_renamed(node.func, inner.attr))
    if isinstance(node.func, ast.Attribute) and not node.args:
        yield node.func.value


def change_loop(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Go the other way, leave out the first or the last round, or stop after the first."""
    if isinstance(node, ast.For):
        yield _with(node, body=[*node.body, ast.Break()])
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return
    if node.func.id == "range":
        yield ast.Call(ast.Name("reversed", ast.Load()), [node], [])
        start, *rest = node.args if len(node.args) > 1 else (ast.Constant(0), *node.args)
        end, *step = rest
        for ends in (
            [ast.BinOp(start, ast.Add(), ast.Constant(1)), end],
            [start, ast.BinOp(end, ast.Sub(), ast.Constant(1))],
            [start, ast.BinOp(end, ast.Add(), ast.Constant(1))],
        ):
            yield _with(node, args=[*ends, *step])


def drop_statement(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Leave a line out, or leave a loop where it goes on to its next round."""
    if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass | ast.FunctionDef | ast.Import | ast.ImportFrom):
        yield ast.Pass()
    if isinstance(node, ast.Continue):
        yield ast.Break()


def change_result(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Return nothing, or values in another order, or too few."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(ast.Constant(None))
        if isinstance(node.value, ast.Tuple):
            values = node.value.elts
            yield from (ast.Return(ast.Tuple(swapped, ast.Load())) for swapped in _swapped(values))
            for place in range(len(values)):
                yield ast.Return(ast.Tuple(_without(values, place), ast.Load()))


def reorder_targets(node: ast.AST, _around: Surroundings) -> Iterator[ast.AST]:
    """Assign several values to their targets in another order."""
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
        yield from (ast.Tuple(swapped, node.ctx) for swapped in _swapped(node.elts))


# By the names that mutants bear in what `autograder verify` writes.
RULES: dict[str, Rule] = {
    "operator": change_operator,
    "term": drop_term,
    "condition": change_condition,
    "constant": change_constant,
    "key": change_key,
    "name": change_name,
    "index": change_index,
    "transpose": drop_transpose,
    "call": change_call,
    "loop": change_loop,
    "statement": drop_statement,
    "result": change_result,
    "target": reorder_targets,
}


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """Return a node with other fields; everything else is shared with the node that it was made from."""
    return ast.copy_location(type(node)(**{**dict(ast.iter_fields(node)), **fields}), node)


def _number(value: float) -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _swapped(parts: Sequence[T]) -> Iterator[list[T]]:
    """Yield the parts with two neighbours swapped."""
    for place in range(len(parts) - 1):
        yield [*parts[:place], parts[place + 1], parts[place], *parts[place + 2 :]]


def _without(parts: Sequence[T], place: int) -> list[T]:
    return [*parts[:place], *parts[place + 1 :]]


def _beside(known: tuple[str, ...], one: object) -> Iterator[str]:
    """Yield the names after and before one of several names, which form a ring."""
    place = known.index(str(one))
    for other in (known[(place + 1) % len(known)], known[place - 1]):
        if other != one:
            yield other


def _renamed(function: ast.expr, attribute: str) -> ast.expr:
    """Return ``np.add.at`` as ``np.subtract.at``, or ``x.sum`` as ``x.mean``."""
    if isinstance(function, ast.Attribute):
        renamed = SIBLINGS[attribute] if function.attr == attribute else function.attr
        inner = function.value if function.attr == attribute else _renamed(function.value, attribute)
        return ast.Attribute(inner, renamed, function.ctx)
    return function
