"""Makes the release of this kit's assignment in memory, so that much can be planted in little time."""

from __future__ import annotations

import base64
import copy
import io
import struct
import tarfile
import zipfile
import zlib
from functools import cache
from pathlib import Path

import nbformat
from nbgrader.preprocessors import CheckCellMetadata, SaveCells

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.nbgrader_app import load_config
from autograder.course.paths import KIT_ROOT
from autograder.nbgrader_plugins.release_steps import AddPackages, CheckSource, RefuseLeaks

NAME = "rnn_captioning"
FILE = f"{NAME}.ipynb"
Notebook = nbformat.NotebookNode
Files = dict[str, bytes]


@cache
def assignment() -> Assignment:
    """Return the assignment of this kit."""
    return Assignment(Course(KIT_ROOT), NAME)


@cache
def released() -> Files:
    """Return the release as it is committed."""
    folder = KIT_ROOT / "release" / NAME
    ignored = ("__pycache__", ".ipynb_checkpoints")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not set(ignored) & set(path.parts)
    }


def source() -> Notebook:
    """Return a copy of the source notebook, in English."""
    return copy.deepcopy(assignment().notebook)


def with_source(notebook: Notebook) -> Assignment:
    """Return the assignment with another source notebook."""
    made = Assignment(Course(KIT_ROOT), NAME)
    made.__dict__["notebook"] = made.__dict__["source_notebook"] = notebook
    return made


def converted(notebook: Notebook) -> Notebook:
    """Return the released form of a source notebook: what nbgrader's preprocessors make of it.

    Without those that need a gradebook or only check.
    """
    config = load_config(Course(KIT_ROOT))
    made = copy.deepcopy(notebook)
    resources = {"nbgrader": {"assignment": NAME, "notebook": NAME, "student": "."}}
    for kind in config.GenerateAssignment.preprocessors:
        if kind not in (SaveCells, CheckCellMetadata, CheckSource, RefuseLeaks, AddPackages):
            made, resources = kind(config=config).preprocess(made, resources)
    return made


def dumped(notebook: Notebook) -> bytes:
    """Return a notebook's bytes."""
    return nbformat.writes(notebook).encode()


def cell(notebook: Notebook, name: str) -> Notebook:
    """Return the cell with a grade_id or an id."""
    return next(one for one in notebook.cells if name in (one.metadata.get("nbgrader", {}).get("grade_id"), one.id))


def png(*chunks: tuple[bytes, bytes], behind: bytes = b"") -> bytes:
    """Return a picture of one pixel with further chunks, and with bytes behind its end."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        *chunks,
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    ]
    made = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + made + behind


def jpeg(comment: bytes) -> bytes:
    """Return a small picture with a comment in it."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(stream, "JPEG", comment=comment)
    return stream.getvalue()


def zipped(files: Files) -> bytes:
    """Return an archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(files: Files) -> bytes:
    """Return an archive of the other kind, which packs nothing."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def base64_of(data: bytes) -> str:
    """Return bytes in base 64."""
    return base64.b64encode(data).decode()


def solved() -> bytes:
    """Return the solved notebook's bytes."""
    return Path(KIT_ROOT / "solutions" / NAME / FILE).read_bytes()


def solved_file(name: str) -> str:
    """Return a file of the solution in the original course's layout."""
    return Path(KIT_ROOT / "solutions" / NAME / name).read_text(encoding="utf-8")
