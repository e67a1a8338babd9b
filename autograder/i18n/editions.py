"""Makes one edition of a source notebook: its text cells in one language, and its code with translated texts.

In the source each text cell stands in a pair: two cells side by side with ``"pair": "<name>"`` in their metadata, and
``"language": "en"`` or another. An edition takes one of them. What nbgrader knows of a pair stands in the English
cell; so does the mark scheme of a written question, which staff read. Code is shared: its docstrings, its comments and
what checks print come from the assignment's catalogue.
"""

from __future__ import annotations

import copy
import re

import nbformat
from nbformat import NotebookNode as Cell

from autograder.i18n.catalogue import Catalogue
from autograder.i18n.code_text import translated
from autograder.i18n.languages import DEFAULT

# Of a text cell, and of a whole notebook: in which language it is. Of a text cell: what its pair is called.
LANGUAGE, PAIR = "language", "pair"
MARK_SCHEME = re.compile(r"\n*^### BEGIN MARK SCHEME$.*?^### END MARK SCHEME$", re.MULTILINE | re.DOTALL)


def edition(source: nbformat.NotebookNode, catalogue: Catalogue) -> nbformat.NotebookNode:
    """Return the edition of a source notebook in a catalogue's language.

    Args:
        source: The source notebook; not changed.
        catalogue: Translates the code's texts; its language is the edition's.

    Raises:
        CatalogueError: A translation would change code.
    """
    made = copy.deepcopy(source)
    english = {cell.metadata[PAIR]: cell for cell in made.cells if cell.metadata.get(LANGUAGE) == DEFAULT}
    made.cells = [
        _taken(cell, english, catalogue)
        for cell in made.cells
        if cell.metadata.get(LANGUAGE, catalogue.language) == catalogue.language
    ]
    made.metadata[LANGUAGE] = catalogue.language
    return made


def _taken(cell: Cell, english: dict[str, Cell], catalogue: Catalogue) -> Cell:
    if cell.cell_type == "code":
        cell.source = translated(cell.source, catalogue)
    if LANGUAGE not in cell.metadata:
        return cell
    original = english.get(cell.metadata[PAIR], cell)
    if original is not cell and (scheme := MARK_SCHEME.search(original.source)) and not MARK_SCHEME.search(cell.source):
        cell.source = cell.source.rstrip("\n") + scheme[0]
    kept = {name: value for name, value in cell.metadata.items() if name not in (LANGUAGE, PAIR)}
    known = {"nbgrader": original.metadata["nbgrader"]} if "nbgrader" in original.metadata else {}
    cell.id, cell.metadata = original.id, nbformat.from_dict(copy.deepcopy({**kept, **known}))
    return cell
