"""Reduces statements to what is compared: no layout, comments or annotations and, where asked, no names of variables.

A piece of code becomes *atoms*: its simple statements, the headers of its compound ones, and the expressions in both,
as far as they have enough substance. Two atoms are the same when their forms are.
"""

from __future__ import annotations

import ast
import builtins
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from autograder.submissions import definitions

Compound = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.ClassDef
    | ast.For
    | ast.AsyncFor
    | ast.While
    | ast.If
    | ast.With
    | ast.AsyncWith
    | ast.Try
    | ast.TryStar
    | ast.Match
)
# What counts as one operation; a method that is called counts once, with its call.
OPERATIONS = (
    ast.BinOp, ast.BoolOp, ast.Compare, ast.Call, ast.Subscript, ast.Attribute, ast.IfExp, ast.Lambda,
    ast.comprehension, ast.keyword, ast.AugAssign, ast.Await, ast.Yield,
)  # fmt: skip
BUILTINS = frozenset(dir(builtins))
# No person nests deeper, and Python's own recursion ends.
DEEPEST = 60
# Lighter code is what anybody writes: a name, one call, `states.append(state)`.
LIGHTEST = 2
# So many numbers or texts in a row count as an operation: they are expected values, or a table.
MANY = 4


@dataclass(frozen=True)
class Atom:
    """A statement, the header of one, or an expression in one.

    Attributes:
        line: The number of its first line, from 1.
        end: The number of its last line.
        form: The text by which it is compared.
        renamed: The form with the names of variables replaced by numbers, in their order.
        weight: The number of operations in it.
        names: The names in it that are not ``known``.
        whole: Whether it is a statement or a header, no mere expression.
        node: Its syntax tree.
    """

    line: int
    end: int
    form: str
    renamed: str
    weight: int
    names: frozenset[str]
    whole: bool
    node: ast.AST = field(compare=False, repr=False)

    @functools.cached_property
    def text(self) -> str:
        """Its first line, as `ast.unparse` writes it."""
        try:
            return ast.unparse(self.node).split("\n")[0]
        except (ValueError, RecursionError):
            return ""


@functools.lru_cache(maxsize=512)
def syntax_tree(source: str) -> ast.Module | None:
    """Return a text's syntax tree, None when it is no Python; cached, so nobody may change it."""
    return definitions.parsed(source)


@functools.lru_cache(maxsize=512)
def atoms_of(source: str, known: frozenset[str] = BUILTINS) -> tuple[Atom, ...] | None:
    """Return the atoms of a text, None when it is no Python; cached, as packages come again and again."""
    tree = syntax_tree(source)
    return None if tree is None else tuple(atoms(tree, known))


def atoms(tree: ast.AST, known: frozenset[str] = BUILTINS) -> Iterator[Atom]:
    """Yield the atoms of a piece of code that have enough substance to be told from other code.

    ``known`` holds the names that mean the same everywhere, such as those of modules and functions.
    """
    for statement in all_statements(tree):
        header = _header(statement)
        if header is None:
            continue
        if not isinstance(header, ast.expr):
            yield from _atom(header, statement, known, whole=True)
        for expression in _expressions(header):
            yield from _atom(expression, expression, known, whole=header is expression)


def all_statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield all statements in a piece of code, in the order of its lines."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        parts = [getattr(node, name, []) for name in ("body", "handlers", "cases", "orelse", "finalbody")]
        if isinstance(node, ast.expr):
            continue
        waiting.extend(inner for part in reversed(parts) if isinstance(part, list) for inner in reversed(part))


def is_text(statement: ast.stmt) -> bool:
    """Whether a statement is only a text, such as a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def weight(node: ast.AST) -> int:
    """Return how many operations are in a piece of code, without those that all code is full of."""
    count = 0
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        parts = list(ast.iter_child_nodes(inner))
        match inner:
            case ast.keyword(arg="dtype") | ast.arguments():
                continue
            case ast.Subscript(value=ast.Attribute(value=owner, attr="shape"), slice=ast.Constant()):
                parts = [owner]
            case ast.Call(func=ast.Name(id=name)) if name in BUILTINS:
                pass
            case ast.List() | ast.Tuple() | ast.Dict() if sum(isinstance(part, ast.Constant) for part in parts) >= MANY:
                count += 1
            case ast.Call(func=ast.Attribute(value=owner)):
                count, parts = count + 1, [owner, *inner.args, *inner.keywords]
            case _:
                count += isinstance(inner, OPERATIONS)
        waiting += parts
    return count


def form(node: object, names: dict[str, str] | None = None, known: frozenset[str] = BUILTINS, depth: int = 0) -> str:
    """Return the text by which a piece of code is compared.

    Args:
        node: A syntax tree or a part of one: a node, a list of nodes, a constant.
        names: Filled with a number for each variable, which stands in the form for its name; None keeps names.
        known: Names that are kept in any case.
        depth: The node's depth in the code that is compared.
    """
    if isinstance(node, ast.Name) and names is not None and node.id not in known:
        return names.setdefault(node.id, f"${len(names)}")
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, list):
        return "[" + ",".join(form(part, names, known, depth) for part in node) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if depth > DEEPEST:
        return "…"
    inner = ",".join(form(part, names, known, depth + 1) for part in _parts(node))
    kind = "Assign" if isinstance(node, ast.AugAssign | ast.AnnAssign) else type(node).__name__
    return f"{kind}({inner})"


def _parts(node: ast.AST) -> list[object]:  # noqa: PLR0911 - one case a line
    """Return what counts of a node, in one order for spellings that mean the same."""
    match node:
        case ast.AugAssign(target=target, op=op, value=value):
            return ["=", target, op, value]
        case ast.Assign(targets=[target], value=ast.BinOp(left=left, op=op, right=right)) if form(left) == form(target):
            return ["=", target, op, right]
        case ast.Assign(targets=targets, value=value):
            return [*targets, value]
        case ast.AnnAssign(target=target, value=value):
            return [target, value]
        case ast.arg(arg=name):
            return [name]
        case ast.Call(func=func, args=arguments, keywords=keywords):
            return [func, arguments, sorted(keywords, key=lambda keyword: keyword.arg or "")]
    skipped = {"ctx", "type_comment", "kind", "annotation", "returns", "type_params"}
    return [value for name, value in ast.iter_fields(node) if name not in skipped]


def _header(statement: ast.stmt) -> ast.AST | None:
    """Return the part of a statement that is one atom: all of a simple one, the header of a compound one."""
    if is_text(statement) or isinstance(statement, ast.Import | ast.ImportFrom):
        return None
    if not isinstance(statement, Compound):
        return statement.value if isinstance(statement, ast.Expr) else statement
    head = type(statement)(**{**dict(ast.iter_fields(statement)), **_emptied(statement)})
    return ast.copy_location(head, statement)


def _emptied(statement: ast.stmt) -> dict[str, list[ast.AST]]:
    fields = dict(ast.iter_fields(statement))
    return {name: [] for name in ("body", "orelse", "finalbody", "handlers", "cases") if name in fields}


def _expressions(header: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(header):
        if isinstance(node, ast.BinOp | ast.BoolOp | ast.Compare | ast.Call | ast.Subscript | ast.IfExp | ast.Lambda):
            yield node


def _atom(node: ast.AST, place: ast.AST, known: frozenset[str], *, whole: bool) -> Iterator[Atom]:
    heavy = weight(node)
    if heavy < LIGHTEST:
        return
    names = frozenset(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)) - known
    line: int = getattr(place, "lineno", 1)
    end: int = line if isinstance(place, Compound) else getattr(place, "end_lineno", line)
    yield Atom(line, end, form(node, None, known), form(node, {}, known), heavy, names, whole, node)
