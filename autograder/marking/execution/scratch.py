"""Makes scratch folders that student code can write to, and removes them whatever it left there."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder, through which other users get to what is in it, and remove it when the context ends."""
    folder = Path(tempfile.mkdtemp(prefix="autograder-"))
    try:
        # Where a kernel runs as another user than we do, it must get through to its own folder in this one.
        folder.chmod(0o711)
        yield folder
    finally:
        remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder and all that is in it.

    Nested folders may be deeper than a path can name and than `shutil.rmtree` can follow, and may be locked. So each
    folder is moved beside the others, into one that student code has never seen, before it is looked into.
    """
    aside = Path(tempfile.mkdtemp(prefix=".removed-", dir=folder.parent))
    names = itertools.count()
    waiting = [_moved(folder, aside / str(next(names)))]
    while waiting:
        found = waiting.pop()
        for entry in list(os.scandir(found)):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(_moved(Path(entry.path), aside / str(next(names))))
            else:
                os.unlink(entry.path)
        os.rmdir(found)
    os.rmdir(aside)


def _moved(folder: Path, place: Path) -> Path:
    """Unlock and move a folder, and return where it is now."""
    os.chmod(folder, stat.S_IRWXU)
    return folder.rename(place)
