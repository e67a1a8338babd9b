"""Writes the student's code as files that a script can import without the grader: `hand_in.py` and what it needs."""

from __future__ import annotations

import json
import pprint
import tokenize
from collections.abc import Iterable

from autograder.reports.explain.excerpt import excerpt, without_name
from autograder.submissions.module_submission import ModuleHandIn

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


def standalone(
    cells: Iterable[str], modules: ModuleHandIn | None, names: Iterable[str], student: str
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
