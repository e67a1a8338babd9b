"""Tells from code which names it uses from outside its functions, and which it binds; nothing is run.

One reading of names for all that asks: which cells are run (`autograder.marking.cell_selection`), what a function needs
of a notebook (`autograder.reports.explain.student_code`), which provided cells a stub needs
(`autograder.release.leaks.stubs`).
"""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.course.memo import memoised

# Lines of IPython's own.
MAGIC = re.compile(r"^([ \t]*)([%!].*)$", re.MULTILINE)
WORD = re.compile(r"[^\W\d]\w*")
# A syntax tree takes a thousand times the memory of its text.
PARSED_MAX = 100_000
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
IMPORTS = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class CellNames:
    """The names in a cell, or in some of its statements.

    Attributes:
        uses: Names that it reads at top level, or as global names in functions. Of code that Python cannot parse, all
            words.
        binds: Names that it gives a value at top level, and those of objects that it puts something into; None where
            that cannot be told.
        only_defines: Whether it consists of imports, functions and classes.
    """

    uses: frozenset[str]
    binds: frozenset[str] | None
    only_defines: bool = False


@memoised
def names_in(text: str) -> CellNames:
    """Return the names in a cell; its magics name whatever they hold."""
    magics = MAGIC.findall(text)
    code = MAGIC.sub(r"\1pass", text) if magics else text
    try:
        if len(code) > PARSED_MAX:
            raise ValueError("too long")
        found = parsed_names(code)
    # SyntaxError for what is no Python, RecursionError and MemoryError for what nests too deep for the parser.
    except (SyntaxError, ValueError, RuntimeError, MemoryError):
        return CellNames(frozenset(WORD.findall(text)), None)
    named = {word for _, line in magics for word in WORD.findall(line)}
    return CellNames(found.uses | named, found.binds, found.only_defines and not magics)


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
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    # From Python 3.12 on, a symbol table has a comprehension's own variables among those around it.
    bound -= _only_in_comprehensions(tree)
    # A symbol table calls what is only added to bound, and not read.
    uses = {*_read(table), *(bound & {name for node in ast.walk(tree) for name in _added_to(node)})}
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


def _only_in_comprehensions(tree: ast.Module) -> set[str]:
    targets = [node.target for node in ast.walk(tree) if isinstance(node, ast.comprehension)]
    inside = {id(name): name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return set(inside.values()) - {name.id for name in stored if id(name) not in inside}


def _added_to(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.AugAssign):
        yield from _names(node.target)


def _changed(node: ast.AST) -> Iterator[str]:
    """Yield the names in what a node puts something into."""
    match node:
        case ast.Attribute(value=whole, ctx=ast.Store()) | ast.Subscript(value=whole, ctx=ast.Store()):
            yield from _names(whole)
        case ast.Call(func=ast.Name(id="setattr"), args=[first, *_]):
            yield from _names(first)
        # A decorator may put the function into a class.
        case ast.FunctionDef(decorator_list=decorators) | ast.ClassDef(decorator_list=decorators):
            yield from (name for decorator in decorators for name in _names(decorator))


def _names(node: ast.AST) -> Iterator[str]:
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
