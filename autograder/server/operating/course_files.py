"""Keeps in a server's backup what of its courses is nowhere else: what people gave, the salt, how points changed.

    courses/<course>/gradebook.db
    courses/<course>/.autograder_salt
    courses/<course>/audit/<assignment>.jsonl

All else in a course's folders is in version control, or is made again of the attempts when the server enters what
counts.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from autograder.course.course import CONFIG, SALT_FILE, Course, CourseError
from autograder.course.gradebook_database import database_file
from autograder.course.gradebook_scores import gradebook_address
from autograder.server.attempts.storage import sha256_of, sync

COURSES, GRADEBOOK, AUDIT = "courses", "gradebook.db", "audit"


def copies(
    courses: Mapping[str, Path], scratch: Path, notes: list[str], faults: list[str]
) -> Iterator[tuple[str, Path]]:
    """Yield what a backup has of courses: its name in the server's folder, and a file with what it holds.

    Args:
        courses: The courses' folders, by their names in addresses.
        scratch: A folder for copies of what is written meanwhile.
        notes: Gets what is not in the backup, and why.
        faults: Gets what cannot be read: the backup of all else goes on.
    """
    for slug, root in courses.items():
        course, name = Course(root), f"{COURSES}/{slug}"
        if not (root / CONFIG).is_file():
            notes.append(f"{slug}: its folder {root} is not there, so its gradebook is not in the backup")
            continue
        if (root / SALT_FILE).is_file():
            yield f"{name}/{SALT_FILE}", root / SALT_FILE
        for file in sorted(course.audit.glob("*.jsonl")):
            yield f"{name}/{AUDIT}/{file.name}", file
        copied = scratch / f"{slug}.db"
        try:
            gradebook = database_file(gradebook_address(course))
            if gradebook is not None and gradebook.is_file():
                # As it is at one moment, whoever writes meanwhile.
                with closing(sqlite3.connect(gradebook)) as read, closing(sqlite3.connect(copied)) as written:
                    read.backup(written)
        except (CourseError, sqlite3.Error) as fault:
            faults.append(f"{slug}: its gradebook cannot be read, and is not in the backup: {fault}")
            continue
        if gradebook is None:
            notes.append(f"{slug}: its gradebook is not a file, and not in the backup: back its database up as well")
        elif copied.is_file():
            yield f"{name}/{GRADEBOOK}", copied


def put_back(data: Path, courses: Mapping[str, Course]) -> list[str]:
    """Give courses what a backup has of them and they lack; return what was done with it, for the operator.

    What a course has stays as it is; what was not put back stays in the server's folder.

    Args:
        data: The restored server's folder.
        courses: The courses, by their names in addresses.
    """
    said = []
    for kept in sorted((data / COURSES).glob("*")):
        course = courses.get(kept.name)
        if course is None:
            said.append(f"{kept.name}: what was backed up of its folder is in {kept}: name the course's folder, too")
            continue
        for file in sorted(one for one in kept.rglob("*") if one.is_file()):
            target = _target(course, file.relative_to(kept))
            if target is None:
                said.append(f"{kept.name}: its gradebook is not a file now; that of the backup is {file}")
            elif not target.exists():
                _put(file, target)
                said.append(f"{kept.name}: {target} is back")
            elif sha256_of(target) == sha256_of(file):
                file.unlink()
            else:
                said.append(f"{kept.name}: {target} stays as it is; that of the backup is {file}")
        if not any(one.is_file() for one in kept.rglob("*")):
            shutil.rmtree(kept)
    with contextlib.suppress(OSError):  # there is none, or something stays in it
        (data / COURSES).rmdir()
    return said


def _target(course: Course, name: Path) -> Path | None:
    """Return where a course has what a backup has under a name; None where it has it in no file."""
    if name == Path(GRADEBOOK):
        return database_file(gradebook_address(course))
    return course.audit / name.name if name.parent == Path(AUDIT) else course.root / name


def _put(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.restored")
    # With its mode: a salt is nobody else's.
    shutil.copy(file, draft)
    sync(draft)
    draft.rename(target)
    sync(target.parent)
    file.unlink()
