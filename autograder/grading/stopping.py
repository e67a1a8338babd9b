"""Keeps Ctrl-C until what is in hand is done: an interrupt may fall into the middle of a transaction, or be lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Stop:
    """What Ctrl-C has asked for.

    Attributes:
        asked: Whether it was pressed.
    """

    def __init__(self) -> None:
        self.asked = False

    def check(self) -> None:
        """Stop here if that was asked for.

        Raises:
            KeyboardInterrupt: It was.
        """
        if self.asked:
            raise KeyboardInterrupt

    def take(self, _number: int, _frame: Any) -> None:
        """Take note of Ctrl-C; pressed a second time, it stops at once.

        Raises:
            KeyboardInterrupt: It was pressed before.
        """
        self.check()
        self.asked = True


@contextmanager
def stop_between() -> Iterator[Stop]:
    """Yield what tells whether Ctrl-C was pressed, which until the end of this stops nothing by itself.

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
