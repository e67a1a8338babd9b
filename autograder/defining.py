"""Which cells of a notebook must be run so that its functions can be called: not those that only train, plot or check.

A kernel that is started for a few calls runs these alone. All cells of the student's own are among them; of the
provided ones, whose text is the instructor's, those that bind a name which these use.
"""

from __future__ import annotations

import ast
import symtable
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

from autograder.modulenotebook import LOAD
from autograder.remembered import remembered

# Code that calls one of these may read any name.
READS_ANY = frozenset({"globals", "locals", "vars", "eval", "exec", "get_ipython", "__import__"})
DEFINES = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Cell:
    """What is known of a code cell from its text.

    Attributes:
        binds: Names that it gives a value at top level.
        uses: Global names that it needs, anywhere.
        only_defines: Whether it consists of imports, functions and classes.
    """

    binds: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    only_defines: bool = False


def defining_cells(notebook: nbformat.NotebookNode) -> set[int]:
    """Return the positions of the cells that must be run so that functions of the notebook can be called."""
    code = {index: cell for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    known = {index: known_of(cell.source) for index, cell in code.items()}
    kept = {index for index, cell in code.items() if not is_provided(cell) or known[index].only_defines}
    if any(known[index].uses & READS_ANY for index in kept):
        return set(code)
    while more := {
        index for index in set(code) - kept if known[index].binds & {name for one in kept for name in known[one].uses}
    }:
        kept |= more
    return kept


def is_provided(cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell's text is the instructor's, put back before marking."""
    meta = cell.metadata.get("nbgrader", {})
    return bool(meta.get("locked")) and not meta.get("solution")


@remembered
def known_of(source: str) -> Cell:
    """Return what is known of a cell from its text; nothing of one that Python cannot read, for it does nothing."""
    if source.startswith(LOAD):  # imports module files, which see no name of the notebook
        return Cell()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = TransformerManager().transform_cell(source)
            body, table = ast.parse(text).body, symtable.symtable(text, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return Cell()
    bound = (symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported())
    return Cell(frozenset(bound), frozenset(_used(table)), all(isinstance(node, DEFINES) for node in body))


def _used(table: symtable.SymbolTable) -> Iterator[str]:
    tables: Iterable[symtable.SymbolTable] = [table, *_inner(table)]
    for one in tables:
        top = one.get_type() == "module"
        yield from (
            symbol.get_name() for symbol in one.get_symbols() if symbol.is_referenced() and (top or symbol.is_global())
        )


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner(child)
