"""Names the ways in which the run of a cell can end, and says what students read of one that did not finish."""

from __future__ import annotations

import enum

from autograder.course.limits import Limits
from autograder.i18n.messages import Message, gettext_noop, say


class Outcome(enum.Enum):
    """How the run of one cell ended."""

    FINISHED = "finished"
    RAISED = "raised"
    STOPPED = "stopped"
    FILLED = "filled"
    DIED = "died"
    FLOODED = "flooded"


MESSAGES = {
    Outcome.STOPPED: gettext_noop("Stopped: this cell ran for more than {cell:.3g} s."),
    Outcome.FLOODED: gettext_noop(
        "Stopped: this cell showed more than {messages:,} outputs or {megabytes:,} MB, or more than {message:,} MB at "
        "once."
    ),
    Outcome.FILLED: gettext_noop("Stopped: this cell wrote more, or more files, than it may."),
    Outcome.DIED: gettext_noop("This cell ended the process that it ran in."),
}


def message_for(outcome: Outcome, limits: Limits, seconds: float) -> Message:
    """Return what students read of a cell that did not finish.

    Args:
        outcome: One of those in `MESSAGES`.
        limits: The submission's; the cell may have passed its limits on output.
        seconds: The time that the cell had.
    """
    output = limits.output
    return say(
        MESSAGES[outcome],
        cell=seconds,
        messages=output.cell_messages,
        megabytes=output.cell_bytes >> 20,
        message=output.message >> 20,
    )
