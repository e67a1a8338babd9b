"""A hand-in as it is read: which file it is, what was mended in it, and its notebook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.assignment import Assignment
from autograder.choice import choose
from autograder.intake import LIMITS, IntakeLimits
from autograder.mending import mend


@dataclass(frozen=True)
class ReadHandIn:
    """A hand-in that can be marked once its provided cells have been restored.

    Attributes:
        data: The bytes of its notebook as it came.
        notebook: The notebook, mended.
        mended: Sentences on what was mended.
    """

    data: bytes
    notebook: nbformat.NotebookNode
    mended: list[str]


def read_hand_in(assignment: Assignment, path: Path, limits: IntakeLimits = LIMITS) -> ReadHandIn:
    """Return the hand-in in a file, an archive or a folder.

    Raises:
        FileNotFoundError: There is no such path.
        Rejected: It is not a hand-in of this assignment; the message says why and what to do.
    """
    choice = choose(assignment, path, limits)
    mended = mend(assignment, choice.name, choice.data, limits)
    return ReadHandIn(choice.data, mended.notebook, [*choice.sentences, *mended.sentences])
