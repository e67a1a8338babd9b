"""Puts the files of one hand-in into its student's folder in ``classroom/submitted``."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from autograder.course.digest import digest_of
from autograder.lms.download import NotCollected
from autograder.lms.hand_ins import HandedFile
from autograder.submissions.checks import LIMITS, TIMESTAMP

# Windows takes these for devices, whatever follows the first point.
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# What no file can be called on some system; a file's name never begins with a blank or ends with a point there.
UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*]')
ENDS = re.compile(r"[\s.]+\Z")
UNSEEN = frozenset({"Cf", "Cs", "Cn", "Zl", "Zp"})
# Bytes of a name, of which the suffix stays.
NAME_MAX, SUFFIX_MAX = 200, 20
NAME_SHOWN = 80


class Became(StrEnum):
    """What became of a hand-in."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


def names_of(files: Iterable[HandedFile], wanted: Iterable[str]) -> dict[str, HandedFile]:
    """Return what files are called in the student's folder.

    A file that was handed in again is called ``name-1.ipynb`` on Canvas. It gets its own name back where that is one of
    those that are asked for, and no other file has it.

    Args:
        files: The files of one hand-in.
        wanted: The names of the files that the assignment asks for.

    Raises:
        NotCollected: A name leads out of the folder.
    """
    given = {one: fit_name(one.name) for one in files}
    asked = set(wanted)
    taken = {_folded(name) for name in given.values()}
    names: dict[str, HandedFile] = {}
    used: set[str] = set()
    for one, name in given.items():
        free = name
        plain = re.sub(r"-\d+(?=\.\w+$)", "", name) if one.attachment else name
        if plain in asked and _folded(plain) not in taken:
            free = plain
            taken.add(_folded(plain))
        # It would say when the hand-in came, to nbgrader and to us.
        if _folded(free) == TIMESTAMP:
            free = f"handed-in-{free}"
        path, count = Path(free), 1
        # On some disks two names are one.
        while _folded(free) in used:
            count += 1
            free = path.with_name(f"{path.stem} ({count}){path.suffix}").as_posix()
        used.add(_folded(free))
        names[free] = one
    return names


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def fit_name(name: str) -> str:
    """Return a path that can be written on every system.

    Raises:
        NotCollected: It leads out of the folder.
    """
    parts = [part for part in re.split(r"[/\\]", name) if part not in {"", "."}]
    if not parts or ".." in parts or name[:1] in {"/", "\\"}:
        raise NotCollected(f"the name {name!r} leads out of the student's folder")
    fit = "/".join(_fit(part) for part in parts)
    if len(parts) > LIMITS.levels or len(fit.encode()) > LIMITS.path:
        raise NotCollected(f"{parts[-1][:NAME_SHOWN]!r} lies too deep in folders, or their names are too long")
    return fit


def _fit(part: str) -> str:
    # Marks that turn the direction of writing, and others that nobody can see, are no part of a name.
    seen = "".join(one for one in UNFIT.sub("_", part) if unicodedata.category(one) not in UNSEEN)
    # All of its end at once: points and blanks by turns would leave a name that leads out.
    plain = ENDS.sub("", seen.strip()) or "_"
    if DEVICE.fullmatch(plain):
        plain = f"_{plain}"
    stem, suffix = os.path.splitext(plain)
    if len(suffix.encode()) > SUFFIX_MAX:
        stem, suffix = plain, ""
    return stem.encode()[: NAME_MAX - len(suffix.encode())].decode(errors="ignore") + suffix


def put(place: Path, names: dict[str, HandedFile], submitted: str, was: str, *, replace: bool) -> tuple[Became, str]:
    """Put a hand-in into a folder, and return what became of it, with the digest of its files.

    Args:
        place: The folder; what stands there is replaced as a whole, or stays.
        names: The files, by their names in the folder.
        submitted: The text of ``timestamp.txt``; none is written when empty.
        was: The digest of what was collected before; empty when nothing was.
        replace: Whether to replace what was put there otherwise.

    Raises:
        NotCollected: It is too large, cannot be read, or something else was put there meanwhile.
        OSError: The folder cannot be written.
    """
    check_size(names)
    if place.is_symlink() or place.parent.is_symlink():
        raise NotCollected(f"{place} is a link, or lies in one: put a folder there")
    place.parent.mkdir(parents=True, exist_ok=True)
    # Renaming is one step only within a file system, so the draft is a neighbour.
    draft = Path(tempfile.mkdtemp(prefix=".collecting-", dir=place.parent))
    try:
        for name, one in names.items():
            target = draft / name
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                one.member.copy(target)
            except (FileExistsError, NotADirectoryError) as fault:
                raise NotCollected(f"{name!r} would be, or lie in, what is a file and a folder") from fault
        digest = folder_digest(draft)
        there = folder_digest(place) if os.path.lexists(place) else ""
        if there and there not in {was, digest} and not replace:
            changed = "was changed since it was collected" if was else "was not collected from there"
            raise NotCollected(f"what is in {place} {changed}: --replace puts the download's in its place")
        if there == digest and _says(place) == submitted:
            return Became.UNCHANGED, digest
        if submitted:
            (draft / TIMESTAMP).write_text(submitted + "\n", encoding="ascii")
        draft.chmod(0o755)
        if there:
            old = draft.with_name(f"{draft.name}-old")
            os.rename(place, old)
            os.rename(draft, place)
            shutil.rmtree(old)
        else:
            os.rename(draft, place)
        return (Became.REPLACED if there else Became.NEW), digest
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def check_size(names: dict[str, HandedFile]) -> None:
    """Check that a hand-in is within what may be handed in, before anything of it is unpacked.

    Raises:
        NotCollected: It is too large.
    """
    most = max((one.member.size for one in names.values()), default=0)
    total = sum(one.member.size for one in names.values())
    if len(names) > LIMITS.files or most > LIMITS.file or total > LIMITS.total:
        raise NotCollected(
            f"it has {len(names)} files with {total:,} bytes, the largest {most:,}; at most {LIMITS.files}, "
            f"{LIMITS.total:,} and {LIMITS.file:,} are taken: ask for it again, without data and outputs"
        )


def _says(place: Path) -> str:
    file = place / TIMESTAMP
    return file.read_text(encoding="ascii", errors="replace").strip() if file.is_file() else ""


def folder_digest(folder: Path) -> str:
    """Return the digest of the files below a folder, without ``timestamp.txt``; links are named, not followed."""
    parts: list[tuple[bytes, bytes, bytes]] = []
    for place, inner, files in os.walk(folder):
        for name in (*files, *(one for one in inner if os.path.islink(os.path.join(place, one)))):
            path = Path(place, name)
            shown = os.fsencode(path.relative_to(folder).as_posix())
            if path.is_symlink() or not path.is_file():
                parts.append((shown, b"link", b""))
            elif shown != os.fsencode(TIMESTAMP):
                with path.open("rb") as stream:
                    parts.append((shown, b"file", hashlib.file_digest(stream, "sha256").digest()))
    return digest_of(part for three in sorted(parts) for part in three)
