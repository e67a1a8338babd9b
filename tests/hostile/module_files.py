"""Writes an attack as module files, in a folder or a zip, with the same code that a notebook of it would hold."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import nbformat

from autograder.course.solutions import module_files
from tests.hostile.attack import ZIP, Attack
from tests.hostile.handing_in import notebook_of, run
from tests.hostile.yard import NAME, Yard

MAIN = "cs231n/rnn_layers.py"
MODEL = "cs231n/classifiers/rnn.py"


def module_hand_in(attack: Attack, yard: Yard, student: str) -> Path:
    """Write a hand-in to a fresh folder and return what is handed in: that folder, or a zip of it."""
    place = yard.inbox / student
    shutil.rmtree(place, ignore_errors=True)
    folder = place / attack.assignment
    for name, text in texts_of(attack, yard).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    target = SimpleNamespace(**yard.targets)
    for part in attack.parts:
        if part.place == "attack on the folder":
            run(attack, part.source, folder=folder, module=folder / MAIN, target=target, prelude=yard.prelude)
    if attack.layout != ZIP:
        return folder
    file = place / f"{attack.assignment}.zip"
    pack(folder, file)
    for part in attack.parts:
        if part.place == "attack on the file":
            run(attack, part.source, file=file, target=target)
    return file


def texts_of(attack: Attack, yard: Yard) -> dict[str, str]:
    """Return the module files of an attack, by their paths."""
    if attack.assignment == NAME:
        return {MAIN: code_of(notebook_of(attack, yard))}
    release = yard.course.release(attack.assignment) / f"{attack.assignment}.ipynb"
    texts = module_files(yard.assignment_of(attack.assignment), nbformat.read(release, as_version=4))
    texts = {file: f"{yard.prelude}\n{text}" for file, text in texts.items()}
    for part in attack.parts:
        if not part.place.startswith("attack on "):
            texts[MODEL if "captioning" in part.place else MAIN] += f"\n\n{part.source}\n"
    return texts


def code_of(notebook: nbformat.NotebookNode) -> str:
    """Return the code of a notebook, without its checks, as one file: what its cells do is done on import."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    own = [cell.source for cell in cells if not cell.metadata.get("nbgrader", {}).get("grade")]
    return "\n\n\n".join(without_magic(source) for source in own) + "\n"


def without_magic(source: str) -> str:
    """Return a cell's code for a process that is no IPython."""
    return "\n".join(line for line in source.splitlines() if not line.startswith("%"))


def pack(folder: Path, file: Path) -> None:
    """Pack a folder, as people do: with its own name in front."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
