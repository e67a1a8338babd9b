"""Carries calls to a kernel over its inherited socket, within their limits."""

from __future__ import annotations

import socket
import time
from typing import Protocol

from autograder.course.limits import Limits
from autograder.kernel import wire
from autograder.kernel.call_server import reader
from autograder.marking.execution.budget import Budget
from autograder.marking.execution.meter import Meter
from autograder.testing.stand_ins import StandIns
from autograder.testing.student import KernelLost, StudentDied, StudentTimeout

POLL_SECONDS = 0.05


class Called(Protocol):
    """The kernel that is called, as far as a link has to do with it: `autograder.marking.execution.session.Session`."""

    budget: Budget
    stand_ins: StandIns | None

    @property
    def limits(self) -> Limits:
        """Its limits."""
        ...

    @property
    def overfull(self) -> bool:
        """Whether it has written more than it may."""
        ...

    @property
    def ended(self) -> bool:
        """Whether its process has ended."""
        ...

    @property
    def lost(self) -> bool:
        """Whether it ended because what it was forked from ended."""
        ...

    def test_meter(self) -> Meter:
        """Return a fresh meter for a test."""
        ...

    def close(self) -> None:
        """End it, at once."""
        ...


class SocketLink:
    """Carries calls to a kernel over its inherited socket.

    Args:
        session: The kernel; it is closed when a call cannot be ended otherwise.
        connection: Our end of the socketpair.
        request: The id of the Jupyter request under which the kernel serves calls.
    """

    def __init__(self, session: Called, connection: socket.socket, request: str) -> None:
        self._session, self._connection, self.request = session, connection, request
        self._connection.settimeout(POLL_SECONDS)
        self.restart_meter()

    def restart_meter(self) -> None:
        """Start counting anew: a test begins."""
        self._meter = self._session.test_meter()
        self._meter.pause()
        self._begins = True
        self._looked = time.monotonic()

    def send(self, message: wire.Message) -> None:
        """Send a message without waiting for a reply.

        Raises:
            OSError: The kernel does not take it.
        """
        self._connection.settimeout(self._session.limits.wall_extra)
        self._connection.sendall(wire.encode(message))
        self._connection.settimeout(POLL_SECONDS)

    def exchange(self, message: wire.Message, room: int = 0) -> wire.Message:
        """Return the reply to ``message``; see `autograder.testing.student.Link`."""
        if self._begins:
            message.content["begins"], self._begins = True, False
        self._meter.resume()
        try:
            self.send(message)
            reply = self._reply(room)
            while self._session.stand_ins is not None and "ask" in reply.content:
                self.send(self._session.stand_ins.answer(reply))
                reply = self._reply(room)
        except TimeoutError as fault:  # it does not take the request
            raise self._ended() from fault
        except (OSError, EOFError) as fault:
            self._session.close()
            if self._session.lost:
                raise KernelLost("a test's kernel was lost") from fault
            raise StudentDied("the code ended the process that it ran in") from fault
        except wire.WireError:
            self._session.close()
            raise
        finally:
            self._meter.pause()
        return reply

    def _reply(self, room: int) -> wire.Message:
        stand_ins = self._session.stand_ins
        reply = wire.read_frame(reader(self._receive), max(room, stand_ins.room if stand_ins else 0))
        if "ask" not in reply.content and sum(map(len, reply.attachments)) > room:
            raise wire.WireError("the arrays of a reply are larger than what is asked")
        return reply

    def _receive(self, count: int) -> bytes:
        """Return what the kernel sent, as `socket.recv` does.

        Raises:
            NotRun: The budget is used up; the kernel has been ended.
            StudentTimeout: It is over its limit; the kernel has been ended.
        """
        ended = False
        while True:
            self._check_limit()  # also when something comes: a byte at a time, it could come for ever
            try:
                return self._connection.recv(count)
            except TimeoutError:
                if ended:  # whoever holds its end of the connection still
                    return b""
                ended = self._session.ended

    def _check_limit(self) -> None:
        now = time.monotonic()
        if now - self._looked < POLL_SECONDS:
            return
        self._looked = now
        if self._session.overfull:
            self._session.close()
            raise StudentDied("the code wrote more than it may")
        if self._meter.over:
            raise self._ended()

    def _ended(self) -> StudentTimeout:
        """End the kernel, for an interrupt would leave its threads and hooks at work, and return what is to be raised.

        Raises:
            NotRun: The budget is used up.
        """
        self._session.close()
        budget = self._session.budget
        budget.check()
        budget.stopped(budget.subject)
        return StudentTimeout(self._meter.seconds)
