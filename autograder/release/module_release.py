"""Makes the release in the original course's layout: stubs in module files, and a notebook that checks them.

It is made from the notebook release, so everything comes from the one source notebook. Texts about cells to fill in are
replaced by those in ``module_texts`` of the assignment's ``assignment.toml``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment, ModuleFile
from autograder.course.cells import grade_id
from autograder.course.released_notebook import LAYOUT
from autograder.course.solutions import SourceError, module_files
from autograder.i18n.messages import gettext_noop

RELOAD = gettext_noop("What you save in a file counts from the next cell on.")
RELOADING = """\
%load_ext autoreload
%autoreload 2"""


def make(assignment: Assignment, released: Path, target: Path) -> None:
    """Make the release of module files from the notebook release in ``released``; the folder ``target`` is replaced.

    Raises:
        SourceError: A text that is to be replaced is missing.
    """
    files = dict(_files(assignment, released))
    shutil.rmtree(target, ignore_errors=True)
    for name, content in files.items():
        file = target / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _files(assignment: Assignment, released: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the release, by their paths below its folder."""
    name = f"{assignment.name}.ipynb"
    notebook = nbformat.read(released / name, as_version=4)
    stubs = module_files(assignment, notebook)
    for path in sorted(released.rglob("*")):
        file = path.relative_to(released).as_posix()
        if path.is_file() and "__pycache__" not in path.parts and file not in (name, *stubs):
            yield file, path.read_bytes()
    for file, text in stubs.items():
        yield file, _replaced(assignment, file, text).encode()
    yield name, nbformat.writes(_checking(assignment, notebook), version=4).encode() + b"\n"


def _checking(assignment: Assignment, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Turn the released notebook into one that imports what it checks."""
    solved = {problem: entry for entry in assignment.modules for problem in entry.problems}
    for cell in notebook.cells:
        name = grade_id(cell)
        if name in solved:
            functions = assignment.problems[name].functions
            cell.source = "\n".join(_import(assignment, solved[name], function) for function in functions)
            del cell.metadata["nbgrader"]
    first = next(index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    reload = f"# {assignment.catalogue.text(RELOAD)}\n{RELOADING}"
    notebook.cells.insert(first, nbformat.v4.new_code_cell(reload, id="reload"))
    for cell in notebook.cells:
        cell.source = _replaced(assignment, cell.id, cell.source)
    notebook.metadata["autograder"] = LAYOUT
    return notebook


def _import(assignment: Assignment, entry: ModuleFile, function: str) -> str:
    module = ".".join(Path(entry.file).with_suffix("").parts)
    what = f"{entry.owner}.{function}" if entry.owner else function
    comment = assignment.catalogue.say("{what}: written in {file}", what=what, file=entry.file)
    return f"# {comment}\nfrom {module} import {entry.owner or function}"


def _replaced(assignment: Assignment, place: str, text: str) -> str:
    """Return a cell's or a file's text as it is for module files.

    Raises:
        SourceError: A text that is to be replaced in it is missing.
    """
    for old, new in assignment.module_texts.get(place, []):
        if old not in text:
            raise SourceError(
                f"{place} does not hold {old!r}, which {assignment.folder / 'assignment.toml'} replaces in the release "
                "of module files: change module_texts there"
            )
        text = text.replace(old, new)
    return text
