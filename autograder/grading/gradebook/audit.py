"""Writes the audit trail of a class, ``classroom/audit/<assignment>.jsonl``: a line for each change of points."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from autograder.course.results import Record
from autograder.grading.gradebook.changes import Change


class Audit:
    """Appends lines to an assignment's trail.

    Args:
        file: The trail's file; made with its first line.
        run: Names the run in each line.
    """

    def __init__(self, file: Path, run: str) -> None:
        self._file, self._run = file, run

    def note(self, changes: Iterable[Change], old: Record | None, new: Record) -> None:
        """Write changes down, and wait until they are on the disk.

        Args:
            changes: Changes; those that move points are written down.
            old: The record so far; None when there is none.
            new: The record that is written.

        Raises:
            OSError: They cannot be written.
        """
        lines = [_line(change, old, new) for change in changes if change.moves]
        if not lines:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Appended and never rewritten: what an earlier run wrote stays as it was.
        with self._file.open("ab") as stream:
            for line in lines:
                # One line for each change, so that a line cut off by a crash spoils no other.
                stream.write(msgspec.json.encode({"time": now, "run": self._run, **line}) + b"\n")
            stream.flush()
            # Points are changed only after this: no change without its line, even when the machine stops.
            os.fsync(stream.fileno())


def _line(change: Change, old: Record | None, new: Record) -> dict[str, Any]:
    return {
        "student": change.student,
        "problem": change.problem,
        "old": change.old,
        "new": change.written,
        "marked": change.new,
        "what": "kept" if change.kept else "lowered" if change.lowers else "raised",
        "override": change.override,
        "extra_credit": change.extra_credit,
        "tests": change.tests,
        "tests_sha256": [old.tests_sha256 if old else None, new.tests_sha256],
        "kit_version": [old.kit_version if old else None, new.kit_version],
    }
