"""Graders of module files that trust them, for controls: they unpack, copy, read and import what was handed in.

As a program, ``python -m tests.hostile.overlaid HOW HAND-IN FOLDER`` does it in a process that may be lost, and prints
what it cost: ``unpack`` writes an archive's members where their names lead, ``parse`` compiles the files.
"""

from __future__ import annotations

import ast
import io
import json
import os
import shutil
import stat
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.course.paths import KIT_ROOT
from tests.hostile.memory import MEMORY_MB
from tests.hostile.naive import peak_kb

PACKAGE = "cs231n"
# What the grader may take itself. Attacks take twice as much and more: so none is on this side of it by chance.
GROWN_KB = MEMORY_MB << 10
UNPACKED_MAX = 256 << 20
FILES_MAX = 2_500
WRITTEN_MAX = 1 << 20


def lay_over(hand_in: Path, folder: Path) -> None:
    """Put the provided package into a folder, and a hand-in over it, as most graders do."""
    ignored = shutil.ignore_patterns("__pycache__", "coco_captioning*")
    shutil.copytree(KIT_ROOT / PACKAGE, folder / PACKAGE, ignore=ignored)
    if hand_in.is_dir():
        shutil.copytree(hand_in, folder, dirs_exist_ok=True)
        return
    unpack(hand_in.read_bytes(), folder)
    for made in [path.parent for path in folder.rglob(PACKAGE) if path.parent != folder]:
        shutil.copytree(made, folder, dirs_exist_ok=True)


def unpack(data: bytes, folder: Path) -> None:
    """Write the members of an archive, and of those in it, where their names lead; links are made as such.

    Raises:
        OverflowError: There are more or larger ones than this machine should have to hold.
    """
    waiting, size, count = [data], 0, 0
    while waiting:
        with zipfile.ZipFile(io.BytesIO(waiting.pop())) as archive:
            for member in archive.infolist():
                size, count = size + member.file_size, count + 1
                if size > UNPACKED_MAX or count > FILES_MAX:
                    raise OverflowError(f"{count} files of {size:,} bytes")
                content = archive.read(member)
                write(folder / member.filename.replace("\\", "/"), member, content)
                waiting += [content] * content.startswith(b"PK\x03\x04")


def write(path: Path, member: zipfile.ZipInfo, content: bytes) -> None:
    """Write one member; of a large one the beginning will do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if member.is_dir():
        path.mkdir(exist_ok=True)
    elif stat.S_ISLNK(member.external_attr >> 16):
        path.symlink_to(os.fsdecode(content))
    else:
        path.write_bytes(content[:WRITTEN_MAX])


def unpack_and_show(hand_in: Path, folder: Path) -> None:
    """Unpack an archive and print what the files in it hold then: that is what comes back with the feedback."""
    unpack(hand_in.read_bytes(), folder)
    for path in folder.rglob("*"):
        if path.is_file():
            print(path.read_text(encoding="utf-8", errors="replace")[:WRITTEN_MAX])


def parse(hand_in: Path, folder: Path) -> None:
    """Compile all code of a hand-in, and keep what came of it, as graders do that look at code before they run it."""
    kept: list[object] = []
    for text in cells_of(hand_in) if hand_in.suffix == ".ipynb" else files_of(hand_in, folder):
        kept += [text, ast.parse(text), compile(text, "handed in", "exec", dont_inherit=True)]


def cells_of(notebook: Path) -> Iterator[str]:
    """Yield the code cells of a notebook."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield "".join(cell["source"])


def files_of(hand_in: Path, folder: Path) -> Iterator[bytes]:
    """Yield the module files of a hand-in that are not provided."""
    lay_over(hand_in, folder)
    for path in sorted(folder.rglob("*.py")):
        if not (KIT_ROOT / path.relative_to(folder)).is_file() or path.stem == "rnn_layers":
            yield path.read_bytes()


HOW: dict[str, Callable[[Path, Path], None]] = {"unpack": unpack_and_show, "parse": parse}


def main(how: str, hand_in: str, folder: str) -> None:
    """Do it and print what it cost."""
    before = peak_kb()
    try:
        HOW[how](Path(hand_in), Path(folder))
    except SyntaxError as fault:
        print("no Python:", fault)
    except Exception as fault:
        print("LOST", type(fault).__name__, flush=True)
    if peak_kb() - before > GROWN_KB:
        print("WORKED: it has no bound in memory", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
