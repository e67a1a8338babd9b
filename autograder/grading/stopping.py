"""Holds Ctrl-C back until the current step is done: it could interrupt a transaction, or be lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Stop:
    """A request to stop.

    Attributes:
        asked: Whether Ctrl-C was pressed.
    """

    def __init__(self) -> None:
        self.asked = False

    def check(self) -> None:
        """Stop here if Ctrl-C was pressed.

        Raises:
            KeyboardInterrupt: It was pressed.
        """
        if self.asked:
            raise KeyboardInterrupt

    def take(self, _number: int, _frame: Any) -> None:
        """Note Ctrl-C; pressed a second time, it stops at once.

        Raises:
            KeyboardInterrupt: It was pressed before.
        """
        self.check()
        self.asked = True


@contextmanager
def stop_between() -> Iterator[Stop]:
    """Yield a `Stop` that tells whether Ctrl-C was pressed; in the context, pressing it once stops nothing by itself.

    In a thread that is not the main one, where no signals arrive, nothing is changed.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, stop.take)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
