"""Says at which level hand-ins are marked where a course already is: not everything can be had in its containers."""

from __future__ import annotations

from autograder.i18n.messages import gettext_noop
from autograder.kernel.sandbox.levels import Level, best
from autograder.marking.execution.isolation import ADVICE, WeakIsolationError

# What a student is told where not all of the sandbox is there.
WEAKER = gettext_noop(
    "The sandbox in which your code ran is weaker here than it can be (isolation level {level}). That changes no "
    "points."
)


def level_here(unisolated: bool) -> Level:
    """Return the strongest level that there is, the only one at which is marked.

    Args:
        unisolated: Whether the instructor has said that it may be marked where nothing can be shut in.

    Raises:
        WeakIsolationError: Nothing can be shut in, and nobody has accepted that.
    """
    level = best()
    if level is Level.OFF and not unisolated:
        raise WeakIsolationError(
            "nothing can be shut in here: a student's code could read the tests and write its own results. "
            f"{ADVICE}; or, if you trust your students, bundle again with --allow-unisolated"
        )
    return level
