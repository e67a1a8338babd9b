"""Writes what is alike in a class: a page with the code side by side, and the same as CSV and JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from markupsafe import Markup

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.course import CourseError
from autograder.course.gradebook_scores import gradebook_names
from autograder.course.released_notebook import as_students_get_them
from autograder.feedback.show import code_lines
from autograder.i18n.terminal import printable
from autograder.reports.class_report import cell_text
from autograder.reports.files import json_text, report_folder, report_page, write_texts
from autograder.reports.pseudonyms import pseudonyms, scrubber
from autograder.reports.similarity.answers import HandIn, Unread, of_class, of_earlier, read_all
from autograder.reports.similarity.evidence import THRESHOLD, HandInComparison, InProblem, Pair, Shared
from autograder.reports.similarity.units import UnitKind
from autograder.reports.tables import csv_table

TEMPLATES = Path(__file__).with_name("templates")
# Pairs that are shown with their code; pairs in a group beyond some dozen say the same again and again.
SHOWN_MAX = 40
# Below the threshold: pairs from this share of it on are counted and listed, without their code.
NEAR = 2 / 3
LISTED_MAX = 20
# Characters of a name or comment that are shown, and how many of these in a problem.
TEXT_MAX, TEXTS_MAX = 120, 12
# Bits in one bar of the distribution.
BIN = 10
# Fewer hand-ins can hardly tell what is rare; docs/reference/similarity.md has the figures.
SMALL = 40
WORDS: dict[UnitKind, str] = {
    UnitKind.STRUCTURE: "statements, whatever the names in them",
    UnitKind.NAME: "names that students chose",
    UnitKind.TEXT: "comments, strings and sentences",
    UnitKind.LAYOUT: "blanks, quotes and line ends",
}


@dataclass(frozen=True)
class SimilarityRequest:
    """What is compared, and how it is shown.

    Attributes:
        previous: Folders with hand-ins of earlier years.
        threshold: From how many bits on a pair is shown.
        anonymous: Whether students are under pseudonyms; the report then goes into a folder of its own.
    """

    previous: tuple[Path, ...] = ()
    threshold: float = THRESHOLD
    anonymous: bool = False


@dataclass(frozen=True)
class SimilarityData:
    """What is alike in a class.

    Attributes:
        assignment: The assignment.
        request: What was asked for.
        hand_ins: How many of the class were compared.
        earlier: How many of earlier years.
        pairs: Those at the threshold or above, the most alike first.
        near: Those below it, from two thirds of it on.
        unread: Hand-ins that could not be compared.
        names: Names on the roster, by student.
        scrub: Takes out of a text what must not be shown: under pseudonyms, ids and names of students.
    """

    assignment: Assignment
    request: SimilarityRequest
    hand_ins: int
    earlier: int
    pairs: list[Pair]
    near: list[Pair]
    unread: list[Unread]
    names: dict[str, str]
    scrub: Callable[[str], str] = str

    @property
    def size(self) -> int:
        """How many hand-ins were compared in all: rarity is counted among them."""
        return self.hand_ins + self.earlier


def write_similarity(
    assignment: Assignment,
    request: SimilarityRequest = SimilarityRequest(),
    tell: Callable[[str], None] = lambda _text: None,
) -> tuple[list[Path], SimilarityData]:
    """Compare a class and write what is alike.

    Args:
        assignment: The assignment.
        request: What is compared, and how it is shown.
        tell: Told what is done next.

    Returns:
        The files, the page first, and what is in them.

    Raises:
        CourseError: There are no hand-ins, an earlier year's folder is missing, or fewer than three can be compared.
    """
    data = similarity_data(assignment, request, tell)
    texts = {
        "similarity.html": similarity_page(data),
        "pairs.csv": pairs_csv(data),
        "similarity.json": json_text(similarity_as_json(data)),
    }
    folder = report_folder(assignment, anonymous=request.anonymous) / "similarity"
    return write_texts(folder, texts), data


def similarity_data(
    assignment: Assignment, request: SimilarityRequest, tell: Callable[[str], None] = lambda _text: None
) -> SimilarityData:
    """Return what is alike in a class.

    Raises:
        CourseError: There are no hand-ins, an earlier year's folder is missing, or fewer than three can be compared.
    """
    wanted = of_class(assignment)
    for folder in request.previous:
        wanted += of_earlier(assignment, folder)
    read, unread = read_all(assignment, wanted, tell)
    here = sum(not one.year for one in read)
    if len(read) < 3 or not here:
        raise CourseError(
            f"{len(read)} of {len(wanted)} hand-ins of {assignment.name} can be compared: what is rare shows among "
            "three and more"
        )
    tell("comparing")
    names = gradebook_names(assignment)
    scrub: Callable[[str], str] = str
    if request.anonymous:
        scrub = scrubber([student for student, _, _ in wanted], [*names.values()])
        read, unread = _renamed(assignment, read, unread, scrub)
        names = {}
    found = HandInComparison(read).pairs(request.threshold * NEAR)
    alike = [pair for pair in found if pair.bits >= request.threshold]
    near = found[len(alike) :]
    return SimilarityData(assignment, request, here, len(read) - here, alike, near, unread, names, scrub)


def _renamed(
    assignment: Assignment, read: Sequence[HandIn], unread: Sequence[Unread], scrub: Callable[[str], str]
) -> tuple[list[HandIn], list[Unread]]:
    """Return hand-ins under pseudonyms, without names in their texts.

    Their units stay as they are, because what is alike must not depend on it; they are scrubbed where they are shown.
    """
    students = [*(one.student for one in read), *(one.student for one in unread)]
    hidden = pseudonyms(assignment, students)
    made = []
    for one in read:
        answers = [msgspec.structs.replace(answer, source=scrub(answer.source)) for answer in one.answers]
        made.append(replace(one, student=hidden[one.student], answers=answers))
    made.sort(key=lambda one: (one.year, one.student))
    return made, [replace(one, student=hidden[one.student], why=scrub(one.why)) for one in unread]


# The page.


@dataclass(frozen=True)
class MarkedLine:
    """One line of code on the page.

    Attributes:
        number: Its number, from 1.
        html: The line.
        mark: ``rare`` where few others have what the two share here, ``some`` where more have it; empty elsewhere.
        holders: How many hand-ins have the rarest of it; 0 where nothing counts.
    """

    number: int
    html: Markup
    mark: str
    holders: int


@dataclass(frozen=True)
class SideBySide:
    """What two hand-ins share in one problem.

    Attributes:
        found: What they share.
        sides: The code of both.
        texts: Names, and comments and strings, the rarest first.
    """

    found: InProblem
    sides: tuple[list[MarkedLine], list[MarkedLine]]
    texts: dict[UnitKind, list[Shared]]


def given_lines(assignment: Assignment) -> dict[str, frozenset[str]]:
    """Return the lines that each answer's cell was given with in any language, by problem: everybody has them."""
    lines: dict[str, set[str]] = {}
    for language in assignment.languages:
        for cell in as_students_get_them(assignment.in_language(language)).cells:
            lines.setdefault(grade_id(cell) or "", set()).update(line.strip() for line in cell.source.split("\n"))
    return {problem: frozenset(lines.get(problem, ())) for problem in assignment.problems}


def side_by_side(pair: Pair, found: InProblem, size: int, given: frozenset[str]) -> SideBySide:
    """Return the code of both in one problem, without what was given, marked where they are alike."""
    sides = []
    for place, hand_in in enumerate((pair.one, pair.other)):
        source = next(answer.source for answer in hand_in.answers if answer.problem == found.problem)
        holders: dict[int, int] = {}
        for shared in found.shared:
            # Blanks alone say too little to point at a line.
            if shared.unit.kind is not UnitKind.LAYOUT:
                for line in shared.lines[place]:
                    holders[line] = min(shared.holders, holders.get(line, size))
        own = {number for number, line in enumerate(source.split("\n"), start=1) if line.strip() not in given}
        sides.append(
            [
                MarkedLine(one.number, one.html, _mark(holders.get(one.number, 0), size), holders.get(one.number, 0))
                for one in code_lines(source)
                if one.number in own
            ]
        )
    rarest = sorted(found.shared, key=lambda one: (one.holders, one.lines))
    texts = {kind: [one for one in rarest if one.unit.kind is kind] for kind in (UnitKind.NAME, UnitKind.TEXT)}
    return SideBySide(found, (sides[0], sides[1]), {kind: units for kind, units in texts.items() if units})


def _mark(holders: int, size: int) -> str:
    if not holders:
        return ""
    return "rare" if holders <= max(3, size / 50) else "some"


def unlikely(found: InProblem, size: int) -> str:
    """Return what makes it unlikely that two wrote an answer alike by chance."""
    counted = [one for one in found.shared if one.unit.kind is not UnitKind.LAYOUT]
    rare = [one for one in counted if _mark(one.holders, size) == "rare"]
    told = f"Of what both have here, {_things(counted)} less than half of {size} hand-ins"
    if rare:
        most = max(one.holders for one in rare)
        told += f", {len(rare)} of them in {'these two alone' if most == 2 else f'at most {most}'}"
    layouts = sum(one.unit.kind is UnitKind.LAYOUT for one in found.shared)
    told += f". {layouts} statements are the same to the blank." if layouts else "."
    return f"{told} {found.differences} statements stand in one of the two only." if found.differences else told


def _things(counted: Sequence[Shared]) -> str:
    return f"{len(counted)} thing{' is' if len(counted) == 1 else 's are'} in"


def connected_groups(pairs: Sequence[Pair]) -> list[list[tuple[str, str]]]:
    """Return who hangs together by pairs, three and more: year and student of each, large groups first."""
    together: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for pair in pairs:
        ends = [(one.year, one.student) for one in (pair.one, pair.other)]
        joined = set(ends).union(*(together.get(end, set()) for end in ends))
        together.update(dict.fromkeys(joined, joined))
    found = {id(members): sorted(members) for members in together.values()}
    return sorted((members for members in found.values() if len(members) > 2), key=lambda one: (-len(one), one))


def bits_distribution(data: SimilarityData) -> list[tuple[str, int, float, bool]]:
    """Return how many pairs share how much: label, number, percent of the longest bar, and whether they are shown."""
    bits = [pair.bits for pair in (*data.pairs, *data.near)]
    first, most = int(data.request.threshold * NEAR // BIN), int(max(bits, default=0) // BIN)
    counts = [sum(int(one // BIN) == place for one in bits) for place in range(first, most + 1)]
    longest = max(counts, default=0) or 1
    return [
        (
            f"{BIN * place} to {BIN * (place + 1)}",
            count,
            round(100 * count / longest, 2),
            BIN * place >= data.request.threshold,
        )
        for place, count in enumerate(counts, start=first)
    ][::-1]


def similarity_page(data: SimilarityData) -> str:
    """Return the page."""
    shown = data.pairs[:SHOWN_MAX]
    given = given_lines(data.assignment)
    code = [[side_by_side(pair, found, data.size, given[found.problem]) for found in by_worth(pair)] for pair in shown]
    return report_page(
        TEMPLATES,
        "similarity.html.j2",
        "similarity.css",
        data=data,
        assignment=data.assignment,
        shown=list(zip(shown, code, strict=True)),
        listed=data.near[:LISTED_MAX],
        groups=connected_groups(data.pairs),
        distribution=bits_distribution(data),
        who=lambda one: shown_name(data, one.year, one.student),
        name=lambda year, student: shown_name(data, year, student),
        most_texts=TEXTS_MAX,
        most_bits=math.log2(data.size - 1),
        words=WORDS,
        kinds=list(UnitKind),
        near=data.request.threshold * NEAR,
        small=data.size < SMALL,
        changed=data.request.threshold != THRESHOLD,
        usual=THRESHOLD,
        worth=by_worth,
        unlikely=lambda found: unlikely(found, data.size),
        said=cell_text,
        say=lambda text: printable(data.scrub(text[:TEXT_MAX])),
    )


def by_worth(pair: Pair) -> list[InProblem]:
    """Return the problems of a pair, those first in which most is shared."""
    return sorted(pair.problems, key=lambda one: -one.bits)


def shown_name(data: SimilarityData, year: str, student: str) -> str:
    """Return how a hand-in is called on the page."""
    if year:
        return printable(f"{student} ({year})")
    name = data.names.get(student, "")
    return printable(f"{student} ({name})" if name else student)


# The tables.

COLUMNS = [
    *("student", "name", "other", "other_name", "other_year", "bits", "shown", "same_id"),
    *(kind.value for kind in UnitKind),
    "problems",
]


def pairs_csv(data: SimilarityData) -> str:
    """Return a line for each pair as CSV, those below the threshold too, from two thirds of it on."""
    lines = []
    for pair in (*data.pairs, *data.near):
        kinds = pair.by_kind()
        lines.append([
            pair.one.student, data.names.get(pair.one.student, ""), pair.other.student,
            "" if pair.other.year else data.names.get(pair.other.student, ""), pair.other.year, f"{pair.bits:.1f}",
            "yes" if pair.bits >= data.request.threshold else "no",
            "yes" if pair.one.student == pair.other.student else "no",
            *(f"{kinds[kind]:.1f}" for kind in UnitKind), " ".join(found.problem for found in by_worth(pair)),
        ])  # fmt: skip
    return csv_table(COLUMNS, lines)


def similarity_as_json(data: SimilarityData) -> dict[str, Any]:
    """Return what is alike as JSON holds it: pairs at the threshold, with all that they share."""
    return {
        "assignment": data.assignment.name,
        "title": data.assignment.title,
        "anonymous": data.request.anonymous,
        "threshold": data.request.threshold,
        "hand_ins": data.hand_ins,
        "earlier": data.earlier,
        "pairs": [_pair(pair, data.scrub) for pair in data.pairs],
        "groups": [
            [{"student": student, "year": year} for year, student in one] for one in connected_groups(data.pairs)
        ],
        "below": [
            {"student": one.one.student, "other": one.other.student, "year": one.other.year, "bits": round(one.bits, 1)}
            for one in data.near
        ],
        "not_compared": [{"student": one.student, "year": one.year, "why": one.why} for one in data.unread],
    }


def _pair(pair: Pair, scrub: Callable[[str], str]) -> dict[str, Any]:
    return {
        "student": pair.one.student,
        "other": pair.other.student,
        "year": pair.other.year,
        "bits": round(pair.bits, 1),
        "by_kind": {kind.value: round(bits, 1) for kind, bits in pair.by_kind().items()},
        "problems": [
            {
                "problem": found.problem,
                "bits": round(found.bits, 1),
                "differences": found.differences,
                "shared": [
                    {
                        "kind": one.unit.kind.value,
                        "what": scrub(one.unit.key),
                        "hand_ins": one.holders,
                        "bits": round(one.bits, 2),
                        "lines": one.lines[0],
                        "lines_of_other": one.lines[1],
                    }
                    for one in found.shared
                ],
            }
            for found in by_worth(pair)
        ],
    }
