"""Finds the language of a submission: the edition of its assignment that it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograder.course.assignment import Assignment
from autograder.i18n.editions import LANGUAGE

# A line that tells editions apart; shorter ones are in many.
TELLING_LINE = 8


class SubmissionText:
    """The parts of a submission that show its language.

    Args:
        metadata: The notebook's metadata as handed in; it may hold anything.
        texts: The texts of its cells, or of its files.
    """

    def __init__(self, metadata: Any, texts: Iterable[str]) -> None:
        given = metadata.get(LANGUAGE) if isinstance(metadata, dict) else None
        self.declared = given if isinstance(given, str) else None
        self.texts = list(texts)


def in_language_of(assignment: Assignment, submission: SubmissionText) -> Assignment:
    """Return the assignment with the edition that a submission was made from.

    What its metadata says counts before the lines that only one of the editions has.
    """
    known = assignment.languages
    # Most submissions say it; only lost metadata makes the lines count.
    if submission.declared in known or len(known) == 1:
        return assignment.in_language(submission.declared if submission.declared in known else known[0])
    editions = {language: assignment.in_language(language).notebook for language in known}
    lines = {one: telling_lines(cell.source for cell in made.cells) for one, made in editions.items()}
    found = telling_lines(submission.texts)
    # Code is the same in all editions, so only lines that one edition alone has say anything.
    alone = {one: lines[one].difference(*(lines[other] for other in known if other != one)) for one in known}
    return assignment.in_language(max(known, key=lambda language: len(found & alone[language])))


def telling_lines(texts: Iterable[str]) -> set[str]:
    """Return the lines of texts that are long enough to tell editions apart."""
    lines = (line.strip() for text in texts for line in text.split("\n"))
    return {line for line in lines if len(line) >= TELLING_LINE}
