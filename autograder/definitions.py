"""What a cell of code defines, told from its text alone; nothing is run."""

from __future__ import annotations

import ast
import contextlib
import re
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = re.compile(r"^([ \t]*)[%!?][^\n]*", re.MULTILINE)
DEF = re.compile(r"^(?P<decorators>(?:@[^\n]*\n){0,8}+)(?:async[ \t]+)?(?:def|class)[ \t]+(?P<name>\w+)", re.MULTILINE)
FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)
OWNER = re.compile(r"^@\s*\w+\(\s*(\w+)\s*\)", re.MULTILINE)


@dataclass(frozen=True)
class Definition:
    """One name that a cell gives a meaning to.

    Attributes:
        name: A function or class; ``Class.method`` for a method, also one that a decorator adds to a class.
        means: Its syntax tree; the cell's text where that does not parse.
        written: Whether it is more than a provided stub.
    """

    name: str
    means: ast.AST | str
    written: bool

    @property
    def text(self) -> str:
        """What it means, with comments and layout left out."""
        try:
            return self.means if isinstance(self.means, str) else ast.dump(self.means)
        except RecursionError:  # an expression nested deeper than Python goes
            return f"{self.name} at {id(self.means)}"


def _attempts(source: str) -> Iterator[str]:
    """Yield a cell's text as it is, then without IPython's own lines, which are no Python."""
    yield source
    if MAGIC.search(source):
        yield MAGIC.sub(r"\1pass", source)


def parsed(source: str) -> ast.Module | None:
    """Return a cell's syntax tree, None when it doesn't parse."""
    for text in _attempts(source):
        with contextlib.suppress(*FAULTS), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python warns about is the author's business
            return ast.parse(text)
    return None


def compiles(source: str) -> bool:
    """Whether a cell can run on its own; like IPython, it may be indented as a whole."""
    for text in _attempts(textwrap.dedent(source)):
        with contextlib.suppress(*FAULTS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "cell", "exec", dont_inherit=True, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            return True
    return False


def definitions(source: str) -> list[Definition]:
    """Return what a cell defines at its top level, in its order."""
    tree = parsed(source)
    if tree is not None:
        with contextlib.suppress(RecursionError):  # a chain of conditions longer than Python goes
            return [found for node in _statements(tree.body) for found in _of_statement(node)]
    return _by_pattern(source)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run at a cell's top level, also those under a condition."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody"):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from _statements(getattr(node, part, []))


def _of_statement(node: ast.stmt) -> Iterator[Definition]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            owners = [_owner(decorator) for decorator in node.decorator_list]
            owner = next((name for name in owners if name), None)
            yield Definition(f"{owner}.{node.name}" if owner else node.name, node, _written(node))
        case ast.ClassDef():
            yield Definition(node.name, node, True)
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield Definition(f"{node.name}.{inner.name}", inner, _written(inner))
        case ast.Assign():
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield Definition(target.id, node, True)
                elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                    yield Definition(f"{target.value.id}.{target.attr}", node, True)


def _owner(decorator: ast.expr) -> str | None:
    """Return the class that a decorator such as ``method_of(CaptioningRNN)`` names."""
    match decorator:
        case ast.Call(args=[ast.Name(id=name)]):
            return name
    return None


def _written(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function does more than its stub: a docstring, and a line that raises NotImplementedError."""
    body = [
        statement
        for statement in node.body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
    match body:
        case [ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError")) | ast.Name(id="NotImplementedError"))]:
            return False
    return any(not isinstance(statement, ast.Pass) for statement in body)


def _by_pattern(source: str) -> list[Definition]:
    """Return what a cell that doesn't parse seems to define: nothing of it runs, but it shows what was meant."""
    found = []
    for match in DEF.finditer(source):
        owner = OWNER.search(match["decorators"])
        name = f"{owner[1]}.{match['name']}" if owner else match["name"]
        found.append(Definition(name, source, True))
    return found
