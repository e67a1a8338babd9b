"""Keeps connections from being held open by whoever neither asks nor listens: each of them costs the server a file.

uvicorn waits for a request's head, and for a reader, as long as they take. Here a head has to be there after
`Patience.head` seconds, and a reader who takes nothing for `Patience.reader` seconds has gone. How long bodies may take
is set where they are read; see `autograder.server.attempts.uploads` and `autograder.server.attempts.bodies`.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from functools import partial
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True)
class Patience:
    """How long somebody is waited for.

    Attributes:
        head: Seconds until a request's head has come, from the connection's beginning or the last answer's end.
        reader: Seconds until some more of an answer was taken.
    """

    head: float = 20.0
    reader: float = 60.0


PATIENCE = Patience()


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, with bounds on how long it waits.

    Args:
        arguments: uvicorn's.
        patience: The bounds.
    """

    def __init__(self, *arguments: Any, patience: Patience = PATIENCE, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._patience = patience
        self._waits: asyncio.TimerHandle | None = None
        self._stalls: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        self.resume_writing()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Take what has come; a request whose head was complete is under way then."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Wait for the next head; what still comes of a body that nobody reads does not make it wait longer."""
        self._wait()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Wait for a reader, whose connection is full."""
        super().pause_writing()
        self._stalls = self.loop.call_later(self._patience.reader, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: there is room again."""
        if self._stalls is not None:
            self._stalls.cancel()
            self._stalls = None
        super().resume_writing()

    def _wait(self) -> None:
        self._stop_waiting()
        self._waits = self.loop.call_later(self._patience.head, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waits is not None:
            self._waits.cancel()
            self._waits = None


def patient(patience: Patience) -> Any:
    """Return the protocol with other bounds, as uvicorn's settings take it."""
    return partial(PatientProtocol, patience=patience)


def raise_file_limit() -> None:
    """Let this process have as many files as it may: each connection is one, and a usual limit is 1,024."""
    import resource  # which Windows does not have, where other commands import this module

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # where the system lets no process have as many as it says
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
