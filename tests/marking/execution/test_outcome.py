"""A cell that did not finish says why, with the limit that it passed."""

from __future__ import annotations

import pytest

from autograder.course.limits import Limits, OutputLimits
from autograder.marking.execution.outcome import Outcome, message_for

LIMITS = Limits(output=OutputLimits(cell_messages=2000, cell_bytes=3 << 20, message=1 << 20))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.STOPPED, "Stopped: this cell ran for more than 1.5 s."),
        (Outcome.FLOODED, "Stopped: this cell showed more than 2,000 outputs or 3 MB, or more than 1 MB at once."),
        (Outcome.FILLED, "Stopped: this cell wrote more, or more files, than it may."),
        (Outcome.DIED, "This cell ended the process that it ran in."),
    ],
)
def test_the_message_names_what_was_passed(outcome, said):
    assert str(message_for(outcome, LIMITS, seconds=1.5)) == said


@pytest.mark.parametrize("outcome", [Outcome.FINISHED, Outcome.RAISED])
def test_a_cell_that_came_to_its_end_has_no_message(outcome):
    with pytest.raises(KeyError):
        message_for(outcome, LIMITS, seconds=1.5)
