"""Writes what a class is compared with: a page, tables and JSON, for two runs of one class or for two classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from autograder.course.course import CourseError
from autograder.course.score import points
from autograder.grading.what_if import moved, reasons, short_name
from autograder.reports import item_analysis
from autograder.reports.class_data import ClassData
from autograder.reports.comparison.earlier_class import earlier_class
from autograder.reports.comparison.regrade import Regrade, regrade
from autograder.reports.comparison.two_years import TOTAL, Alone, Compared, Trend, TwoYears, two_years
from autograder.reports.files import TEMPLATES, json_text, report_page
from autograder.reports.shares import LEVEL, MeanShare, reach
from autograder.reports.tables import csv_table, difference_cells, signed

# So many tests of one problem are named; tests of an assignment are fewer.
TESTS_NAMED = 100


@dataclass(frozen=True)
class ComparisonFiles:
    """What came of a comparison.

    Attributes:
        page: The name of its page.
        texts: All of its files' texts, by name; the page first.
        sentence: What it comes to.
    """

    page: str
    texts: dict[str, str]
    sentence: str


def compare_classes(data: ClassData, against: str, *, years: bool = False) -> ComparisonFiles:
    """Return the comparison of a class with what a text names.

    Args:
        data: The class.
        against: See `autograder.reports.comparison.earlier_class.earlier_class`.
        years: Whether it is another class, although ids recur in it.

    Raises:
        CourseError: There is nothing of that name, or it cannot be compared with this class.
        RecordError: A record is damaged, or of another version of the kit.
    """
    now = {data.people[row.student]: row.record for row in data.rows}
    records = [msgspec.structs.replace(record, student=student) for student, record in now.items()]
    earlier = earlier_class(data.assignment, against, records)
    if earlier.run and years:
        raise CourseError(f"{against} is a run of this class, and no other class: leave --years out")
    if years or not earlier.is_of(data):
        return _of_years(two_years(earlier, data), data)
    return _of_regrade(regrade(earlier, data), data)


# Two runs.


def _of_regrade(found: Regrade, data: ClassData) -> ComparisonFiles:
    texts = {
        "regrade.html": _page(
            "regrade.html.j2",
            found,
            data,
            found.sentence,
            anonymous=data.anonymous,
            titles={test.id: test.title for tests in data.tests.values() for test in tests},
            moved=moved,
            reasons=lambda change: reasons(change, TESTS_NAMED),
        ),
        "regrade.csv": csv_table(REGRADE_COLUMNS, regrade_lines(found)),
        "regrade_tests.csv": csv_table(
            ["problem", "test", "more", "less", "other"],
            ((one.problem, one.id, one.more, one.less, one.other) for one in found.tests),
        ),
        "regrade.json": _json(found, data, {"sentence": found.sentence, "tests": found.tests, "causes": found.causes}),
    }
    return ComparisonFiles("regrade.html", texts, found.sentence)


REGRADE_COLUMNS = [
    *("student", "name", "score_before", "score_now", "problem", "before", "now", "a_persons", "kept", "gained_by"),
    *("lost_by", "other_verdict", "why"),
]


def regrade_lines(found: Regrade) -> Iterator[list[Any]]:
    """Yield a line for each problem of each student that came to something else, and for a total that moved alone."""
    for one in found.students:
        who = [one.student, one.name, points(one.before), points(one.after)]
        why = "; ".join(one.causes)
        if not one.changes:
            yield [*who, "", "", "", "", "", "", "", "", why]
        for change in one.changes:
            tests: dict[int, list[str]] = {1: [], -1: [], 0: []}
            for test in change.tests:
                tests[(test.gain > 0) - (test.gain < 0)].append(short_name(test.id))
            yield [
                *who,
                change.problem,
                *("" if score is None else points(score) for score in (change.old, change.new, change.override)),
                "yes" if change.kept else "",
                *(" ".join(names) for names in tests.values()),
                why,
            ]


# Two years.


def _of_years(found: TwoYears, data: ClassData) -> ComparisonFiles:
    sentence = years_sentence(found)
    compared = (*found.problems, *found.tests, *found.mistakes)
    texts = {
        "years.html": _page(
            "years.html.j2",
            found,
            data,
            sentence,
            analysis_rules=item_analysis,
            level=LEVEL,
            reach=reach(one.difference for one in compared),
        ),
        "years.csv": csv_table(YEARS_COLUMNS, years_lines(found)),
        "years.json": _json(found, data, {}),
    }
    return ComparisonFiles("years.html", texts, sentence)


def years_sentence(found: TwoYears) -> str:
    """Return what a comparison of two years comes to."""
    then, now = found.sizes
    problems = [one for one in found.problems if one.name != TOTAL]
    harder = _told([*problems, *found.tests], (Trend.EASIER, Trend.HARDER))
    oftener = _told(found.mistakes, (Trend.MORE, Trend.LESS))
    return f"{then} hand-ins then, {now} now. Problems and tests: {harder}. Mistakes: {oftener}."


def _told(family: Sequence[Compared], trends: Sequence[Trend]) -> str:
    counts = [f"{count} {trend}" for trend in trends if (count := sum(one.trend is trend for one in family))]
    return ", ".join(counts) or "none that counts"


YEARS_COLUMNS = [
    *("what", "problem", "name", "title", "in", "points_then", "points_now", "share_then", "hand_ins_then"),
    *("share_now", "hand_ins_now", "difference", "low", "high", "p_holm", "trend", "remark"),
]


def years_lines(found: TwoYears) -> Iterator[list[Any]]:
    """Yield a line for each thing that was compared, and for each that one class alone had."""
    for what, family in (("problem", found.problems), ("test", found.tests), ("mistake", found.mistakes)):
        for one in family:
            yield [what, one.problem, one.name, one.title, "both", *_numbers(one)]
    for alone in found.alone:
        yield ["problem" if alone.name == alone.problem else "test", *_alone(alone)]


def _numbers(one: Compared) -> list[Any]:
    return [
        *(_number(one.earlier.points), _number(one.now.points)),
        *_share(one.earlier.share),
        *_share(one.now.share),
        *difference_cells(one.difference),
        "" if one.adjusted is None else f"{one.adjusted:.4g}",
        one.trend or "",
        one.refused or one.remark,
    ]


def _alone(one: Alone) -> list[Any]:
    side, nothing = [_number(one.side.points), *_share(one.side.share)], ["", "", ""]
    then, now = (side, nothing) if one.year == "earlier" else (nothing, side)
    numbers = [then[0], now[0], *then[1:], *now[1:]]
    return [one.problem, one.name, one.title, "then" if one.year == "earlier" else "now", *numbers, *[""] * 6]


def _number(value: float | None) -> str:
    return "" if value is None else points(value)


def _share(share: MeanShare | None) -> tuple[str, str]:
    return ("", "") if share is None else (f"{share.value:.4f}", str(share.count))


# Both.


def _page(template: str, found: Regrade | TwoYears, data: ClassData, sentence: str, **more: Any) -> str:
    return report_page(
        TEMPLATES,
        template,
        "comparison.css",
        found=found,
        assignment=data.assignment,
        sentence=sentence,
        short_name=short_name,
        signed=signed,
        **more,
    )


def _json(found: Regrade | TwoYears, data: ClassData, more: dict[str, Any]) -> str:
    about = {"assignment": data.assignment.name, "anonymous": data.anonymous}
    told = about | msgspec.to_builtins(found) | msgspec.to_builtins(more)
    return json_text(told)
