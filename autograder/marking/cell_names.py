"""Finds out from a code cell's text which names it binds and needs, and what else it may do.

Nothing is run. Whatever the text does not show for certain counts as possible: a cell too many that is run costs time,
a cell too few costs marks.
"""

from __future__ import annotations

import ast
import re
import symtable
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from autograder.course.memo import memoised
from autograder.submissions.module_notebook import LOAD

# Code that uses one of these names may read any name of the notebook, or tell what was run.
# Names in rows: one a line would fill the screen.
READS_ANY = frozenset(
    {
        "globals", "locals", "vars", "dir", "eval", "exec", "get_ipython", "__import__", "__builtins__", "__main__",
        "In", "Out",
    }
)  # fmt: skip
# What IPython calls earlier inputs and outputs.
# They hold what other cells returned, so code that reads one could tell whether they were run.
HISTORY = re.compile(r"_{1,3}|_\d+|_i+\d*|_[iod]h")
# So may code with one of these attributes ...
# Names in rows: one a line would fill the screen.
ATTRIBUTES = frozenset(
    {
        "__class__", "__globals__", "f_globals", "f_locals", "f_back", "_getframe", "currentframe", "modules",
        "user_ns", "user_global_ns", "user_module", "get_ipython", "run_cell", "eval", "exec", "__import__",
        "import_module", "run_path", "run_module", "exec_module", "get_objects", "get_referrers",
    }
)  # fmt: skip
# ... and code that imports one of these, or names the notebook's own module in a text.
MODULES = frozenset(
    {"__main__", "builtins", "ctypes", "dill", "doctest", "gc", "inspect", "pickle", "runpy", "unittest"}
)
MAIN = "__main__"
# Lines of IPython's that read no name of the notebook.
QUIET = re.compile(r"^([ \t]*)%(?:(?:matplotlib|config|load_ext|reload_ext|autoreload)\b[^\n${]*|%time[ \t]*)$", re.M)
# All other lines of its own.
ESCAPE = re.compile(r"^[ \t]*[%!?,;/]|\?[ \t]*$|=[ \t]*[%!]", re.MULTILINE)
# A character of these is in every such line, however it is written.
MAY_ESCAPE = re.compile(r"[%!?]")
DEFINES = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
# Stands for whatever holds an attribute or an element and has no name, such as the result of a call.
UNNAMED = ""
# Stands for names that the text does not tell.
ALL = "*"
# Names in functions of things that outlive a call.
SHARED = ("cls",)
SETTERS = frozenset({"setattr", "delattr"})
COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")
# A value that consists of these does not change.
PLAIN = (
    ast.Constant
    | ast.Name
    | ast.Attribute
    | ast.UnaryOp
    | ast.BinOp
    | ast.Tuple
    | ast.operator
    | ast.unaryop
    | ast.expr_context
)
# Longer texts are not looked into: a syntax tree takes a thousand times the memory of its text.
LOOKED_MAX = 50_000


@dataclass(frozen=True)
class Cell:
    """What is known of a code cell from its text.

    Only what is certain is stated; of everything uncertain it is stated that it may be so.

    Attributes:
        binds: Names that it gives a value at top level, or of whose values it sets attributes or elements; `ALL` among
            them when there may be others.
        uses: Global names that it reads, anywhere.
        needs: Those of them that it does not surely bind itself before.
        only_defines: Whether it consists of imports, functions and classes.
        reads_any: Whether it may read any name of the notebook, or find out what was run before.
        keeps: Whether its functions keep something from call to call, judged by this cell alone.
        data: Names that it binds to values that may change: neither functions, classes, modules nor plain values.
        inner: Global names that its functions read.
    """

    binds: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    only_defines: bool = False
    reads_any: bool = False
    keeps: bool = False
    data: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()


NOTHING, ANYTHING = Cell(), Cell(reads_any=True)


@memoised
def known_of(source: str) -> Cell:
    """Return what is known of a cell from its text; a text that Python cannot read does nothing."""
    if source.startswith(LOAD):  # imports module files, which see no name of the notebook
        return NOTHING
    if len(source) > LOOKED_MAX:
        return ANYTHING
    # The parser warns of a student's invalid escapes and comparisons, to the grader's terminal.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            text, tree = _read(source)
        except (SyntaxError, ValueError):
            return NOTHING
        # RecursionError among them: deeply nested code is legal, only too deep for the parser here.
        except (RuntimeError, MemoryError, tokenize.TokenError):
            return ANYTHING
        try:
            return _known(tree, symtable.symtable(text, "cell", "exec"))
        except (SyntaxError, ValueError, RuntimeError, MemoryError):  # IPython takes more than this does
            return ANYTHING


def _read(source: str) -> tuple[str, ast.Module]:
    """Return a cell's text as Python, and its syntax tree.

    Raises:
        SyntaxError: It is no code.
        RuntimeError: Only IPython can tell what it does.
    """
    try:
        return source, ast.parse(source)
    except SyntaxError:
        # Only now: most cells are plain Python, and are read once.
        text = QUIET.sub(r"\1pass", source)
    if ESCAPE.search(text):
        raise RuntimeError("lines of IPython's own")
    manager = TransformerManager()  # it takes indented cells and prompts
    manager.token_transformers = []  # each time that one of these does something, the whole text is read again
    text = manager.transform_cell(text)
    try:
        return text, ast.parse(text)
    except SyntaxError:
        if MAY_ESCAPE.search(text):
            raise RuntimeError("perhaps lines of IPython's own") from None
        raise


def _known(tree: ast.Module, table: symtable.SymbolTable) -> Cell:
    nodes, everywhere = list(ast.walk(tree)), list(_tables(table))
    inner = {
        symbol.get_name()
        for one, in_function in everywhere
        for symbol in one.get_symbols()
        if in_function and symbol.is_referenced() and symbol.is_global()
    }
    uses = {
        symbol.get_name()
        for one, _ in everywhere
        for symbol in one.get_symbols()
        if symbol.is_referenced() and (one is table or symbol.is_global())
    }
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    uses |= bound & _deleted_or_added_to(nodes)
    return Cell(
        binds=frozenset(bound | (_changed(nodes) & uses) | set(_declared(nodes))),
        uses=frozenset(uses),
        needs=frozenset(_needed(tree.body) & uses),
        only_defines=all(isinstance(node, DEFINES) for node in tree.body),
        reads_any=_reads_any(nodes, uses),
        keeps=bool(inner & SETTERS) or _keeps(nodes, [one for one, in_function in everywhere if in_function]),
        data=frozenset(_data(tree)),
        inner=frozenset(inner),
    )


def _deleted_or_added_to(nodes: list[ast.AST]) -> set[str]:
    """Return the names that are deleted or added to: they need a value, although a symbol table calls them bound."""
    added = {id(node.target) for node in nodes if isinstance(node, ast.AugAssign)}
    names = (node for node in nodes if isinstance(node, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Del) or id(name) in added}


def _declared(nodes: list[ast.AST]) -> Iterator[str]:
    """Yield the names that functions may bind at top level, and `ALL` for a cell with ``import *``."""
    for node in nodes:
        if isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, ast.ImportFrom):
            yield from (ALL for alias in node.names if alias.name == ALL)


def _tables(table: symtable.SymbolTable) -> Iterator[tuple[symtable.SymbolTable, bool]]:
    """Yield all scopes, each with whether it is, or lies within, the scope of a function or a class."""
    # A list, for code may nest deeper than Python's stack.
    waiting = [(table, False)]
    while waiting:
        one, in_function = waiting.pop()
        yield one, in_function
        waiting += [(child, in_function or child.get_name() not in COMPREHENSIONS) for child in one.get_children()]


def _changed(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names of values whose attributes or elements are set somewhere; `UNNAMED` for those without a name."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            base: ast.expr = node
            while isinstance(base, ast.Attribute | ast.Subscript):
                base = base.value
            found.add(base.id if isinstance(base, ast.Name) else UNNAMED)
    return found


def _reads_any(nodes: list[ast.AST], uses: set[str]) -> bool:
    # A name that is bound in the cell counts as well: nothing tells whether it was bound before it was read.
    named = bool(uses & READS_ANY) or any(map(HISTORY.fullmatch, uses))
    return named or any(map(_names_all, _nodes_but_main_guard(nodes)))


def _nodes_but_main_guard(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """Yield all nodes but the text in ``__name__ == "__main__"``, which is no way to reach other names."""
    guards = {
        id(node.comparators[0])
        for node in nodes
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == "__name__"
    }
    return (node for node in nodes if id(node) not in guards)


def _names_all(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name):
            return name in ATTRIBUTES
        case ast.Import(names=names):
            return any(alias.name.partition(".")[0] in MODULES for alias in names)
        case ast.ImportFrom(module=module, names=names):
            return module in MODULES or any(alias.name in READS_ANY | ATTRIBUTES for alias in names)
        case ast.Constant(value=str(text)):
            return MAIN in text
    return False


def _keeps(nodes: list[ast.AST], inner: Iterable[symtable.SymbolTable]) -> bool:
    functions = [node for node in nodes if isinstance(node, FUNCTIONS)]
    if any(isinstance(node, ast.Global | ast.Nonlocal) for node in nodes):
        return True
    defaults = (value for node in functions for value in [*node.args.defaults, *node.args.kw_defaults])
    # A default value is made once and lives as long as the function: a list there remembers earlier calls.
    if any(isinstance(value, ast.Name) or not _is_plain(value) for value in defaults if value is not None):
        return True
    # So does whatever a class holds, unless it is a constant.
    bodies = [statement for node in nodes if isinstance(node, ast.ClassDef) for statement in node.body]
    if any(isinstance(one, ast.Assign | ast.AnnAssign) and not _is_constant(one.value) for one in bodies):
        return True
    # What is free in a comprehension may be local to the function around it; if it is not, it is free there too.
    outer = {UNNAMED, *SHARED} | {
        symbol.get_name()
        for one in inner
        for symbol in one.get_symbols()
        if symbol.is_global() or (symbol.is_free() and one.get_name() not in COMPREHENSIONS)
    }
    return bool(_changed(_inside(functions)) & outer)


def _inside(functions: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield functions and everything in them, each node once, however deeply functions are nested."""
    seen: set[int] = set()
    waiting: list[ast.AST] = list(functions)
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += ast.iter_child_nodes(node)


def _is_plain(value: ast.expr) -> bool:
    return isinstance(value, ast.Lambda) or all(isinstance(node, PLAIN) for node in ast.walk(value))


def _data(tree: ast.Module) -> Iterator[str]:
    """Yield names that are bound at top level by anything but a definition, an import or a plain value."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS | ast.ClassDef):
            continue
        if isinstance(node, ast.Assign | ast.AnnAssign) and (_is_constant(node.value) or _is_definition(node.value)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        waiting += ast.iter_child_nodes(node)


def _is_definition(value: ast.expr | None) -> bool:
    """Return whether a value is a function or a class that no statement defines; defaults are examined separately."""
    match value:
        case ast.Lambda():
            return True
        case ast.Call(func=ast.Name(id="namedtuple") | ast.Attribute(attr="namedtuple"), args=given, keywords=named):
            return all(map(_is_listed, [*given, *(one.value for one in named)]))
    return False


def _is_listed(value: ast.expr) -> bool:
    return _is_constant(value) or (isinstance(value, ast.List) and all(map(_is_constant, value.elts)))


def _is_constant(value: ast.expr | None) -> bool:
    return value is None or (_is_plain(value) and not any(isinstance(node, ast.Name) for node in ast.walk(value)))


def _needed(body: list[ast.stmt]) -> set[str]:
    """Return the names that statements may read before they have bound them, local names of functions among them.

    A name too many is harmless: the cell that binds it is then run as well.
    """
    return set(_unbound_reads(body, set()))


def _unbound_reads(body: list[ast.stmt], bound: set[str]) -> Iterator[str]:
    """Yield names that are read before they are bound; what is surely bound at the end is added to ``bound``."""
    for statement in body:
        match statement:
            case ast.For() | ast.AsyncFor():
                yield from _reads(statement.iter, bound)
                # A loop may run no time at all: what it binds is bound in its body only, and not after it.
                inner = bound | _targets(statement.target)
                yield from _reads(statement.target, inner)
                yield from _unbound_reads(statement.body, inner)
                yield from _unbound_reads(statement.orelse, set(bound))
            case ast.While() | ast.If():
                yield from _reads(statement.test, bound)
                yield from _unbound_reads(statement.body, set(bound))
                yield from _unbound_reads(statement.orelse, set(bound))
            case ast.With() | ast.AsyncWith():
                for item in statement.items:
                    yield from _reads(item, bound)
                    # A with statement always runs its body, so what that binds stays bound.
                    bound |= _targets(item.optional_vars)
                yield from _unbound_reads(statement.body, bound)
            case ast.AugAssign(target=ast.Name(id=name)):
                yield from _reads(statement, bound)
                if name not in bound:
                    yield name
            case _:  # of what else holds statements (try, match) it is not sure what is run
                yield from _reads(statement, bound)
                bound |= _stored(statement)


def _reads(node: ast.AST, bound: set[str]) -> Iterator[str]:
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
            return {name for target in targets for name in _targets(target)}
        case ast.AnnAssign(target=target, value=ast.expr()) | ast.AugAssign(target=target):
            return _targets(target)
    return set()


def _targets(target: ast.expr | None) -> set[str]:
    """Return the names that a target binds."""
    match target:
        case ast.Name(id=name):
            return {name}
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return {name for part in parts for name in _targets(part)}
        case ast.Starred(value=part):
            return _targets(part)
    return set()
