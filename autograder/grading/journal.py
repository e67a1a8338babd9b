"""Writes the log of a run: JSON lines; each line about a submission has the id of that marking of it."""

from __future__ import annotations

import json
import logging
import threading
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
        with self._lock:
            self._stream.close()

    def tell(self, event: str, **more: Any) -> None:
        """Add a line.

        Args:
            event: The kind of line, such as ``sent`` or ``finished``.
            more: Further fields: ``id`` and ``student`` where the line is about a submission.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.add([{"time": now, "level": "info", "event": event, **more}])

    @contextmanager
    def taking(self, *names: str) -> Iterator[None]:
        """Write warnings of parts of the program into the journal instead of printing them, inside the context.

        Args:
            names: Names of loggers; what goes through Python's ``warnings`` is taken as well.
        """
        handler = _Handler(self)
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
        texts = [json.dumps({"run": self.run, **line}, ensure_ascii=False, default=str) for line in lines]
        with self._lock:
            # A thread of dask's may still log after the run has ended.
            if not self._stream.closed:
                self._stream.writelines(f"{printable(text)}\n" for text in texts)  # as JSON writes it, too


class _Handler(logging.Handler):
    """Adds what is logged to a journal."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(logging.WARNING)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """Add one line."""
        self._journal.tell(record.getMessage(), level=record.levelname.lower(), source=record.name)
