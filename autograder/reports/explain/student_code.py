"""Writes the student's code as files that a script can import without the grader: `hand_in.py` and what it needs.

Of a notebook, the functions that are called are extracted, with all at top level that they use.
"""

from __future__ import annotations

import ast
import io
import json
import pprint
import re
import symtable
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from autograder.submissions.definitions import statement_text
from autograder.submissions.module_submission import ModuleSubmission

HAND_IN = "hand_in.py"
FOLDER = "handed_in"
# Module files are imported as marking does, so that provided functions come from the kit here too.
IMPORT = '''"""The module files in the folder {folder}, imported as marking imports them; change them there."""
import json
from pathlib import Path
from autograder.kernel.module_importer import load

plan = {plan}
plan["files"] = {{file: (Path(__file__).parent / "{folder}" / file).read_text("utf-8") for file in plan["files"]}}
for part in plan["parts"]:
    load(json.dumps(plan), part["file"], globals())
'''
# Lines of IPython's own in one cell: it reads the whole cell again for each.
MAGICS_MAX = 20
MAGIC = re.compile(r"^[^\S\n]*[%!?,;/]|=[^\S\n]*[%!]|\?[^\S\n]*$", re.MULTILINE)
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell.

    Attributes:
        text: Its source, as written.
        binds: Names that it gives a value, or whose value it changes.
        uses: Global names that it needs.
        always: Whether it is always kept, because it is not known what it binds, as with a star import.
    """

    text: str
    binds: frozenset[str]
    uses: frozenset[str]
    always: bool = False


def standalone(
    cells: Iterable[str], modules: ModuleSubmission | None, names: Iterable[str], student: str
) -> dict[str, str]:
    """Return the texts of files, by their names; comments and docstrings in them don't name the student.

    Args:
        cells: The code that was run.
        modules: The module files that were handed in, None for a notebook.
        names: Functions and classes that a script calls.
        student: The student, whose name is removed.
    """
    if modules is None:
        return {HAND_IN: without_name(excerpt(cells, names), student)}
    plan = json.loads(modules.plan())
    plan["files"] = list(modules.texts)
    main = IMPORT.format(folder=FOLDER, plan=pprint.pformat(plan, width=100, sort_dicts=False))
    return {HAND_IN: main, **{f"{FOLDER}/{file}": _unnamed(text, student) for file, text in modules.texts.items()}}


def _unnamed(text: str, student: str) -> str:
    try:
        return without_name(text, student)
    except (tokenize.TokenError, SyntaxError):  # a module of the student's own that Python cannot read
        return text


def excerpt(cells: Iterable[str], names: Iterable[str]) -> str:
    """Return the statements that ``names`` need, in the order in which they ran.

    Calls that stand alone (plots, training, prints) are left out, and so are cells that are not Python.

    Args:
        cells: The cells' texts, in the order in which they ran.
        names: For example the functions that a test calls.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python has warned the student of odd syntax already
        found = [statement for cell in cells for statement in top_level_statements(cell)]
    binding: dict[str, list[int]] = {}
    for index, statement in enumerate(found):
        for name in statement.binds:
            binding.setdefault(name, []).append(index)
    kept = {index for index, statement in enumerate(found) if statement.always}
    needed, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            more = [index for index in binding.get(name, ()) if index not in kept]
            kept.update(more)
            waiting += [used for index in more for used in found[index].uses]
    return "\n".join(found[index].text for index in sorted(kept)) + "\n"


def top_level_statements(cell: str) -> Iterator[Statement]:
    """Yield the statements of a cell that bind something; none of one that cannot be read, or not in a moment."""
    if len(MAGIC.findall(cell)) > MAGICS_MAX:
        return
    try:
        source = TransformerManager().transform_cell(cell.replace("\r\n", "\n").replace("\r", "\n"))
        body = ast.parse(source).body
        symtable.symtable(source, "cell", "exec")  # there is more that cannot be compiled than what cannot be parsed
    except (SyntaxError, ValueError, RuntimeError, MemoryError, tokenize.TokenError):
        return
    lines = source.encode().split(b"\n")
    for node in body:
        text = _text(lines, node)
        star = isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        binds = frozenset(_bound(node))
        if binds or star:
            yield Statement(text, binds, frozenset(_globals(symtable.symtable(text, "cell", "exec"))), star)


def _text(lines: list[bytes], node: ast.stmt) -> str:
    text = statement_text(node, lines)
    return f"\n\n{text}" if isinstance(node, DEFINITIONS) else text


def _bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement gives a value, and those of objects that it puts something into."""
    if isinstance(node, DEFINITIONS):
        yield node.name
        for decorator in node.decorator_list:  # a decorator may put the function into a class
            yield from (inner.id for inner in ast.walk(decorator) if isinstance(inner, ast.Name))
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Expr):
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "setattr":
            yield from (inner.id for given in call.args[:1] for inner in ast.walk(given) if isinstance(inner, ast.Name))
    else:
        yield from _stored(node)


def _stored(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef | ast.ClassDef):
            yield inner.name
        elif isinstance(inner, ast.alias):
            yield (inner.asname or inner.name).partition(".")[0]
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
        elif isinstance(inner, ast.Attribute | ast.Subscript) and isinstance(inner.ctx, ast.Store):
            yield from (name.id for name in ast.walk(inner.value) if isinstance(name, ast.Name))


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)


def without_name(source: str, name: str) -> str:
    """Return a source whose comments and docstrings don't hold a person's name."""
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    lines, before = source.split("\n"), tokenize.NEWLINE
    for token in list(tokenize.generate_tokens(io.StringIO(source).readline)):
        docstring = token.type == tokenize.STRING and before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if token.type == tokenize.COMMENT or docstring:
            for row in range(token.start[0] - 1, token.end[0]):
                column = token.start[1] if row == token.start[0] - 1 else 0
                lines[row] = lines[row][:column] + pattern.sub("student", lines[row][column:])
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            before = token.type
    return "\n".join(lines)
