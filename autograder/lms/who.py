"""Finds out which student of nbgrader's gradebook somebody on a course site is, and enters who is new."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from nbgrader.api import Gradebook, Student

from autograder.course.student_id import unfit_id
from autograder.i18n.terminal import is_plain
from autograder.lms.collected import Came, students_of
from autograder.lms.hand_ins import HandIn, Person
from autograder.lms.worksheet import Matched, match

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


def match_rows(
    site: str,
    keys: Mapping[int, str],
    ids: Mapping[int, Sequence[str]],
    students: Iterable[Student],
    collected: Mapping[str, Came],
    *,
    names: Mapping[int, str] | None = None,
    hidden: Mapping[str, str] = MappingProxyType({}),
) -> Matched:
    """Match the rows of a site's list with students; see `autograder.lms.worksheet.match`.

    Args:
        site: ``canvas`` or ``moodle``.
        keys: The site's own id in each row.
        ids: The cells of each row that may identify a student; the site's own id comes first.
        students: The students of the gradebook.
        collected: What earlier downloads said.
        names: The student's name in each row, where names count.
        hidden: Students whom the site hid when they were collected, by its ids; besides those of ``collected``.
    """
    students = list(students)
    there = {student.id: student for student in students}
    # Such a student is known by nothing else, though a list may tell now who it is: the same person may be another
    # student, too.
    hidden = {**students_of(collected, site, hidden=True), **hidden}
    sure = {row: there[hidden[key]] for row, key in keys.items() if hidden.get(key) in there}
    known = students_of(collected, site, hidden=False)
    if site == "canvas":
        numbers = Counter(student.lms_user_id for student in students)
        known = {one.lms_user_id: one.id for one in students if numbers[one.lms_user_id] == 1} | known
    ids = {row: cells for row, cells in ids.items() if row not in sure}
    names = None if names is None else {row: name for row, name in names.items() if row not in sure}
    others = [student for student in students if student not in sure.values()]
    matched = match(ids, others, names, {row: known[keys[row]] for row in ids if keys[row] in known})
    return Matched({**matched.students, **sure}, matched.doubtful)


def find_students(
    site: str,
    people: Mapping[str, Person],
    hand_ins: Iterable[HandIn],
    students: list[Student],
    collected: Mapping[str, Came],
) -> Who:
    """Return which student is whom.

    Args:
        site: ``canvas`` or ``moodle``.
        people: Those whom the site's list names, by the site's id.
        hand_ins: What was handed in.
        students: The students of the gradebook.
        collected: What earlier downloads said.
    """
    # Whom no list names is known by the site's id, or not at all: it is nothing that the gradebook calls anybody.
    rows = {key: one.ids for key, one in people.items()}
    rows |= {key: ("",) for one in hand_ins for key in one.keys if key not in rows}
    keys = dict(enumerate(rows))
    hidden = _hidden(hand_ins, collected)
    matched = match_rows(site, keys, dict(enumerate(rows.values())), students, collected, hidden=hidden)
    who = Who({keys[row]: student.id for row, student in matched.students.items()})
    who.hidden = {key for key, student in who.students.items() if student in collected and collected[student].hidden}
    who.doubtful = {
        keys[row]: " ".join(filter(None, (people[keys[row]].name if keys[row] in people else "", why)))
        for row, why in matched.doubtful.items()
    }
    # Where students are anonymous no list names them: each is a new one, known by what the site calls them.
    nameless = [key for one in hand_ins if one.nameless for key in one.keys if key not in who.students]
    _name_new(site, who, people, nameless, {student.id for student in students})
    return who


def _hidden(hand_ins: Iterable[HandIn], collected: Mapping[str, Came]) -> dict[str, str]:
    """Return students whom Canvas hid, by the ids that it has for them now: their files say who they are."""
    owners = {number: student for student, came in collected.items() if came.hidden for number in came.attachments}
    hidden = {}
    for hand_in in hand_ins:
        mine = {owners[file.attachment] for file in hand_in.files if file.attachment in owners}
        if len(hand_in.keys) == 1 and len(mine) == 1:
            hidden[hand_in.keys[0]] = mine.pop()
    return hidden


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


def names_in(book: Gradebook) -> dict[str, str]:
    """Return what students are called whose number on Canvas the gradebook has, by that number."""
    return {
        student.lms_user_id: ", ".join(filter(None, (student.last_name, student.first_name)))
        for student in book.students
        if student.lms_user_id
    }


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
            there[person] = Student(id=person)
            book.db.add(there[person])
        for name, text in said.items():
            if not getattr(there[person], name):
                setattr(there[person], name, text)
    # Once: nbgrader's own way, a student at a time, takes most of a minute for a thousand.
    book.db.commit()
