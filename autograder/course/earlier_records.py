"""Keeps the records that a new marking replaces, so that a class can be compared with what it was before a run.

They are in ``classroom/earlier/<assignment>/<run>/<student>.json.gz``: for each run, those that came to something else
in it. What a class was before a run is, for each student, the first record that this run or a later one has replaced,
and else the record that is there now.
"""

from __future__ import annotations

import gzip
import re
import secrets
import shutil
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.course.course import Course
from autograder.course.results import Record, RecordError, dump_record, parse_record

# In a class of 1,000, a run in which every record changes keeps some 4 MB. A server that takes attempts has many runs a
# day, of few records each: they must not push out the one in which a class was marked again.
RUNS_KEPT, TIME_KEPT = 20, timedelta(days=30)
RUN = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-z]+")
ENDING = ".json.gz"
# Longer than the marking of one submission takes, and shorter than what lies between two people who start one.
PAUSE_SECONDS = 15 * 60.0


def new_run() -> str:
    """Return the name of a run that begins now: when, in UTC, and letters that tell runs of one second apart."""
    return f"{_stamp(datetime.now(UTC))}-{secrets.token_hex(2)}"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S}"


class ProcessRuns:
    """Names the runs of a process that marks one submission after the other, and is not told where a run ends.

    `nbgrader autograde` marks a class in one process. Formgrader marks whenever somebody asks, and `autograder serve`
    whenever something comes, in a server that runs for weeks: what comes after a pause is another run.
    """

    def __init__(self) -> None:
        self._name, self._last = "", -PAUSE_SECONDS

    def name(self, moment: float) -> str:
        """Return the name of the run in which something is marked at a moment, by a clock in seconds."""
        if not self._name or moment - self._last >= PAUSE_SECONDS:
            self._name = new_run()
        self._last = moment
        return self._name


PROCESS_RUNS = ProcessRuns()


def run_of_process() -> str:
    """Return the name of the run that this process is in."""
    return PROCESS_RUNS.name(time.monotonic())


def keep_earlier(course: Course, run: str, old: Record | None, new: Record) -> None:
    """Keep a record that is about to be replaced, where the new one comes to something else.

    Kept are the latest `RUNS_KEPT` runs in which anything changed, and those that are younger than `TIME_KEPT`.

    Args:
        course: The course.
        run: The run's name.
        old: The record that is replaced; None when there is none.
        new: What replaces it.

    Raises:
        OSError: It cannot be written.
    """
    if old is None or _result(old) == _result(new):
        return
    folder = _folder(course, old.assignment) / run
    file = folder / f"{old.student}{ENDING}"
    if file.exists():  # marked twice in one run: what was there before the run is the first
        return
    if not folder.is_dir():
        folder.mkdir(parents=True)
        oldest = _stamp(datetime.now(UTC) - TIME_KEPT)
        for name in earlier_runs(course, old.assignment)[:-RUNS_KEPT]:
            if name < oldest:
                shutil.rmtree(folder.with_name(name), ignore_errors=True)
    draft = file.with_name(f".{file.name}")
    draft.write_bytes(gzip.compress(dump_record(old), mtime=0))
    draft.replace(file)


def _result(record: Record) -> tuple[object, ...]:
    """Return what was handed in, and what marking came to; without times, versions and texts."""
    problems = [
        (one.id, one.score, one.max_score, [(test.id, test.verdict, test.score) for test in one.tests])
        for one in record.problems
    ]
    return record.status, record.sha256, problems


def earlier_runs(course: Course, assignment: str) -> list[str]:
    """Return the runs before which a class is known, the oldest first."""
    folder = _folder(course, assignment)
    return sorted(one.name for one in folder.iterdir() if RUN.fullmatch(one.name)) if folder.is_dir() else []


def records_before(course: Course, assignment: str, run: str) -> dict[str, Record]:
    """Return the records that a run and later ones have replaced, as they were before that run, by student.

    Raises:
        RecordError: One is damaged.
    """
    files: dict[str, Path] = {}
    for name in earlier_runs(course, assignment):
        if name >= run:
            for student, file in _files(_folder(course, assignment) / name):
                files.setdefault(student, file)
    return {student: _read(file) for student, file in files.items()}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.glob(f"*{ENDING}")):
        if not file.name.startswith("."):  # a draft: writing it was cut short
            yield file.name.removesuffix(ENDING), file


def _read(file: Path) -> Record:
    try:
        return parse_record(gzip.decompress(file.read_bytes()), file)
    except (OSError, EOFError, zlib.error) as fault:
        raise RecordError(f"{file} is damaged ({fault}): remove it; that student then counts as unchanged") from fault


def _folder(course: Course, assignment: str) -> Path:
    return course.earlier / assignment
