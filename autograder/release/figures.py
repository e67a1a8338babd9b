"""Puts the diagrams that an assignment draws beside its source notebook, whose texts show them as ``figures/…``.

``diagrams.py`` in the assignment's folder has `DIAGRAMS`: functions by names, each of which is given a function that
says a text in one language, and returns an SVG. Other pictures may lie in the folder too. nbgrader copies them into
releases with all that lies beside the notebook.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator

from autograder.course.assignment import DRAWINGS, Assignment
from autograder.course.course import FIGURES
from autograder.course.solutions import SourceError
from autograder.i18n.languages import edition_name

SHOWN = re.compile(rf"\]\(({FIGURES}/[^)\s]+)")


def draw(assignment: Assignment) -> None:
    """Draw the diagrams of an assignment in all of its languages, and write those that differ.

    Raises:
        SourceError: A text of the source notebook shows a figure that is not there.
    """
    folder = assignment.course.source(assignment.name)
    for name, svg in _drawn(assignment).items():
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != svg:
            file.parent.mkdir(exist_ok=True)
            file.write_text(svg, encoding="utf-8", newline="\n")
    if missing := list(_missing(assignment)):
        raise SourceError("\n".join(missing))


def stale(assignment: Assignment) -> list[str]:
    """Return a line for each diagram that is not as it is drawn, and for each figure that is shown and not there."""
    folder = assignment.course.source(assignment.name)
    drawn = _drawn(assignment).items()
    differing = [
        name for name, svg in drawn if not (folder / name).is_file() or (folder / name).read_bytes() != svg.encode()
    ]
    return [
        *(f"source/{assignment.name}/{name} is not as {DRAWINGS} draws it" for name in differing),
        *_missing(assignment),
    ]


def _drawn(assignment: Assignment) -> dict[str, str]:
    """Return the diagrams by their paths beside the notebook."""
    script = assignment.folder / DRAWINGS
    with assignment.importing():
        diagrams = runpy.run_path(str(script))["DIAGRAMS"] if script.is_file() else {}
    return {
        f"{FIGURES}/{edition_name(name, language)}.svg": diagram(assignment.in_language(language).catalogue.text)
        for name, diagram in diagrams.items()
        for language in assignment.languages
    }


def _missing(assignment: Assignment) -> Iterator[str]:
    folder = assignment.course.source(assignment.name)
    for cell in assignment.source_notebook.cells:
        for address in SHOWN.findall(cell.source) if cell.cell_type == "markdown" else ():
            if not (folder / address).is_file():
                yield f"{cell.id} shows {address}, which is not in {folder}: put it there, or draw it in {DRAWINGS}"
