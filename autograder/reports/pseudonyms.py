"""Takes the names of students out of what others get: pseudonyms for ids, and a scrubber for texts."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Sequence

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError

# Digits of a pseudonym: of 1,000 students, two have the same first 8 in one class of 9,000.
PSEUDONYM_DIGITS = 8
# Scripts in which words stand without blanks, or with endings: a name in them ends nowhere that could be seen. Thai to
# Burmese; Hangul; kana; Chinese characters.
UNSPACED = (
    r"\u0e00-\u109f"
    r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
    r"\u3040-\u30ff"
    r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
NEVER = "(?!)"


def pseudonym(assignment: Assignment, student: str) -> str:
    """Return a student's pseudonym: the same in every report of a course, and told by nobody without its salt."""
    key, text = assignment.course.salt.encode(), f"pseudonym of {student}".encode()
    return "S-" + hmac.new(key, text, hashlib.sha256).hexdigest()[:PSEUDONYM_DIGITS]


def pseudonyms(assignment: Assignment, students: Iterable[str]) -> dict[str, str]:
    """Return the pseudonyms of a class, by student.

    Raises:
        CourseError: Two of them have the same.
    """
    hidden = {student: pseudonym(assignment, student) for student in students}
    if len(set(hidden.values())) < len(hidden):
        raise CourseError("two students would have the same pseudonym: set another salt for this course")
    return hidden


class Scrubber:
    """Takes the names of students out of texts.

    Args:
        names: Ids, and first and last names.
    """

    def __init__(self, names: Sequence[str]) -> None:
        # One letter is in too many words; the longest first, so that no part of a name is left.
        known = sorted({name for name in names if len(name) > 1}, key=len, reverse=True)
        self._pattern = re.compile(_names_pattern(known), re.IGNORECASE)

    def __call__(self, text: str) -> str:
        """Return a text without them."""
        # Names of files from a Mac have their accents as characters of their own.
        return self._pattern.sub("student", unicodedata.normalize("NFC", text))


def _names_pattern(names: Sequence[str]) -> str:
    """Return a pattern of names that are no parts of words, as far as their script shows where words end."""
    unspaced = [re.escape(name) for name in names if re.match(f"[{UNSPACED}]", name)]
    others = [re.escape(name) for name in names if not re.match(f"[{UNSPACED}]", name)]
    letter = rf"[^\W_{UNSPACED}]"
    # What stands before the names of a class is looked at before any of them is tried, which takes long.
    return (
        rf"(?<!{letter})(?:{'|'.join(others) or NEVER})(?!{letter})|(?=[{UNSPACED}])(?:{'|'.join(unspaced) or NEVER})"
    )


def scrubber(students: Sequence[str], names: Sequence[str]) -> Scrubber:
    """Return what takes ids and names of a class out of texts.

    A name is taken out whole and in each of its parts, without its blanks, and without its accents.
    """
    spelt = [unicodedata.normalize("NFC", one) for one in names]
    spelt += [without_accents(one) for one in spelt]
    parts = [one.split() for one in spelt]
    joined = ["".join(order) for one in parts for order in (one, one[::-1])]
    return Scrubber([*students, *spelt, *(part for one in parts for part in one), *joined])


def without_accents(text: str) -> str:
    """Return a text with the bare letters of those that have accents."""
    letters = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare)
