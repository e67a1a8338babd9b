"""Says what students read of a cell whose run did not come to its end."""

from __future__ import annotations

from autograder.course.limits import Limits
from autograder.i18n.messages import Message, mark
from autograder.marking.execution.session import Outcome

TELLS = {
    Outcome.STOPPED: mark("Stopped: this cell ran for more than {cell:.3g} seconds."),
    Outcome.FLOODED: mark(
        "Stopped: this cell showed more than {messages:,} outputs or {megabytes:,} MB, or more than {message:,} MB at "
        "once."
    ),
    Outcome.FILLED: mark("Stopped: this cell wrote more, or more files, than it may."),
    Outcome.DIED: mark("This cell ended the process that it ran in."),
}


def tell(outcome: Outcome, limits: Limits, seconds: float) -> Message:
    """Return how a cell's run ended; only for outcomes in `TELLS`.

    Args:
        outcome: How it ended.
        limits: The limits that it may have passed.
        seconds: The time that it had.
    """
    output = limits.output
    return Message(
        TELLS[outcome],
        cell=seconds,
        messages=output.cell_messages,
        megabytes=output.cell_bytes >> 20,
        message=output.message >> 20,
    )
