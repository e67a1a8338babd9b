"""Where the pack of data lives, and how mini-COCO gets there on first use.

A pack counts as mini-COCO's once its stamp says so. While files are put in place the stamp says "unfinished"; writing
the final stamp is the one step that makes the pack valid, so a process that is killed half-way, or a second one
that looks in between, never takes a mixture for a pack. A pack without a stamp is somebody's download: it is used if
it is whole, and never changed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .layout import ALL_FILES, needed_files
from .lock import locked
from .mini_coco.pack import STAMP, STAMP_TEXT, write_pack

ENVIRONMENT_VARIABLE = "CS231N_DATA"

_BESIDE_THE_CODE = Path(__file__).resolve().parent / "coco_captioning"
_LOCK = ".mini_coco.lock"
_BUILD_PREFIX = ".mini_coco_building_"
_UNFINISHED = '{"data": "mini-COCO", "generator_version": "unfinished"}\n'


class IncompletePackError(FileNotFoundError):
    """A folder holds some files of a downloaded pack, but not all.

    Attributes:
        folder: The folder.
        missing: Names of the files that are not there.
    """

    def __init__(self, folder: Path, missing: list[str]) -> None:
        super().__init__(
            f"The data in {folder} is incomplete; missing: {', '.join(missing)}. Run `python -m "
            "cs231n.datasets.download` to get the pack, or name an empty folder (base_dir=..., or the environment "
            f"variable {ENVIRONMENT_VARIABLE}) to get mini-COCO there."
        )
        self.folder = folder
        self.missing = missing


def default_folder() -> Path:
    """Return the folder that is used when none is named.

    It is what ``CS231N_DATA`` names; or else ``datasets/coco_captioning`` beside the code, if a pack is there or can
    be written there; or else a folder in the user's cache.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        return Path(named).expanduser()
    if _missing(_BESIDE_THE_CODE, ALL_FILES) != list(ALL_FILES) or _can_write(_BESIDE_THE_CODE):
        return _BESIDE_THE_CODE
    return _user_cache() / "cs231n" / "coco_captioning"


def ensure_pack(folder: Path, pca_features: bool = True) -> None:
    """Make sure that a folder holds a pack; build mini-COCO in it if it holds none.

    Args:
        folder: Where the pack is or will be.
        pca_features: Which kind of features will be read.

    Raises:
        IncompletePackError: If a downloaded pack lacks files.
        NotADirectoryError: If ``folder`` is a file.
        PermissionError: If mini-COCO must be built and the folder can't be written.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file: name the folder that holds the data, or an empty one.")
    if _is_ready(folder, pca_features):
        return
    _make_writable_folder(folder)
    with _locked(folder):
        if not _is_ready(folder, pca_features):
            _build(folder)


def holds_mini_coco(folder: Path) -> bool:
    """Tell whether what a folder holds is mini-COCO, or an unfinished pack."""
    return _stamp(folder) is not None


def install_pack(folder: Path, workshop: Path, names: Sequence[str]) -> None:
    """Move a pack that isn't mini-COCO into a folder, in place of the pack there.

    A process that is killed on the way leaves a folder that holds no pack.

    Args:
        folder: Where the pack will be.
        workshop: A folder inside it that holds the files.
        names: The files; all that loading needs must be among them.
    """
    with _locked(folder):
        _move_in(folder, workshop, names)
        (folder / STAMP).unlink()


def _is_ready(folder: Path, pca_features: bool) -> bool:
    missing = _missing(folder, needed_files(pca_features))
    stamp = _stamp(folder)
    if stamp is not None:
        return stamp == STAMP_TEXT and not missing
    if missing and _missing(folder, ALL_FILES) != list(ALL_FILES):
        # Another process may have just written the stamp and be moving its files in, or be done with it by now.
        if _stamp(folder) is not None or not _missing(folder, needed_files(pca_features)):
            return False
        raise IncompletePackError(folder, missing)
    return not missing


def _stamp(folder: Path) -> str | None:
    """Return what the stamp says, or ``None`` if there is none."""
    path = folder / STAMP
    return path.read_text(encoding="utf-8") if path.exists() else None


def _missing(folder: Path, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not (folder / name).is_file()]


def _build(folder: Path) -> None:
    """Build mini-COCO in a temporary folder inside ``folder``, then move its files up; the lock must be held."""
    for left_over in folder.glob(f"{_BUILD_PREFIX}*"):
        shutil.rmtree(left_over)
    print(f"Building mini-COCO in {folder} (once; it takes about half a minute).", flush=True)
    with tempfile.TemporaryDirectory(prefix=_BUILD_PREFIX, dir=folder) as temporary:
        workshop = Path(temporary)
        write_pack(workshop)
        _move_in(folder, workshop, ALL_FILES)
        _replace_text(folder / STAMP, STAMP_TEXT, workshop)
    print("mini-COCO is ready.", flush=True)


def _move_in(folder: Path, workshop: Path, names: Sequence[str]) -> None:
    """Move files into ``folder``, and leave the stamp at "unfinished"."""
    _replace_text(folder / STAMP, _UNFINISHED, workshop)
    for name in names:
        os.replace(workshop / name, folder / name)


def _locked(folder: Path) -> contextlib.AbstractContextManager[None]:
    return locked(folder / _LOCK, f"Waiting for another process that builds mini-COCO in {folder}.")


def _replace_text(path: Path, text: str, workshop: Path) -> None:
    """Write a file in one step: others see the old text or the new one, never a part."""
    draft = workshop / "draft"
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def _make_writable_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PermissionError(f"{folder} can't be made ({error}): {_ADVICE}") from error
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} holds no data and can't be written: {_ADVICE}")


_ADVICE = f"name another folder with base_dir=... or the environment variable {ENVIRONMENT_VARIABLE}."


def _can_write(folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return existing.is_dir() and os.access(existing, os.W_OK)


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
