"""Chooses what of a submission may lie beside its marked notebook and its feedback page: pictures and plain texts.

Whoever opens a marked notebook starts a kernel in its folder, where Python would import what lies there, and a browser
would run pages and drawings that come from the Jupyter server. So only files that can do nothing are copied.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

from nbgrader.utils import find_all_files

from autograder.i18n.terminal import is_plain
from autograder.submissions.checks import ENVIRONMENT, NAME_MAX, read_start

NOTEBOOKS = "*.ipynb"
TEXTS = frozenset({".md", ".txt"})
TEXT_MAX = 1_000_000
# How files of a kind begin: what is called a picture and does not begin like one is not copied.
PICTURES = {
    ".gif": re.compile(rb"GIF8[79]a"),
    ".jpeg": re.compile(rb"\xff\xd8\xff"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    ".webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
PICTURE_MAX = 10_000_000
START = 16
# Bytes of a path below the submission's folder: the copy lies below other folders, and a path may have 4096.
PATH_MAX = 400
NO_LINKS = getattr(os, "O_NOFOLLOW", 0)  # Windows has no such flag


def attachments(folder: Path, ignored: Iterable[str] = ()) -> list[Path]:
    """Return the files of a submission that may lie beside its marked notebook.

    Args:
        folder: The submission, or a folder into which one was copied.
        ignored: nbgrader's patterns of files that it does not copy.
    """
    found = find_all_files(str(folder), [*ignored, NOTEBOOKS])
    return [file for file in map(Path, found) if is_attachment(file, folder)]


def is_attachment(file: Path, folder: Path) -> bool:
    """Return whether a file is a picture or a plain text, in folders whose names mean nothing to Python."""
    *folders, name = file.relative_to(folder).parts
    if len(os.fsencode(file.relative_to(folder))) > PATH_MAX:
        return False
    # Environments are passed over when a submission is checked: what lies in them has no bounds, and no digest.
    if any(os.path.lexists(folder.joinpath(*folders[:depth], ENVIRONMENT)) for depth in range(1, len(folders) + 1)):
        return False
    status = file.lstat()
    # A second link to the same file could be a file of the grader's: hard links are refused as symbolic ones are.
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        return False
    if not _is_plain(name) or not all(map(_may_be_made, folders)):
        return False
    # Texts have no bytes by which they could be known; browsers and Python do nothing with them.
    if (kind := file.suffix.lower()) in TEXTS:
        return status.st_size <= TEXT_MAX
    begins = PICTURES.get(kind)
    return begins is not None and status.st_size <= PICTURE_MAX and bool(begins.match(read_start(file, START)))


def _is_plain(name: str) -> bool:
    return is_plain(name) and len(name) <= NAME_MAX and not name.startswith((".", "-"))


def _may_be_made(folder: str) -> bool:
    """Return whether a folder's name means nothing to Python, even where the folder holds no code.

    With a dot it can be a distribution's metadata, whose texts name what is to be imported. With a package's name it
    comes before an editable installation of that package.
    """
    return _is_plain(folder) and "." not in folder and folder not in sys.modules and find_spec(folder) is None


def copy_file(file: Path, target: Path, flags: int = NO_LINKS) -> None:
    """Copy a file's bytes over what is there, without following a link.

    The copy's folder is made when it isn't there. The file is opened with ``flags``: a link may have taken its place
    after it was looked at, and O_NOFOLLOW refuses that.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        open(file, "rb", opener=lambda name, given: os.open(name, given | flags)) as source,
        target.open("wb") as copied,
    ):
        shutil.copyfileobj(source, copied)


def sweep(folder: Path, is_kept: Callable[[Path, Path], bool]) -> list[Path]:
    """Remove the files that may not lie in a folder, such as earlier versions copied into it, and return them.

    Args:
        folder: The folder of a marked submission, or of its feedback.
        is_kept: Returns whether a file, in that folder, is not the student's and stays.
    """
    removed = []
    # With no bounds of a submission's: together with the instructor's files there may be more, and a class is not
    # stopped for that. From below upwards, so that a folder in which nothing is left can be removed.
    for place, folders, names in os.walk(folder, topdown=False):
        for path in (Path(place, name) for name in (*names, *folders)):
            if path.is_dir() and not path.is_symlink():
                with contextlib.suppress(OSError):  # something is left in it
                    path.rmdir()
            elif not is_kept(path, folder) and not is_attachment(path, folder):
                path.unlink()
                removed.append(path)
    return removed
