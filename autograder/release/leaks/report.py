"""What is said of the leaks that were found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.course.nbgrader_app import ConversionError
from autograder.release.leaks.leak import Leak

MOST = 200


class LeakError(ConversionError):
    """What was made, or published, holds what students must not get; the message is the report.

    Attributes:
        leaks: What was found.
    """

    def __init__(self, subject: str, leaks: list[Leak], *, refused: bool = True) -> None:
        super().__init__(written(subject, leaks, refused=refused))
        self.leaks = leaks


@dataclass
class Findings:
    """What a look at some files found.

    Attributes:
        leaks: What must not be there.
        notes: What was not looked into, and why.
        files: How many files were looked at.
    """

    leaks: list[Leak] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0

    def add(self, leaks: Iterable[Leak]) -> None:
        """Take leaks down, each once."""
        self.leaks += [leak for leak in dict.fromkeys(leaks) if leak not in self.leaks]


def written(subject: str, leaks: list[Leak], *, refused: bool = True) -> str:
    """Return the report: a line for each leak, and one that says what to do.

    Args:
        subject: What was looked at.
        leaks: What was found in it.
        refused: Whether it is not made for that; what was published cannot be refused any more.
    """
    count = f"{len(leaks)} leak{'s' if len(leaks) != 1 else ''}"
    return "\n".join([f"{subject}: {'refused, ' if refused else ''}{count}:", *_lines(leaks[:MOST]), *_rest(leaks)])


def _lines(leaks: list[Leak]) -> Iterator[str]:
    for leak in leaks:
        yield f"  {leak}"
        yield f"    {leak.remedy}"


def _rest(leaks: list[Leak]) -> Iterator[str]:
    if len(leaks) > MOST:
        yield f"  and {len(leaks) - MOST} more"
