"""Runs the follow-through of one problem in kernels of its own, in which stand-ins take the place of functions.

Fresh kernels, because the student's code has had the problem's inputs in the old ones, and could have kept them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection

from autograder.kernel import wire
from autograder.marking.execution.call_link import SocketLink
from autograder.marking.execution.session import Session
from autograder.testing.faults import StudentDied
from autograder.testing.fixtures import SubmissionAccess
from autograder.testing.stand_ins import StandIns


class FreshKernel(SubmissionAccess):
    """Reaches the student's code in kernels that have been asked nothing else.

    Args:
        start: Starts a kernel that has run the student's cells.
        access: Reaches the same code without stand-ins.
        stand_ins: Answers for the functions that are replaced.
    """

    def __init__(self, start: Callable[[], Session], access: SubmissionAccess, stand_ins: StandIns) -> None:
        self._start, self._access, self._stand_ins = start, access, stand_ins
        self.limits, self.identity = access.limits, access.identity
        self._sessions: dict[int | None, Session] = {}

    def link(self) -> SocketLink:
        """Return a live link, to another fresh kernel when the last one has ended.

        Raises:
            StudentDied: The code does not let stand-ins take their places.
        """
        return self._link(None)

    def link_apart(self, number: int) -> SocketLink:
        """Return a link to a kernel apart, with the same stand-ins; see `link`."""
        return self._link(number)

    def _link(self, which: int | None) -> SocketLink:
        session = self._sessions.get(which)
        if session is None or not session.alive:
            session = self._sessions[which] = self._start()
            # Each has a copy with counts of its own: no kernel can tell from what it may still ask what another one
            # asked.
            self._put_in_place(session, self._stand_ins if which is None else copy.copy(self._stand_ins))
        return session.call_link()

    def _put_in_place(self, session: Session, stand_ins: StandIns) -> None:
        if not session.alive:
            raise StudentDied("the code ended the process that it ran in")
        session.stand_ins = stand_ins
        # Putting stand-ins in place may make the code ask already.
        stand_ins.begin_test()
        arranged = {"replaced": self._stand_ins.arranged, "own": self._stand_ins.own}
        # As a message, so that the limits of a test hold.
        reply = session.call_link().exchange(wire.WireMessage({"stand_ins": arranged}))
        if "error" in reply.content:
            session.close()
            raise StudentDied("stand-ins could not take the places of functions")

    def wrote(self, line: str) -> bool:
        """Return whether a line is the student's."""
        return self._access.wrote(line)

    def written(self, functions: Collection[str]) -> bool | None:
        """Return whether the student's text of functions does more than set initial values."""
        return self._access.written(functions)

    def unreadable(self, functions: Collection[str]) -> str | None:
        """Return what Python says of the student's code where it cannot read it."""
        return self._access.unreadable(functions)

    def raised_before(self, functions: Collection[str]) -> str | None:
        """Return what the student's cell raised that is to define functions."""
        return self._access.raised_before(functions)

    def begin_test(self) -> None:
        """Start counting a test's time, and what it asks of stand-ins."""
        self.link()
        for session in self._sessions.values():
            if session.alive:
                session.call_link().restart_meter()
                # One test's questions must not use up the next one's.
                if session.stand_ins is not None:
                    session.stand_ins.begin_test()

    def close(self) -> None:
        """End the kernels."""
        for session in self._sessions.values():
            session.close()
