"""A kernel of its own for the follow-through of one problem, in which stand-ins take the place of functions."""

from __future__ import annotations

from collections.abc import Callable

from autograder.case import CheckFailed
from autograder.hidden_fixtures import Access
from autograder.kernel import wire
from autograder.link import Link
from autograder.session import Session
from autograder.socketlink import SocketLink
from autograder.standins import StandIns
from autograder.student import StudentDied


class FreshKernel(Access):
    """Reaches the student's code in kernels that nothing else was asked of.

    Args:
        start: Starts a kernel that has run the student's cells.
        access: How the same code is reached otherwise.
        stand_ins: Answers for the functions that are replaced.
    """

    def __init__(self, start: Callable[[], Session], access: Access, stand_ins: StandIns) -> None:
        self._start, self._access, self._stand_ins = start, access, stand_ins
        self.limits = access.limits
        self._session: Session | None = None

    def link(self) -> SocketLink:
        """Return a live link, to another fresh kernel when the last one has ended.

        Raises:
            StudentDied: The code does not let stand-ins take their places.
        """
        if self._session is None or not self._session.alive:
            self._session = self._start()
            self._put_in_place(self._session)
        return self._session.call_link()

    def _put_in_place(self, session: Session) -> None:
        if not session.alive:
            raise StudentDied("the code ended the process that it ran in")
        session.stand_ins = self._stand_ins
        asked = {"op": "stand_in", "pairs": self._stand_ins.names, "own": self._stand_ins.own}
        request = wire.pack(asked, [], lambda _value: None)
        reply = session.call_link().exchange(wire.Message({"request": request}))
        if "error" in reply.content:
            session.close()
            raise StudentDied("stand-ins could not take the places of functions")

    def link_apart(self, number: int) -> Link:
        """Refuse: with stand-ins, no gradient is computed numerically."""
        raise CheckFailed("with stand-ins, no gradient is computed numerically")

    def wrote(self, line: str) -> bool:
        """Return whether a line is the student's."""
        return self._access.wrote(line)

    def begin_test(self) -> None:
        """Start counting a test's time, and what it asks of stand-ins."""
        self.link().restart_meter()
        self._stand_ins.begin_test()

    def close(self) -> None:
        """End the kernel."""
        if self._session is not None:
            self._session.close()
