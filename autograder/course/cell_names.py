"""Tells from code which names it uses from outside its functions, and which it binds; nothing is run.

One reading of names for all that asks: which cells are run (`autograder.marking.cell_selection`), what a function needs
of a notebook (`autograder.reports.explain.student_code`), which provided cells a stub needs
(`autograder.release.leaks.stubs`).
"""

from __future__ import annotations

import ast
import re
import symtable
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.course.memo import memoised

MAGIC = re.compile(r"^([ \t]*)[%!?][^\n]*", re.MULTILINE)
WORD = re.compile(r"[^\W\d]\w*")
# In what Python cannot parse one of these may be what only IPython understands: a magic, a prompt, a quick call.
IPYTHON = re.compile(r"[%!?]|^[ \t]*(?:>>>|In \[|[,;/])", re.MULTILINE)
# A syntax tree takes a thousand times the memory of its text.
PARSED_MAX = 100_000
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
IMPORTS = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class CellNames:
    """The names in a cell, or in some of its statements.

    Attributes:
        uses: Names that it reads at top level, or as global names in functions. Of what IPython alone may understand,
            and of what is too long or too deep to be parsed, all words.
        binds: Names that it gives a value at top level, and those of objects that it puts something into; None where
            that cannot be told.
        only_defines: Whether it consists of imports, functions and classes.
    """

    uses: frozenset[str]
    binds: frozenset[str] | None
    only_defines: bool = False


NOTHING = CellNames(frozenset(), frozenset())


def attempts(source: str) -> Iterator[str]:
    """Yield a cell's text as it is, then without IPython's own lines (`MAGIC`), which are no Python."""
    yield source
    if MAGIC.search(source):
        yield MAGIC.sub(r"\1pass", source)


@memoised
def names_in(text: str) -> CellNames:
    """Return the names in a cell; its magics name whatever they hold, and a cell that is no code does nothing."""
    if len(text) > PARSED_MAX:
        return _all_words(text)
    plain = textwrap.dedent(text)
    for code in attempts(plain):
        try:
            found = parsed_names(code)
        except (SyntaxError, ValueError):
            continue
        except (RuntimeError, MemoryError):
            return _all_words(text)
        if code == plain:
            return found
        magics = {word for line in MAGIC.finditer(plain) for word in WORD.findall(line[0])}
        return CellNames(found.uses | magics, found.binds)
    return _all_words(text) if IPYTHON.search(text) else NOTHING


def _all_words(text: str) -> CellNames:
    return CellNames(frozenset(WORD.findall(text)), None)


def parsed_names(code: str) -> CellNames:
    """Return the names in Python code.

    Raises:
        SyntaxError: It is none.
        ValueError: It holds zero bytes.
        RecursionError, MemoryError: It nests too deep for the parser.
    """
    # The parser warns of a student's invalid escapes and comparisons, to the grader's terminal.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree, table = ast.parse(code), symtable.symtable(code, "cell", "exec")
    bound = set(_bound(tree))
    # A symbol table calls what is only added to or deleted bound, and not read.
    uses = {*_read(table), *(bound & {name for node in ast.walk(tree) for name in _needed_first(node)})}
    # Of the objects that functions put something into, those that are no local names.
    bound |= uses & {name for node in ast.walk(tree) for name in _changed(node)}
    bound |= {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    star = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in tree.body)
    defines = all(isinstance(node, DEFINITIONS | IMPORTS) for node in tree.body)
    return CellNames(frozenset(uses), None if star else frozenset(bound), defines)


def _read(top: symtable.SymbolTable) -> Iterator[str]:
    # A list, for code may nest deeper than Python's stack.
    waiting = [top]
    while waiting:
        table = waiting.pop()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table is top or symbol.is_global()):
                yield symbol.get_name()
        waiting += table.get_children()


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield the names that are given a value at top level."""
    # From the tree: from Python 3.12 on, a symbol table has a comprehension's own variables among those around it.
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
                continue
            case ast.Lambda():
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from (one.target.id for one in ast.walk(node) if isinstance(one, ast.NamedExpr))
                continue
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((alias.asname or alias.name).partition(".")[0] for alias in names)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                yield name
        waiting += ast.iter_child_nodes(node)


def _needed_first(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.AugAssign(target=target):
            yield from _names(target)
        case ast.Delete(targets=targets):
            yield from (name for target in targets for name in _names(target))


def _changed(node: ast.AST) -> Iterator[str]:
    """Yield the names in what a node puts something into."""
    match node:
        case ast.Attribute(value=whole, ctx=ast.Store()) | ast.Subscript(value=whole, ctx=ast.Store()):
            yield from _names(whole)
        case ast.Call(func=ast.Name(id="setattr"), args=[first, *_]):
            yield from _names(first)
        # A decorator may put the function into a class.
        case (
            ast.FunctionDef(decorator_list=decorators)
            | ast.AsyncFunctionDef(decorator_list=decorators)
            | ast.ClassDef(decorator_list=decorators)
        ):
            yield from (name for decorator in decorators for name in _names(decorator))


def _names(node: ast.AST) -> Iterator[str]:
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
