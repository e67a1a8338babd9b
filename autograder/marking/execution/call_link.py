"""Carries calls to a kernel over its inherited socket, within their limits."""

from __future__ import annotations

import socket
import time
from typing import Protocol

from autograder.course.limits import Limits
from autograder.kernel import wire
from autograder.kernel.call_server import reader
from autograder.marking.execution.budget import Budget
from autograder.marking.execution.cpu_time import Meter
from autograder.testing.faults import KernelLost, StudentDied, StudentTimeout
from autograder.testing.stand_ins import StandIns

POLL_SECONDS = 0.05


class Called(Protocol):
    """The part of `autograder.marking.execution.session.Session` that a link uses: the kernel that is called."""

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
        """Whether it ended because its zygote ended."""
        ...

    def test_meter(self) -> Meter:
        """Return a fresh meter for a test."""
        ...

    def close(self) -> None:
        """End it at once."""
        ...


class SocketLink:
    """Carries calls to a kernel over its inherited socket.

    Args:
        session: The kernel; it is closed when a call cannot be ended otherwise.
        connection: The grader's end of the socketpair; the session closes it.
        request: The id of the Jupyter request under which the kernel serves calls.
    """

    def __init__(self, session: Called, connection: socket.socket, request: str) -> None:
        self._session, self._connection, self.request = session, connection, request
        # Short waits, between which the limits are looked at: no reply would otherwise be a wait without an end.
        self._connection.settimeout(POLL_SECONDS)
        self.restart_meter()

    def restart_meter(self) -> None:
        """Start counting anew: a test begins."""
        self._meter = self._session.test_meter()
        # It counts only while code is asked for something; the grader's own work between calls is not the student's.
        self._meter.pause()
        self._begins = True
        self._looked = time.monotonic()

    def send(self, message: wire.WireMessage) -> None:
        """Send a message without waiting for a reply.

        Raises:
            OSError: The kernel does not take it.
        """
        # A kernel that does not read fills the socket's buffer: sendall() must not wait for it for ever.
        self._connection.settimeout(self._session.limits.wall_extra)
        self._connection.sendall(wire.encode(message))
        self._connection.settimeout(POLL_SECONDS)

    def exchange(self, message: wire.WireMessage, room: int = 0) -> wire.WireMessage:
        """Return the reply to ``message``; see `autograder.testing.link.Link`."""
        if self._begins:
            message.content["begins"], self._begins = True, False
        self._meter.resume()
        try:
            self.send(message)
            reply = self._reply(room)
            # A kernel that asks although it has no stand-ins sends a reply that is none, which the caller refuses.
            while self._session.stand_ins is not None and "ask" in reply.content:
                self.send(self._session.stand_ins.answer(reply))
                reply = self._reply(room)
        except TimeoutError as fault:  # it does not take the request
            raise self._ended() from fault
        except (OSError, EOFError) as fault:
            self._session.close()
            if self._session.lost:
                # Not the student's doing: its zygote ended, and the test is run again.
                raise KernelLost("a test's kernel was lost") from fault
            raise StudentDied("the code ended the process that it ran in") from fault
        except wire.WireError:
            self._session.close()
            raise
        finally:
            self._meter.pause()
        return reply

    def _reply(self, room: int) -> wire.WireMessage:
        stand_ins = self._session.stand_ins
        reply = wire.read_frame(reader(self._receive), max(room, stand_ins.room if stand_ins else 0))
        # The frame had to be read with room for a question; a reply gets only the room that the caller has for it.
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
        """End the kernel, and return what is to be raised. An interrupt would leave its threads and hooks at work.

        Raises:
            NotRun: The budget is used up.
        """
        self._session.close()
        budget = self._session.budget
        # A limit cut short by the end of the budget is not the test's failure.
        budget.check()
        budget.stopped(budget.subject)
        return StudentTimeout(self._meter.seconds)
