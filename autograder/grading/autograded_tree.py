"""Writes marked submissions as files: ``classroom/autograded/<student>/<assignment>``, as nbgrader leaves it.

A submission's folder is built beside its place and then moved there by renaming, so that what stands there is whole: as
it was, or as it is to be. Only one process may write.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files

from autograder.nbgrader_plugins.attachments import NOTEBOOKS, attachments, copy_file
from autograder.nbgrader_plugins.copying import sweep_class
from autograder.submissions.checks import check_folder

# nbgrader's own permissions, for classes whose files several instructors own.
SHARED, SHARED_MOST = 0o2770, 0o2777


class MarkedTree:
    """The folders of one assignment's marked submissions.

    Args:
        folders: The course's folders, as its configuration names them.
        converter: nbgrader's converter, as the course configures it.
    """

    def __init__(self, folders: CourseDirectory, converter: Autograde) -> None:
        self._folders, self._assignment = folders, folders.assignment_id
        self._permissions = int(str(converter.permissions), 8)
        self._source = Path(folders.format_path(folders.source_directory, ".", self._assignment))
        kept = {str(self._source / name) for name in converter.exclude_overwriting.get(self._assignment, [])}
        files = find_all_files(str(self._source), [*folders.ignore, NOTEBOOKS])
        self._provided = [Path(name) for name in files if name not in kept]

    def place(self, student: str) -> Path:
        """Return the folder of a student's marked submission."""
        step = self._folders.autograded_directory
        return Path(os.path.normpath(self._folders.format_path(step, student, self._assignment)))

    def put(self, student: str, submission: Path, notebooks: Mapping[str, bytes]) -> None:
        """Make a student's folder anew: attachments, the instructor's files over them, and the marked notebooks.

        Raises:
            Rejected: The submission holds a link, or something else that is no file; nothing is copied.
            OSError: The folder cannot be written; what was there stays.
        """
        # Once more, for files may have been replaced since they were read: copying must not follow a link.
        check_folder(submission)
        place = self.place(student)
        self.mend(student)
        # Renaming is one step only within a file system, so the draft is a neighbour.
        draft = _beside(place, "new")
        try:
            self._build(draft, submission, notebooks)
            self._permit(draft)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        # A folder cannot be renamed over one that is not empty: the old one is moved aside, and `mend` puts it back if
        # this ends here.
        _make_way(place)
        draft.rename(place)
        self.mend(student)
        self._share(Path(self._folders.format_path(self._folders.autograded_directory, ".", ".")))

    def remove(self, student: str) -> None:
        """Remove a student's folder, as nbgrader does when a submission cannot be marked."""
        self.mend(student)
        shutil.rmtree(_make_way(self.place(student)), ignore_errors=True)

    def sweep(self) -> None:
        """Remove from all folders what earlier versions copied there and may not lie there now."""
        sweep_class(self._folders)

    def mend(self, student: str) -> None:
        """Remove what an earlier writing left behind, and put back a folder that it moved away without a successor."""
        place = self.place(student)
        old = _beside(place, "old")
        shutil.rmtree(_beside(place, "new"), ignore_errors=True)
        if old.exists() and not place.exists():
            old.rename(place)
        shutil.rmtree(old, ignore_errors=True)

    def _build(self, draft: Path, submission: Path, notebooks: Mapping[str, bytes]) -> None:
        draft.mkdir(parents=True)
        for file in self._provided:
            copy_file(file, draft / file.relative_to(self._source), flags=0)
        for file in attachments(submission, self._folders.ignore):
            target = draft / file.relative_to(submission)
            # A provided file takes the place of what was handed in under its name, whatever kind of thing that is.
            with contextlib.suppress(FileExistsError, NotADirectoryError):
                if not target.exists():
                    copy_file(file, target)
        for name, data in notebooks.items():
            (draft / name).write_bytes(data)

    def _permit(self, draft: Path) -> None:
        for folder, _, names in os.walk(draft):
            for name in names:
                os.chmod(os.path.join(folder, name), self._permissions)
            self._share(Path(folder))

    def _share(self, folder: Path) -> None:
        """Let the group of instructors write in a folder, if the course is configured so."""
        if self._folders.groupshared and (mode := folder.stat().st_mode) & SHARED != SHARED:
            folder.chmod((mode | SHARED) & SHARED_MOST)


def _beside(place: Path, what: str) -> Path:
    """Return a folder on the same file system that no pattern of nbgrader's finds."""
    return place.with_name(f".{place.name}.{what}")


def _make_way(place: Path) -> Path:
    """Move a folder from its place, if there is one, and return where it is now."""
    old = _beside(place, "old")
    if place.exists():
        place.rename(old)
    return old
