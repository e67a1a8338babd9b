"""Compares two classes of one assignment: what got easier or harder, and which mistakes are made more or less often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from autograder.course.results import Basis, Kind, Record
from autograder.reports.class_data import ClassData, Row
from autograder.reports.comparison.earlier_class import EarlierClass
from autograder.reports.failure import WORDS, Failure
from autograder.reports.item_analysis import LEAST, Column, columns_of, tested
from autograder.reports.mistakes import Mistake, mistakes
from autograder.reports.shares import LEVEL, MeanShare, ShareDifference, holm, mean_share, share_difference

# A row of its own: all problems together.
TOTAL = "all problems of both"
UNNAMED = "it may have had no name then, and be among what was unknown"


class Trend(StrEnum):
    """What can be said of a share after all of its family have been looked at."""

    EASIER = "easier"
    HARDER = "harder"
    MORE = "more often"
    LESS = "less often"


@dataclass(frozen=True)
class Side:
    """What one class reached in one thing.

    Attributes:
        share: The mean share; None where there is none of it.
        points: The points that it carries; None for a mistake.
    """

    share: MeanShare | None
    points: float | None = None


@dataclass(frozen=True)
class Compared:
    """One thing in both classes.

    Attributes:
        problem: The problem that it belongs to.
        name: A problem's name, a test's id or a mistake's name.
        title: What it looks at, or what the code does.
        earlier: In the earlier class.
        now: In the later one.
        difference: The later share less the earlier one; None where it is refused.
        refused: Why it is; empty where it is not.
        adjusted: Its p-value, corrected for all of its family; None where there is none.
        trend: What counts; None for next to all where nothing has changed.
        remark: What else has to be known of it.
    """

    problem: str
    name: str
    title: str
    earlier: Side
    now: Side
    difference: ShareDifference | None = None
    refused: str = ""
    adjusted: float | None = None
    trend: Trend | None = None
    remark: str = ""


@dataclass(frozen=True)
class Alone:
    """What only one of two classes had.

    Attributes:
        problem: The problem.
        name: A test's id; the problem's name where it is a whole problem.
        title: What it looks at.
        year: ``earlier`` or ``now``.
        side: What that class reached.
    """

    problem: str
    name: str
    title: str
    year: str
    side: Side


@dataclass(frozen=True)
class TwoYears:
    """Two classes of one assignment.

    Attributes:
        earlier: What the earlier one is.
        sizes: How many submissions of each could be marked: the earlier class's, and the later one's.
        both: How many students are in both.
        manual: Whether both have points that people gave.
        problems: The problems of both; all together first.
        tests: Their tests.
        mistakes: What was behind wrong answers in either.
        alone: Problems and tests of one of them.
        facts: What differs between the two markings.
    """

    earlier: str
    sizes: tuple[int, int]
    both: int
    manual: bool
    problems: list[Compared]
    tests: list[Compared]
    mistakes: list[Compared]
    alone: list[Alone]
    facts: list[str]

    @property
    def changed(self) -> list[Compared]:
        """What counts, whatever it is."""
        return [one for one in (*self.problems, *self.tests, *self.mistakes) if one.trend is not None]


def two_years(earlier: EarlierClass, now: ClassData) -> TwoYears:
    """Return the comparison of two classes.

    Args:
        earlier: The earlier class.
        now: The later one.
    """
    before, after = tested(earlier.records), tested(now.records)
    problems, alone = _problems(earlier, now)
    tests, tests_alone = _tests(before, after)
    return TwoYears(
        earlier=earlier.name,
        sizes=(len(before), len(after)),
        both=sum(one is not None and other is not None for one, other in earlier.pairs(now).values()),
        manual=earlier.gradebook,
        problems=_judged(problems, (Trend.EASIER, Trend.HARDER)),
        tests=_judged(tests, (Trend.EASIER, Trend.HARDER)),
        mistakes=_judged(_mistakes(now, before, after), (Trend.MORE, Trend.LESS)),
        alone=[*alone, *(one for one in tests_alone if one.problem not in {whole.problem for whole in alone})],
        facts=marking_differences(before, after),
    )


def _problems(earlier: EarlierClass, now: ClassData) -> tuple[list[Compared], list[Alone]]:
    before, after = by_problem(earlier.rows), by_problem(now.rows)
    order = [*after, *(name for name in before if name not in after)]
    compared = [
        Compared(name, name, name, before[name], after[name]) for name in order if name in before and name in after
    ]
    alone = [
        Alone(name, name, name, "now" if name in after else "earlier", after.get(name) or before[name])
        for name in order
        if (name in before) != (name in after)
    ]
    names = [one.name for one in compared]
    if len(names) > 1:
        first, second = (Side(total_share(rows, names)) for rows in (earlier.rows, now.rows))
        compared.insert(0, Compared("", TOTAL, TOTAL, first, second))
    return compared, alone


def by_problem(rows: Iterable[Row]) -> dict[str, Side]:
    """Return what a class reached in each problem in which somebody has points; rejected submissions are left out."""
    shares: dict[str, list[float]] = {}
    most: dict[str, float] = {}
    for row in _marked(rows):
        for name, cell in row.marks.items():
            if cell.score is not None and cell.max_score:
                shares.setdefault(name, []).append(_within(cell.score / cell.max_score))
                most[name] = cell.max_score
    return {name: Side(mean_share(found), most[name]) for name, found in shares.items()}


def total_share(rows: Iterable[Row], names: Sequence[str]) -> MeanShare | None:
    """Return the mean share of the points of some problems together, as far as they are marked."""
    totals = []
    for row in _marked(rows):
        cells = [row.marks[name] for name in names if name in row.marks]
        marked = [(cell.score, cell.max_score) for cell in cells if cell.score is not None]
        if most := sum(maximum for _, maximum in marked):
            totals.append(_within(sum(score for score, _ in marked) / most))
    return mean_share(totals)


def _marked(rows: Iterable[Row]) -> Iterator[Row]:
    return (row for row in rows if tested([row.record]))


def _within(share: float) -> float:
    """Return a share within 0 and 1: extra credit can give more than all points."""
    return min(1.0, max(0.0, share))


def _tests(before: Sequence[Record], after: Sequence[Record]) -> tuple[list[Compared], list[Alone]]:
    earlier, now = ({column.test.id: column for column in columns_of(records)} for records in (before, after))
    compared, alone = [], []
    for test in dict.fromkeys([*now, *earlier]):
        column = now.get(test) or earlier[test]
        title = str(column.test.title)
        if test in earlier and test in now:
            compared.append(Compared(column.problem, test, title, _side(earlier[test]), _side(now[test])))
        else:
            year = "now" if test in now else "earlier"
            alone.append(Alone(column.problem, test, title, year, _side(column)))
    return compared, alone


def _side(column: Column) -> Side:
    return Side(mean_share(column.shares), column.test.max_score)


@dataclass
class _Made:
    """A mistake in one class: whose, what it is called, and whether the catalogue has it."""

    title: str
    known: bool
    students: set[str]


def _mistakes(now: ClassData, before: Sequence[Record], after: Sequence[Record]) -> list[Compared]:
    earlier, later = (_made(mistakes(now.assignment, records)) for records in (before, after))
    among = [_looked_at(records) for records in (before, after)]
    compared = []
    for key in dict.fromkeys([*later, *earlier]):
        problem, name = key
        if problem in among[0] and problem in among[1]:
            one = later.get(key) or earlier[key]
            sides = [
                _showing(found.get(key), people[problem]) for found, people in zip((earlier, later), among, strict=True)
            ]
            # The catalogue of mistakes grows: one of today's was unknown to who marked then.
            remark = UNNAMED if one.known and key not in earlier else ""
            compared.append(Compared(problem, name, one.title, sides[0], sides[1], remark=remark))
    return compared


def _made(behind: Iterable[Mistake]) -> dict[tuple[str, str], _Made]:
    """Return the mistakes of a class by problem and name; those without a name by their kind of failure, together."""
    found: dict[tuple[str, str], _Made] = {}
    for one in behind:
        title = one.title if one.kind else WORDS[Failure(one.name)]
        made = found.setdefault((one.problem, one.name), _Made(title, one.kind is Kind.MISCONCEPTION, set()))
        made.students.update(one.students)
    return found


def _showing(made: _Made | None, among: Sequence[str]) -> Side:
    """Return how many of those in whose answers a mistake could be found have made it."""
    return Side(mean_share([float(made is not None and student in made.students) for student in among]))


def _looked_at(records: Iterable[Record]) -> dict[str, list[str]]:
    """Return whose answers to each problem a mistake could be found in: not where the grader failed, or nothing ran."""
    found: dict[str, list[str]] = {}
    for record in records:
        for result in record.problems:
            if not result.unresolved and not any(test.basis is Basis.SHARE for test in result.tests):
                found.setdefault(result.id, []).append(record.student)
    return found


def _judged(family: Sequence[Compared], trends: tuple[Trend, Trend]) -> list[Compared]:
    """Return a family with the intervals of its differences, and with what counts when all are looked at together.

    Args:
        family: Things of one kind.
        trends: What more of them means, and what less.
    """
    measured = [_measured(one) for one in family]
    adjusted = iter(holm([one.difference.chance for one in measured if one.difference]))
    return [_with_trend(one, next(adjusted), trends) if one.difference else one for one in measured]


def _with_trend(one: Compared, adjusted: float, trends: tuple[Trend, Trend]) -> Compared:
    more, less = trends
    up = one.difference is not None and one.difference.value > 0
    return replace(one, adjusted=adjusted, trend=(more if up else less) if adjusted < LEVEL else None)


def _measured(one: Compared) -> Compared:
    earlier, now = one.earlier.share, one.now.share
    if earlier is None or now is None:
        return replace(one, refused="nobody has any yet")
    if min(earlier.count, now.count) < LEAST:
        return replace(one, refused=f"fewer than {LEAST} hand-ins")
    return replace(one, difference=share_difference(earlier, now))


# What differs between two markings of a whole class, each with what a record says of it.
MARKED_WITH: Mapping[str, Callable[[Record], str]] = {
    "hidden tests": lambda record: record.tests_sha256[:8],
    "version of the kit": lambda record: record.kit_version,
    "salt": lambda record: record.salt_fingerprint,
    "packages": lambda record: ", ".join(f"{name} {version}" for name, version in sorted(record.environment.items())),
}


def marking_differences(before: Sequence[Record], after: Sequence[Record]) -> list[str]:
    """Return what two classes were marked with, where it differs; nothing of what one of them does not say."""
    told = []
    for what, of in MARKED_WITH.items():
        sides = [sorted({of(record) for record in records} - {""}) for records in (before, after)]
        if all(sides) and sides[0] != sides[1]:
            told.append(f"{what}: {' and '.join(sides[0])} → {' and '.join(sides[1])}")
    return told
