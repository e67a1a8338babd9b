"""Carries batches of requests to the student's code: the interface, and the way inside this process."""

from __future__ import annotations

from typing import Protocol

from autograder.kernel import wire
from autograder.kernel.call_server import Server


class Link(Protocol):
    """Carries a batch of requests to the student's code and brings its reply back."""

    def exchange(self, message: wire.WireMessage, room: int = 0) -> wire.WireMessage:
        """Return the reply to ``message``.

        Args:
            message: A batch of requests as `autograder.kernel.call_server` describes it.
            room: How many bytes of arrays the reply may hold.

        Raises:
            StudentTimeout: The student's code used up its time; whoever owns the link has ended it.
            StudentDied: The process that holds the student's code has ended.
            KernelLost: That process has ended, and the student's code did not cause it.
            wire.WireError: The reply breaks the rules of the wire.
        """
        ...


class LocalLink:
    """Reaches student code in this process, for writing tests and for stock nbgrader.

    Messages are framed and read back as on a socket, so that nothing is shared except what can travel.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    def exchange(self, message: wire.WireMessage, room: int = 0) -> wire.WireMessage:
        """Return the reply to ``message``."""
        return reframed(self._server.handle(reframed(message)), room)


def reframed(message: wire.WireMessage, room: int = wire.MAX_BODY) -> wire.WireMessage:
    """Return a message as it arrives on the other side of a socket.

    Raises:
        wire.WireError: The message would not arrive.
    """
    # What cannot be sent, or grows too large, fails here as it would in a kernel: tests are written against the same
    # limits.
    frame = wire.encode(message)
    position = 0

    def receive(count: int) -> bytes:
        nonlocal position
        position += count
        return frame[position - count : position]

    return wire.read_frame(receive, room)
