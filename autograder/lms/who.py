"""Finds out which student of nbgrader's gradebook somebody on a course site is, and enters who is new."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nbgrader.api import Gradebook, Student

from autograder.course.student_id import unfit_id
from autograder.i18n.terminal import is_plain
from autograder.lms.hand_ins import HandIn, Person
from autograder.lms.worksheet import match

# Letters of a column of nbgrader's table of students.
COLUMN_MAX = 128


@dataclass
class Who:
    """Which student is whom.

    Attributes:
        students: The student's id, by the site's id of the person.
        new: Those of the site's ids whose students are new in the gradebook.
        doubtful: Why nobody can say who it is, by the site's id.
        hidden: Those of the site's ids whose students were hidden when they were collected.
    """

    students: dict[str, str]
    new: set[str] = field(default_factory=set)
    doubtful: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)


def find_students(
    site: str,
    people: Mapping[str, Person],
    hand_ins: Iterable[HandIn],
    students: list[Student],
    known: Mapping[str, str],
    hidden: Mapping[str, str],
) -> Who:
    """Return which student is whom.

    Args:
        site: ``canvas`` or ``moodle``.
        people: Those whom the site's list names, by the site's id.
        hand_ins: What was handed in.
        students: The students of the gradebook.
        known: Students by the site's ids: those that an earlier download named, or the gradebook has.
        hidden: Likewise, those who were hidden by the site when they were collected. Such a student is known by
            nothing else, though a list may tell now who it is: the same person may be another student, too.
    """
    there = {student.id for student in students}
    sure = {key: student for key, student in hidden.items() if student in there}
    keys = {row: key for row, key in enumerate(people) if key not in sure}
    matched = match(
        {row: people[key].ids for row, key in keys.items()},
        students,
        known={row: known[key] for row, key in keys.items() if key in known},
    )
    who = Who(sure | {keys[row]: student.id for row, student in matched.students.items()})
    who.hidden = set(sure)
    who.doubtful = {keys[row]: f"{people[keys[row]].name} {why}" for row, why in matched.doubtful.items()}
    handed = {key: one for one in hand_ins for key in one.keys}
    for key in handed:
        if key not in people and key not in sure and known.get(key) in there:
            who.students[key] = known[key]
    # Where students are anonymous no list names them: each is a new one, known by what the site calls them.
    nameless = [key for key, one in handed.items() if one.nameless and key not in who.students]
    _name_new(site, who, people, nameless, there)
    return who


def _name_new(site: str, who: Who, people: Mapping[str, Person], nameless: list[str], there: set[str]) -> None:
    wanted = {
        key: person.student for key, person in people.items() if key not in who.students and key not in who.doubtful
    }
    wanted |= {key: "" for key in nameless if key not in wanted and key not in who.doubtful}
    # Two ids may be one on some disks.
    used = Counter(_folded(one) for one in (*there, *wanted.values()))
    for key, student in wanted.items():
        fits = student and is_plain(student) and not unfit_id(student) and used[_folded(student)] == 1
        who.students[key] = student if fits else named_by_key(site, key)
        if who.students[key] not in there:
            who.new.add(key)


def named_by_key(site: str, key: str) -> str:
    """Return the id of a student of whom nothing else is known, or whose own id no folder can be called."""
    return f"{site}-{key.replace('_', '-')}"


def _folded(student: str) -> str:
    return unicodedata.normalize("NFC", student).casefold()


def enter(book: Gradebook, site: str, who: Who, people: Mapping[str, Person], keys: Iterable[str]) -> None:
    """Enter new students into the gradebook, and what it did not know of others; what it knows stays.

    Args:
        book: The gradebook.
        site: ``canvas`` or ``moodle``; only Canvas' ids are the same in every assignment.
        who: Which student is whom.
        people: Those whom the site's list names.
        keys: The site's ids of those who are entered.
    """
    there = {student.id: student for student in book.students}
    for key in keys:
        if (person := who.students.get(key)) is None:
            continue
        about = people.get(key)
        said = {"first_name": about.first_name, "last_name": about.last_name, "email": about.email} if about else {}
        if site == "canvas" and key.isdecimal():
            said["lms_user_id"] = key
        said = {name: text[:COLUMN_MAX] for name, text in said.items() if text}
        if person not in there:
            there[person] = book.add_student(person, **said)
        elif missing := {name: text for name, text in said.items() if not getattr(there[person], name)}:
            book.update_or_create_student(person, **missing)
