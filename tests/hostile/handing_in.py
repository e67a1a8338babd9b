"""Writes an attack as the notebook that a student would send, and tells what a marked one shows."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import nbformat

from tests.hostile.attack import Attack
from tests.hostile.yard import NAME, Yard

# What must not be alive in an output: of HTML, in tags and their attributes; of the other kinds, anywhere.
ALIVE = ("<script", "onerror", "onload", "javascript:", "<iframe", "//evil.example", "alert(")
LIVE_KINDS = ("text/markdown", "text/latex", "image/svg+xml", "application/javascript")
DEFAULTS = {"double": "def double(x): return x", "halve": "def halve(x): return x / 2, None"}


def notebook_hand_in(attack: Attack, yard: Yard, student: str) -> Path:
    """Write a hand-in, made from the release, to a fresh folder and return the notebook's file."""
    file = yard.inbox / student / f"{attack.assignment}.ipynb"
    shutil.rmtree(file.parent, ignore_errors=True)
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(notebook_of(attack, yard)), encoding="utf-8")
    for part in attack.parts:
        if part.place == "attack on the file":
            run(attack, part.source, file=file, target=SimpleNamespace(**yard.targets))
    return file


def notebook_of(attack: Attack, yard: Yard) -> nbformat.NotebookNode:
    """Return the hand-in, with the cell in front that tells the attacker where everything is."""
    notebook = nbformat.read(yard.course.release(attack.assignment) / f"{attack.assignment}.ipynb", as_version=4)
    if attack.assignment == NAME:
        for name, source in DEFAULTS.items():
            cell_named(notebook, name).source = source
    else:
        notebook.cells = [cell for cell in notebook.cells if is_needed(cell)]
    notebook.cells.insert(0, nbformat.v4.new_code_cell(yard.prelude))
    for part in attack.parts:
        put(attack, part.place, part.source, notebook)
    return notebook


def is_needed(cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell of the kit's own assignment is more than an explanation, a plot or a training."""
    known = cell.metadata.get("nbgrader", {})
    return known.get("grade_id") in ("setup", "tools") or known.get("grade") or known.get("solution")


def put(attack: Attack, place: str, source: str, notebook: nbformat.NotebookNode) -> None:
    """Put one part of an attack in its place in a notebook."""
    match place.split():
        case ["attack", "on", "the", "notebook"]:
            run(attack, source, notebook=notebook, cell=lambda name: cell_named(notebook, name))
        case ["attack", "on", "the", "file" | "folder"]:
            pass
        case ["attack", "in", name]:
            cell_named(notebook, name).source += "\n\n" + source
        case ["attack", ("before" | "after") as side, name]:
            index = notebook.cells.index(cell_named(notebook, name)) + (side == "after")
            notebook.cells.insert(index, nbformat.v4.new_code_cell(source))
        case [name]:
            cell_named(notebook, name).source = source
        case _:
            raise ValueError(f"{attack.id}: no place {place!r}; tests/hostile/attack.py says which there are")


def run(attack: Attack, source: str, **names: object) -> None:
    """Do what the student does to the hand-in before it is sent."""
    exec(compile(source, attack.id, "exec"), names)


def cell_named(notebook: nbformat.NotebookNode, grade_id: str) -> nbformat.NotebookNode:
    """Return the first cell with a grade_id."""
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def shown_in(notebook: nbformat.NotebookNode | None) -> str:
    """Return all that the cells of a notebook show."""
    cells = notebook.cells if notebook is not None else []
    return json.dumps([cell.get("outputs", []) for cell in cells])


def alive_in(notebook: nbformat.NotebookNode | None) -> list[str]:
    """Return what would come to life in the browser of whoever opens the notebook."""
    outputs = [
        output for cell in (notebook.cells if notebook is not None else []) for output in cell.get("outputs", [])
    ]
    texts = [str(data) for output in outputs for kind, data in output.get("data", {}).items() if kind in LIVE_KINDS]
    for output in outputs:
        tags = Tags()
        tags.feed(str(output.get("data", {}).get("text/html", "")))
        texts += tags.found
    return [f"shows {word}" for word in ALIVE if any(word in text.lower() for text in texts)]


class Tags(HTMLParser):
    """Takes down the tags of a page, as they stand there, and what is in its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.found.append(self.get_starttag_text() or tag)
