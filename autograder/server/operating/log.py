"""Writes the server's log: JSON lines, in the form of a run's; see `autograder.grading.journal`.

Each line about an attempt names it, from upload to feedback, in the server's log and in those of its markers: whoever
searches all of them for an attempt's id reads what happened to it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from autograder.grading.journal import as_line, fields_of

LOGS = "logs"
# Bytes after which a log goes on in a new file.
ROLL_BYTES = 20_000_000
# Of the web server's own; retention deletes by age, and this bounds what a flood of requests writes.
ROLLED_MOST = 50


class _Lines(logging.Formatter):
    """Writes what is logged as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return as_line(fields_of(record))


@contextmanager
def logging_to(data: Path | None) -> Iterator[None]:
    """Write what is logged in the context into the server's folder, and warnings to stderr as well.

    Args:
        data: The server's folder; None: all of it goes to stderr.
    """
    there = logging.StreamHandler()
    there.setLevel(logging.INFO if data is None else logging.WARNING)
    handlers: list[logging.Handler] = [there]
    if data is not None:
        (data / LOGS).mkdir(exist_ok=True)
        file = data / LOGS / "server.jsonl"
        handlers.append(RotatingFileHandler(file, maxBytes=ROLL_BYTES, backupCount=ROLLED_MOST, encoding="utf-8"))
    root, own = logging.getLogger(), logging.getLogger("autograder")
    before = own.level
    own.setLevel(logging.INFO)
    logging.captureWarnings(True)
    for handler in handlers:
        handler.setFormatter(_Lines())
        root.addHandler(handler)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        own.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
        if data is not None:
            handlers[-1].close()


def roll(file: Path) -> None:
    """Put a log aside when it is large, so that its writer begins a new one; retention deletes it later."""
    if file.is_file() and file.stat().st_size > ROLL_BYTES:
        file.rename(file.with_suffix(f".{datetime.now(UTC):%Y%m%dT%H%M%S}{file.suffix}"))
