"""Finds what a cell of code defines, from its text alone; nothing is run."""

from __future__ import annotations

import ast
import contextlib
import re
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.course.cell_names import attempts
from autograder.course.memo import memoised

# Possessive, so that a text made for it cannot make the search go back and forth. Eight decorators are more than
# anybody writes.
DEF = re.compile(r"^(?P<decorators>(?:@[^\n]*\n){0,8}+)(?:async[ \t]+)?(?:def|class)[ \t]+(?P<name>\w+)", re.MULTILINE)
# What ast.parse raises for text that is no code, and for code that is nested too deeply or too large.
FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
OWNER = re.compile(r"^@\s*\w+\(\s*(\w+)\s*\)", re.MULTILINE)


@dataclass(frozen=True)
class Definition:
    """One name that a cell gives a meaning to.

    Attributes:
        name: A function or class; ``Class.method`` for a method, also one that a decorator adds to a class.
        means: The text of its definition; the whole cell's where the cell does not parse. No syntax tree is kept, which
            takes a thousand times the memory.
        written: Whether it is more than a provided stub.
        line: The number of its line in the cell, from 1; 0 where the cell does not parse.
    """

    name: str
    means: str
    written: bool
    line: int = 0

    @property
    def text(self) -> str:
        """Its meaning, without comments and layout."""
        return without_layout(self.means)


@memoised
def without_layout(source: str) -> str:
    """Return what code means, without comments and layout."""
    tree = parsed(source)
    try:
        return ast.dump(tree) if tree is not None else source
    except RecursionError:  # an expression nested deeper than Python goes
        return source


def parsed(source: str) -> ast.Module | None:
    """Return a cell's syntax tree, None when it doesn't parse."""
    return next((tree for _, tree in _trees(source)), None)


def _trees(source: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the texts of a cell that parse, with their syntax trees; line ends of all systems count."""
    for text in attempts(source.replace("\r\n", "\n").replace("\r", "\n")):
        with contextlib.suppress(*FAULTS), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python warns about is the author's business
            yield text, ast.parse(text)


@memoised
def compiles(source: str) -> bool:
    """Return whether a cell can run on its own; like IPython, it may be indented as a whole.

    It is not compiled for that: a few lines can be made to take gigabytes.
    """
    tree = parsed(textwrap.dedent(source))
    return tree is not None and misplaced_statement(tree) is None


def unreadable(source: str) -> str | None:
    """Return what Python says of code that it cannot read, and where; None where it can read it."""
    if compiles(source):
        return None
    *_, text = attempts(textwrap.dedent(source))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = misplaced_statement(ast.parse(text))
    except SyntaxError as fault:
        return f"{type(fault).__name__}: {fault.msg} (line {fault.lineno})"
    except FAULTS as fault:
        return type(fault).__name__
    return None if found is None else f"SyntaxError: outside its block (line {found.lineno})"


def misplaced_statement(tree: ast.Module) -> ast.stmt | None:
    """Return the first statement that parses but cannot stand where it does: outside a function or a loop."""
    # These are the errors that only compiling would report, and student code is not compiled here.
    waiting: list[tuple[ast.AST, bool, bool]] = [(tree, False, False)]
    found: list[ast.stmt] = []
    while waiting:
        node, in_function, in_loop = waiting.pop()
        match node:
            case ast.Return() if not in_function:
                found.append(node)
            case ast.Break() | ast.Continue() if not in_loop:
                found.append(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                in_function, in_loop = True, False
            case ast.ClassDef():
                in_function = in_loop = False
            case ast.For() | ast.AsyncFor() | ast.While():
                waiting.extend((inner, in_function, in_loop) for inner in node.orelse)
                waiting.extend((inner, in_function, True) for inner in node.body)
                continue
        waiting.extend((inner, in_function, in_loop) for part in BLOCKS for inner in getattr(node, part, ()))
    return min(found, key=lambda node: node.lineno, default=None)


def definitions(source: str) -> list[Definition]:
    """Return what a cell defines at its top level, in its order."""
    return [*_definitions(source)]


@memoised
def _definitions(source: str) -> list[Definition]:
    for text, tree in _trees(source):
        # Encoded once for a cell, not once for each statement in it.
        lines = text.encode().split(b"\n")
        with contextlib.suppress(RecursionError):  # a chain of conditions longer than Python goes
            return [found for node in _statements(tree.body) for found in _of_statement(node, lines)]
        # The text parses, but not within Python's recursion limit: the pattern finds what it can.
        break
    return _by_pattern(source)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run at a cell's top level, also those under a condition."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from _statements(getattr(node, part, []))


def _of_statement(node: ast.stmt, lines: list[bytes]) -> Iterator[Definition]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            owners = [_owner(decorator) for decorator in node.decorator_list]
            owner = next((name for name in owners if name), None)
            name = f"{owner}.{node.name}" if owner else node.name
            yield Definition(name, statement_text(node, lines), _written(node), node.lineno)
        case ast.ClassDef():
            yield Definition(node.name, statement_text(node, lines), True, node.lineno)
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield Definition(
                        f"{node.name}.{inner.name}", statement_text(inner, lines), _written(inner), inner.lineno
                    )
        case ast.Assign():
            text = statement_text(node, lines)
            for name in dict.fromkeys(filter(None, map(_target, node.targets))):
                yield Definition(name, text, True, node.lineno)


def _target(target: ast.expr) -> str | None:
    """Return the name or ``object.attribute`` that an assignment gives a value to."""
    match target:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return f"{owner}.{name}"
    return None


def statement_text(node: ast.stmt, lines: list[bytes]) -> str:
    """Return a statement's text, with its decorators, moved as far to the left as it goes.

    Args:
        node: The statement.
        lines: The text that it was parsed from; syntax trees count columns in bytes.
    """
    decorators = getattr(node, "decorator_list", [])
    first, last = min([node.lineno, *(found.lineno for found in decorators)]), node.end_lineno or node.lineno
    if first == last:  # many may stand on a line: blanks for what is before each would be the square of its length
        text: str = lines[first - 1][node.col_offset : node.end_col_offset].decode()
        return text
    piece = lines[first - 1 : last]
    piece[-1] = piece[-1][: node.end_col_offset]
    piece[0] = b" " * node.col_offset + piece[0][node.col_offset :]
    return textwrap.dedent(b"\n".join(piece).decode())


def _owner(decorator: ast.expr) -> str | None:
    """Return the class that a decorator such as ``method_of(CaptioningRNN)`` names."""
    match decorator:
        case ast.Call(args=[ast.Name(id=name)]):
            return name
    return None


def _written(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a function does more than its stub: a docstring, and a line that raises NotImplementedError."""
    body = [
        statement
        for statement in node.body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
    if len(body) == 1 and is_stub_line(body[0]):
        return False
    return any(not isinstance(statement, ast.Pass) for statement in body)


def is_stub_line(statement: ast.AST) -> bool:
    """Return whether a statement raises NotImplementedError."""
    match statement:
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError")) | ast.Name(id="NotImplementedError")):
            return True
    return False


def _by_pattern(source: str) -> list[Definition]:
    """Return what a cell that doesn't parse seems to define. Nothing of it runs, but it shows what was meant."""
    names: dict[str, None] = {}
    for match in DEF.finditer(source):
        owner = OWNER.search(match["decorators"])
        names[f"{owner[1]}.{match['name']}" if owner else match["name"]] = None
    return [Definition(name, source, True) for name in names]
