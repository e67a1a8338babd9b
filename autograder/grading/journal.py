"""Writes the log of a run: JSON lines; each line about a submission has the id of that marking of it."""

from __future__ import annotations

import errno
import json
import logging
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from autograder.i18n.terminal import printable


class Journal:
    """A file to which lines are added as things happen, from any thread.

    Args:
        file: The file; made with its folder when it isn't there.
        run: Names the run in each line.
    """

    def __init__(self, file: Path, run: str) -> None:
        self.file, self.run = file, run
        file.parent.mkdir(parents=True, exist_ok=True)
        # Line by line: after a crash, the last line says how far the run came.
        self._stream = file.open("a", encoding="utf-8", buffering=1)
        # dask logs from threads of its own.
        self._lock = threading.Lock()

    def __enter__(self) -> Journal:
        """Return the journal itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        """Close the file."""
        with self._lock, full_disk_ignored():
            self._stream.close()

    def tell(self, event: str, **more: Any) -> None:
        """Add a line.

        Args:
            event: The kind of line, such as ``sent`` or ``finished``.
            more: Further fields: ``id`` and ``student`` where the line is about a submission.
        """
        self.add([{**began(datetime.now(UTC)), "event": event, **more}])

    @contextmanager
    def taking(self, *names: str, level: int = logging.WARNING) -> Iterator[None]:
        """Write what parts of the program log into the journal instead of printing it, inside the context.

        Args:
            names: Names of loggers; what goes through Python's ``warnings`` is taken as well.
            level: What is less than that is left out.
        """
        handler = _Handler(self, level)
        loggers = [logging.getLogger(name) for name in (*names, "py.warnings")]
        logging.captureWarnings(True)
        before = [logger.propagate for logger in loggers]
        for logger in loggers:
            logger.addHandler(handler)
            # A line on the terminal would break the live display.
            logger.propagate = False
        try:
            yield
        finally:
            logging.captureWarnings(False)
            for logger, propagates in zip(loggers, before, strict=True):
                logger.removeHandler(handler)
                logger.propagate = propagates

    def add(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add lines that were made elsewhere."""
        texts = [as_line({"run": self.run, **line}) for line in lines]
        with self._lock:
            # A thread of dask's may still log after the run has ended.
            if not self._stream.closed:
                with full_disk_ignored():
                    self._stream.writelines(f"{text}\n" for text in texts)


@contextmanager
def full_disk_ignored() -> Iterator[None]:
    """Let a full disk cost lines of a log, and not what is logged."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise


class _Handler(logging.Handler):
    """Adds what is logged to a journal."""

    def __init__(self, journal: Journal, level: int) -> None:
        super().__init__(level)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """Add one line."""
        self._journal.add([fields_of(record)])


# What each record has, whoever logs it.
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of a line for something that was logged: with what its ``extra`` holds, and its traceback."""
    more = {name: value for name, value in vars(record).items() if name not in _PLAIN}
    if record.exc_info and record.exc_info[0] is not None:
        more["traceback"] = "".join(traceback.format_exception(*record.exc_info))
    at = datetime.fromtimestamp(record.created, UTC)
    return {**began(at, record.levelname.lower()), "event": record.getMessage(), "source": record.name, **more}


def began(at: datetime, level: str = "info") -> dict[str, str]:
    """Return the fields with which each line begins."""
    return {"time": at.isoformat(timespec="milliseconds"), "level": level}


def as_line(fields: Mapping[str, Any]) -> str:
    """Return a line of a log, which a terminal shows as it is."""
    return printable(json.dumps(fields, ensure_ascii=False, default=str))  # which writes it as JSON does
