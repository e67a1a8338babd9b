"""Writes the student's code as files that a script can import without the grader: `hand_in.py` and what it needs.

Of a notebook, the functions that are called are extracted, with all at top level that they use.
"""

from __future__ import annotations

import ast
import io
import json
import pprint
import re
import tokenize
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

from autograder.course.cell_names import DEFINITIONS, CellNames, parsed_names
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
# The packages of an assignment are not installed.
PATH = """import sys

sys.path[:0] = {folders}  # the packages that the assignment provides
"""
# Lines of IPython's own in one cell: it reads the whole cell again for each.
IPYTHON_LINES_MAX = 20
IPYTHON_LINE = re.compile(r"^[^\S\n]*[%!?,;/]|=[^\S\n]*[%!]|\?[^\S\n]*$", re.MULTILINE)


def standalone(
    cells: Iterable[str],
    modules: ModuleSubmission | None,
    names: Iterable[str],
    student: str,
    packages: Mapping[str, Path],
) -> dict[str, str]:
    """Return the texts of files, by their names; comments and docstrings in them don't name the student.

    Args:
        cells: The code that was run.
        modules: The module files that were handed in, None for a notebook.
        names: Functions and classes that a script calls.
        student: The student, whose name is removed.
        packages: The folders of the packages that the assignment provides, by their names.
    """
    if modules is None:
        code = without_name(excerpt(cells, names), student)
        named = [folder for name, folder in packages.items() if re.search(rf"\b{name}\b", code)]
        return {HAND_IN: (finding(named) if named else "") + code}
    plan = json.loads(modules.plan())
    plan["files"] = list(modules.texts)
    main = IMPORT.format(folder=FOLDER, plan=pprint.pformat(plan, width=100, sort_dicts=False))
    main = finding(packages.values()) + main
    return {HAND_IN: main, **{f"{FOLDER}/{file}": without_name(text, student) for file, text in modules.texts.items()}}


def finding(packages: Iterable[Path]) -> str:
    """Return code by which the rest of a file finds packages in these folders."""
    return PATH.format(folders=list(dict.fromkeys(str(folder.parent) for folder in packages)))


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
    for index, (_, names_of) in enumerate(found):
        for name in names_of.binds or ():
            binding.setdefault(name, []).append(index)
    # Of a star import it is not known what it binds.
    kept = {index for index, (_, names_of) in enumerate(found) if names_of.binds is None}
    needed, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            more = [index for index in binding.get(name, ()) if index not in kept]
            kept.update(more)
            waiting += [used for index in more for used in found[index][1].uses]
    return "\n".join(found[index][0] for index in sorted(kept)) + "\n"


def top_level_statements(cell: str) -> Iterator[tuple[str, CellNames]]:
    """Yield the statements of a cell that bind something, with their names.

    None of a cell that cannot be read, or not in a moment.
    """
    if len(IPYTHON_LINE.findall(cell)) > IPYTHON_LINES_MAX:
        return
    try:
        source = TransformerManager().transform_cell(cell.replace("\r\n", "\n").replace("\r", "\n"))
        parsed_names(source)  # there is more that cannot be compiled than what cannot be parsed
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RuntimeError, MemoryError, tokenize.TokenError):
        return
    lines = source.encode().split(b"\n")
    for node in body:
        text = statement_text(node, lines)
        names = parsed_names(text)
        if names.binds is None or names.binds:
            yield (f"\n\n{text}" if isinstance(node, DEFINITIONS) else text), names


def without_name(source: str, name: str) -> str:
    """Return a source whose comments and docstrings don't hold a person's name."""
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    lines, before = source.split("\n"), tokenize.NEWLINE
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):  # a module of the student's own that Python cannot read
        return source
    for token in tokens:
        docstring = token.type == tokenize.STRING and before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        if token.type == tokenize.COMMENT or docstring:
            for row in range(token.start[0] - 1, token.end[0]):
                column = token.start[1] if row == token.start[0] - 1 else 0
                lines[row] = lines[row][:column] + pattern.sub("student", lines[row][column:])
        if token.type not in (tokenize.COMMENT, tokenize.NL):
            before = token.type
    return "\n".join(lines)
