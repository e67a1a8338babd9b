"""Writes what hints did: a page, a table and JSON. No student is named in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from autograder.course.assignment import Assignment
from autograder.reports.files import TEMPLATES, json_text, report_page
from autograder.reports.hints import effects
from autograder.reports.hints.effects import CANNOT_TELL, Effect, HintFinding, HintGroup, Retries, Without, hint_effects
from autograder.reports.shares import LEVEL, reach
from autograder.reports.tables import csv_table, difference_cells, signed

PAGE = "hints.html"
FILES = (PAGE, "hints.csv", "hints.json")
SCHEMA_VERSION = 1
TOGETHER = "all hints together"


def hint_texts(assignment: Assignment, found: Retries) -> dict[str, str]:
    """Return the texts of the files of what hints did, by their names; the page first."""
    made = hint_effects(found)
    return {
        PAGE: _page(assignment, found, made),
        "hints.csv": csv_table(COLUMNS, map(line_of, made)),
        "hints.json": json_text(hints_as_json(assignment, found, made)),
    }


def sentence_of(made: Sequence[Effect]) -> str:
    """Return what the hints of a class come to."""
    counts = Counter(one.finding for one in made if one.hint is not None)
    if not counts:
        return "Nobody has made a mistake yet that has a hint."
    told = {
        "with {}, the problem is fixed more often": counts[HintFinding.MORE],
        "with {}, it is fixed less often": counts[HintFinding.LESS],
        "of {}, no difference is told": counts[HintFinding.NONE],
        "of {}, too little is known": counts[None],
    }
    return f"Of {counts.total()} hints: " + "; ".join(text.format(count) for text, count in told.items() if count) + "."


COLUMNS = [
    *("problem", "mistake", "kind", "title", "with_fixed", "with", "without_fixed", "without", "without_by_setting"),
    *("without_by_edition", "with_share", "without_share", "difference", "low", "high", "p_holm", "finding", "refused"),
    *("other_attempts", "unopened", "last_attempts"),
]


def line_of(one: Effect) -> list[Any]:
    """Return a hint's line in the table."""
    hint = one.hint
    return [
        *((hint.problem, hint.mistake, hint.kind.value, hint.title) if hint else ("", "", "", TOGETHER)),
        *_counts(one.with_it),
        *_counts(one.without),
        *(str(one.reasons[why]) for why in (Without.SETTING, Without.EDITION)),
        *("" if group is None else f"{group.share.value:.4f}" for group in (one.with_it, one.without)),
        *difference_cells(one.difference),
        "" if one.adjusted is None else f"{one.adjusted:.4g}",
        one.finding or "",
        one.refused,
        *map(str, (one.elsewhere, one.unopened, one.stopped)),
    ]


def _counts(group: HintGroup | None) -> tuple[str, str]:
    return (str(group.fixed), str(group.count)) if group else ("0", "0")


def hints_as_json(assignment: Assignment, found: Retries, made: Sequence[Effect]) -> dict[str, Any]:
    """Return what hints did, for programs."""
    return {
        "schema_version": SCHEMA_VERSION,
        "assignment": assignment.name,
        "retries": len(found.retries),
        "students": len({one.student for one in found.retries}),
        "unread": found.unread,
        "least_of_each": effects.least_of_each(),
        "sentence": sentence_of(made),
        "cannot_tell": list(CANNOT_TELL),
        "hints": [dict(_fields_of(one)) for one in made],
    }


def _fields_of(one: Effect) -> Iterator[tuple[str, Any]]:
    hint, there = one.hint, one.difference
    yield "problem", hint.problem if hint else None
    yield "mistake", hint.mistake if hint else None
    yield "kind", hint.kind.value if hint else None
    yield "title", hint.title if hint else TOGETHER
    yield "hint", hint.text if hint else None
    for name, group in (("with", one.with_it), ("without", one.without)):
        yield name, group and {"fixed": group.fixed, "count": group.count, "share": group.share.value}
    yield "without_by", {why.value: one.reasons[why] for why in Without}
    yield "difference", there and {"value": there.value, "low": there.low, "high": there.high}
    yield "p_holm", one.adjusted
    yield "finding", one.finding
    yield "refused", one.refused or None
    yield "left_out", {"other_attempts": one.elsewhere, "unopened": one.unopened, "last_attempts": one.stopped}


def _page(assignment: Assignment, found: Retries, made: Sequence[Effect]) -> str:
    return report_page(
        TEMPLATES,
        "hints.html.j2",
        "comparison.css",
        assignment=assignment,
        found=found,
        students=len({one.student for one in found.retries}),
        sentence=sentence_of(made),
        told=[one for one in made if one.finding in (HintFinding.MORE, HintFinding.LESS)],
        # What can be told first, then what most is known of.
        rows=sorted(made, key=lambda one: (one.hint is not None, one.finding is None, -_known(one))),
        together=TOGETHER,
        reach=reach(one.difference for one in made),
        least=effects.least_of_each(),
        worth=effects.WORTH,
        level=LEVEL,
        cannot_tell=CANNOT_TELL,
        reasons=Without,
        more=HintFinding.MORE,
        nothing=HintFinding.NONE,
        signed=signed,
    )


def _known(one: Effect) -> int:
    return sum(group.count for group in (one.with_it, one.without) if group) or one.elsewhere
