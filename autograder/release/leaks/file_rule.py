"""Finds files and folders that have no place in what students get, by their names and by how they begin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.course.course import SALT_FILE
from autograder.release.leaks.containers import SEALED, SUFFIXES, is_readable_archive
from autograder.release.leaks.findings import Leak, Where

# Documents and data that are zip archives inside: nobody hides files in them.
DOCUMENTS = (".npz", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp")
SQLITE = b"SQLite format 3\0"
DELETE = "Delete it."


@dataclass(frozen=True)
class Unwanted:
    """Names of files that have no place in what students get.

    Attributes:
        pattern: Matches a whole part of a path.
        kind: What such files are, as the report says it.
        folder: Whether the pattern is of folders, in which nothing is looked at then.
    """

    pattern: re.Pattern[str]
    kind: str
    folder: bool = False


def _unwanted(pattern: str, kind: str, *, folder: bool = False) -> Unwanted:
    return Unwanted(re.compile(pattern, re.IGNORECASE), kind, folder)


UNWANTED = (
    _unwanted(r"\.ipynb_checkpoints|\.virtual_documents", "a folder of checkpoints, earlier versions", folder=True),
    _unwanted(r"__pycache__|\..*_cache|\.cache", "a folder of caches, which hold code", folder=True),
    _unwanted(r"\.(?:git|hg|svn|bzr)", "a folder of version control, which holds all earlier versions", folder=True),
    _unwanted(r"\.(?:idea|vscode|ipython|jupyter)", "a folder of an editor's settings and history", folder=True),
    _unwanted(r".*\.py[cod]", "compiled code"),
    _unwanted(r"gradebook.*\.db|.*\.(?:sqlite3?|db)(?:-journal|-wal|-shm)?", "a database, such as a gradebook"),
    _unwanted(
        r".*~|.*\.(?:bak|orig|rej|old|save|sw[a-p]|tmp)|#.*#|\.#.*|.*-checkpoint\.\w+|.*[- ](?:copy|backup)\d*\.\w+",
        "a backup file, which holds an earlier version",
    ),
    _unwanted(re.escape(SALT_FILE) + r"|\.env|id_(?:rsa|ed25519|ecdsa)|.*\.pem", "a file for secrets"),
    _unwanted(r"nbgrader_config\.py", "staff's configuration"),
    _unwanted(r"\.(?:bash|zsh|sh|python|ipython)_history", "a history of commands"),
)


def folder_leak(where: Where, name: str) -> Leak | None:
    """Return a leak for a folder whose name has no place there."""
    return next(
        (Leak(where, one.kind, "", DELETE) for one in UNWANTED if one.folder and one.pattern.fullmatch(name)), None
    )


def file_leaks(where: Where, name: str, data: bytes, *, published: bool) -> Iterator[Leak]:
    """Yield the leaks that a file is by its path, and by how its bytes begin.

    An archive is a leak, unless the files were ``published``: courses publish archives, which are then opened.
    """
    path = PurePosixPath(name)
    for part in path.parts[:-1]:
        leak = folder_leak(where, part)
        if leak is not None:
            yield leak
            return
    known = next((one for one in UNWANTED if not one.folder and one.pattern.fullmatch(path.name)), None)
    if known is not None:
        yield Leak(where, known.kind, "", DELETE)
    elif data.startswith(SQLITE):
        yield Leak(where, "a database (SQLite), such as a gradebook", "", DELETE)
    elif not published and _is_sealed(path.name.lower(), data):
        yield Leak(where, "an archive", "", "Put the files themselves there, so that they can be looked at.")


def _is_sealed(name: str, data: bytes) -> bool:
    """Whether a file is an archive: nobody sees what is in it without opening it."""
    document = name.endswith(DOCUMENTS)
    return not document and (is_readable_archive(data) or data.startswith(SEALED) or name.endswith(SUFFIXES))
