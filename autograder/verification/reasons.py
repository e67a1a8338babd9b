"""Gathers why the grader failed, for staff: a record does not say it, because students read it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

GRADER = "autograder"


class _Keeper(logging.Handler):
    """Keeps the messages of errors, each once."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message, with the exception behind it."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text += f" ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        if text not in self.kept:
            self.kept.append(text)


@contextmanager
def gathered_reasons() -> Iterator[list[str]]:
    """Yield a list to which is added what the grader logs as errors meanwhile."""
    keeper, logger = _Keeper(), logging.getLogger(GRADER)
    logger.addHandler(keeper)
    try:
        yield keeper.kept
    finally:
        logger.removeHandler(keeper)


def reason_for(test: str, reasons: Sequence[str]) -> str:
    """Return what is said of a test, an empty text where nothing is.

    Args:
        test: Its id.
        reasons: As they were gathered.
    """
    return next((text.partition(f"{test}: ")[2] for text in reasons if f"{test}: " in text), "")
