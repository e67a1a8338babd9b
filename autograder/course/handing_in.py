"""Reads the rules of handing in, ``handing_in.toml`` beside ``nbgrader_config.py``, and applies them.

``docs/reference/handing-in-rules.md`` tells how the file is written. Times are local times of a named zone there, and
aware here. Nothing here looks at a clock, a database or a folder of submissions: who asks says what time it is, and
what was handed in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from autograder.course.assignment import assignment_names
from autograder.course.course import Course, CourseError
from autograder.course.settings_words import meant, read_toml
from autograder.i18n.messages import Message, say

# Beside nbgrader_config.py; a course without it has no rules.
RULES_FILE = "handing_in.toml"

# What "late" is counted in. A late day ends 24 hours after it began, also where clocks are put back or forward: all
# that nbgrader knows of a hand-in is how many seconds it is late.
DAY = 24 * 60 * 60.0
KEYS = (
    "opens", "due", "late_days", "penalty_per_day", "grace_minutes", "attempts_per_day", "attempts_in_all",
    "counts", "shows", "hints_from_attempt",
)  # fmt: skip
# The largest number that a rule may have: times stay within what calendars know.
MOST = 10_000
ZONE_MISSING = 'write zone at the top of the file, such as zone = "Asia/Shanghai"'


class Counts(StrEnum):
    """Which attempt counts: the last, the one with the most points after penalty, or the one that the student chose."""

    LAST = "last"
    BEST = "best"
    CHOSEN = "chosen"


class Shows(StrEnum):
    """What students see of a marked attempt, and when.

    ``at_once``: all. ``after_due``: nothing but that it was marked, until the student can hand in no more; then all.
    ``counts_only``: points and how many tests passed, and never which ones.
    """

    AT_ONCE = "at_once"
    AFTER_DUE = "after_due"
    COUNTS_ONLY = "counts_only"


@dataclass(frozen=True)
class Rules:
    """The rules of handing in one assignment. The defaults are those of an assignment without an entry.

    Attributes:
        opens: Nothing is taken before; None: it is open.
        due: What comes later is late; None: nothing is ever late.
        zone: The name of the time zone in which days begin and times are said.
        late_days: How many days after `due` hand-ins are still taken.
        penalty_per_day: The share of a hand-in's points that each late day that has begun costs, between 0 and 1.
        grace_minutes: What comes so soon after `due`, or after the end of a late day, counts as before it.
        per_day: Attempts in one day of the zone; None: as many as one likes.
        in_all: Attempts in all; None: as many as one likes.
        counts: Which attempt counts.
        shows: What students see, and when.
        hints: The attempt from which on hints are shown; None: as ``assignment.toml`` says.
    """

    opens: datetime | None = None
    due: datetime | None = None
    zone: str = "UTC"
    late_days: int = 0
    penalty_per_day: float = 0.0
    grace_minutes: int = 0
    per_day: int | None = None
    in_all: int | None = None
    counts: Counts = Counts.LAST
    shows: Shows = Shows.AT_ONCE
    hints: int | None = None

    @property
    def tz(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.zone)

    def due_for(self, extended_due: datetime | None) -> datetime | None:
        """Return when a student's hand-in is due; an extension that ends before the due time shortens nothing."""
        if self.due is None or extended_due is None:
            return self.due
        return max(self.due, extended_due)

    def closes(self, extended_due: datetime | None = None) -> datetime | None:
        """Return the last moment at which something is taken from a student; None when it never closes."""
        due = self.due_for(extended_due)
        if due is None:
            return None
        return due.astimezone(UTC) + timedelta(seconds=self.late_days * DAY, minutes=self.grace_minutes)


@dataclass(frozen=True)
class Lateness:
    """How late something is.

    Attributes:
        seconds: Seconds after the due time; 0 within the time of grace.
        days: Late days that have begun.
        penalty: The share of its points that it loses, between 0 and 1.
        accepted: Whether it is taken at all.
    """

    seconds: float = 0.0
    days: int = 0
    penalty: float = 0.0
    accepted: bool = True


class Why(StrEnum):
    """Why nothing is taken at the moment."""

    NOT_OPEN = "not_open"
    CLOSED = "closed"
    TOO_MANY_TODAY = "too_many_today"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Refusal:
    """Why nothing is taken from a student at the moment.

    Attributes:
        why: The reason.
        text: The reason for the student, with what can be done.
        again_at: When it is possible again; None when it will not be.
    """

    why: Why
    text: Message
    again_at: datetime | None = None


class Marked(NamedTuple):
    """An attempt that something is known of, for `which_counts`.

    Attributes:
        id: Its id.
        number: 1 for the student's first.
        received_at: When it came.
        score: Its automatic points before any penalty; None when it was refused, or is not marked yet.
        refused: Whether it was refused.
        chosen_at: When its student chose it; None when not.
    """

    id: str
    number: int
    received_at: datetime
    score: float | None = None
    refused: bool = False
    chosen_at: datetime | None = None


class Shown(NamedTuple):
    """What a student sees of a marked attempt.

    Attributes:
        scores: Points, in all and by problem, and how many tests passed.
        verdicts: Which tests passed.
        feedback: The feedback page.
        hints: The hints in it.
    """

    scores: bool
    verdicts: bool
    feedback: bool
    hints: bool


def lateness(rules: Rules, received_at: datetime, extended_due: datetime | None = None) -> Lateness:
    """Return how late a hand-in is that came at a time.

    Args:
        rules: The assignment's.
        received_at: When it came, by the server's clock.
        extended_due: The due time that this student was given; None without an extension.
    """
    due = rules.due_for(extended_due)
    return (
        Lateness()
        if due is None
        else late_by(rules, (received_at.astimezone(UTC) - due.astimezone(UTC)).total_seconds())
    )


def late_by(rules: Rules, seconds: float) -> Lateness:
    """Return how late a hand-in is that came ``seconds`` after the due time."""
    counted = seconds - 60 * rules.grace_minutes
    if counted <= 0:
        return Lateness()
    days = math.ceil(counted / DAY)
    return Lateness(seconds, days, min(1.0, days * rules.penalty_per_day), days <= rules.late_days)


def may_hand_in(
    rules: Rules, now: datetime, earlier: Sequence[datetime], extended_due: datetime | None = None
) -> Refusal | None:
    """Return why nothing is taken from a student now; None when an attempt is taken.

    Args:
        rules: The assignment's.
        now: The time, by the server's clock.
        earlier: When those attempts of the student's came that cost one: see `costs`.
        extended_due: The due time that this student was given; None without an extension.
    """
    closes = rules.closes(extended_due)
    if rules.opens is not None and now < rules.opens:
        text = say("Handing in opens at {time}.", time=said_time(rules, rules.opens))
        return Refusal(Why.NOT_OPEN, text, rules.opens)
    if closes is not None and now > closes:
        text = say(
            "Handing in closed at {time}. Ask your instructor if you need an extension.", time=said_time(rules, closes)
        )
        return Refusal(Why.CLOSED, text)
    if rules.in_all is not None and len(earlier) >= rules.in_all:
        return Refusal(Why.TOO_MANY, say("You have used all of your attempts: {count} of {count}.", count=rules.in_all))
    if rules.per_day is not None:
        today, tomorrow = day_of(rules, now)
        if sum(today <= one < tomorrow for one in earlier) >= rules.per_day:
            text = say(
                "You have used all of today's attempts: {count} of {count}. You can hand in again from {time}.",
                count=rules.per_day,
                time=said_time(rules, tomorrow),
            )
            again = tomorrow if closes is None or tomorrow <= closes else None
            if again is None:
                text = say(
                    "You have used all of today's attempts: {count} of {count}. Handing in closes today.",
                    count=rules.per_day,
                )
            return Refusal(Why.TOO_MANY_TODAY, text, again)
    return None


def costs(*, refused: bool, system_fault: bool) -> bool:
    """Return whether an attempt counts against the limits on attempts.

    Neither one that was refused as it could not be read, nor one on which the grader failed. One that waits or is being
    marked does, so that nobody hands in faster than is marked; when it is refused then, it is given back.
    """
    return not refused and not system_fault


def left(rules: Rules, now: datetime, earlier: Sequence[datetime]) -> tuple[int | None, int | None]:
    """Return how many attempts a student has left today and in all; None where there is no limit."""
    in_all = None if rules.in_all is None else max(0, rules.in_all - len(earlier))
    if rules.per_day is None:
        return None, in_all
    today, tomorrow = day_of(rules, now)
    left_today = max(0, rules.per_day - sum(today <= one < tomorrow for one in earlier))
    return left_today if in_all is None else min(left_today, in_all), in_all


def which_counts(rules: Rules, attempts: Iterable[Marked], extended_due: datetime | None = None) -> str | None:
    """Return the id of the attempt that counts; None when there is none.

    Those that came too late to be taken, after what extensions are now, never count. While a newer attempt waits to be
    marked, an older one counts; a refused one counts only where nothing was marked. Of attempts with the same points
    after penalty the newest is the best: the answer to a written question may have become better.
    """
    late = {one: lateness(rules, one.received_at, extended_due) for one in attempts}
    taken = sorted((one for one in late if late[one].accepted), key=lambda one: one.number)
    marked = [one for one in taken if one.score is not None and not one.refused]
    if not marked:
        refused = [one for one in taken if one.refused]
        return refused[-1].id if refused else None
    match rules.counts:
        case Counts.BEST:
            return max(marked, key=lambda one: (round((one.score or 0.0) * (1 - late[one].penalty), 4), one.number)).id
        case Counts.CHOSEN if chosen := [one for one in marked if one.chosen_at is not None]:
            return max(chosen, key=lambda one: (one.chosen_at, one.number)).id
    return marked[-1].id


def what_shows(rules: Rules, now: datetime, extended_due: datetime | None = None, number: int = 1) -> Shown:
    """Return what a student sees of a marked attempt.

    Why an attempt was refused is shown at once, whatever the rules: without it nobody can hand in again.

    Args:
        rules: The assignment's.
        now: The time, by the server's clock.
        extended_due: The due time that this student was given; None without an extension.
        number: 1 for the student's first attempt.
    """
    closes = rules.closes(extended_due)
    if rules.shows is Shows.COUNTS_ONLY:
        return Shown(scores=True, verdicts=False, feedback=False, hints=False)
    open_ = rules.shows is Shows.AT_ONCE or (closes is not None and now > closes)
    return Shown(open_, open_, open_, open_ and (rules.hints is None or number >= rules.hints))


def day_of(rules: Rules, now: datetime) -> tuple[datetime, datetime]:
    """Return when the day of a time begins and ends in the rules' zone; it has 23 or 25 hours when clocks change."""
    today = now.astimezone(rules.tz).date()
    # By the calendar: midnight plus 24 hours is not midnight when clocks change.
    begins, ends = (datetime.combine(day, time(), rules.tz) for day in (today, today + timedelta(days=1)))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def said_time(rules: Rules, at: datetime) -> str:
    """Return a time with its zone, for people of any language: ``2026-12-01 23:59 (Asia/Shanghai, UTC+08:00)``."""
    local = at.astimezone(rules.tz)
    seconds = ":%S" if local.second else ""
    offset = local.strftime("%z")
    zone = rules.zone if rules.zone == "UTC" else f"{rules.zone}, UTC{offset[:3]}:{offset[3:5]}"
    return f"{local.strftime(f'%Y-%m-%d %H:%M{seconds}')} ({zone})"


def sentences(rules: Rules, extended_due: datetime | None = None) -> list[Message]:
    """Return the rules as sentences for students, in the order in which they matter.

    Args:
        rules: The assignment's.
        extended_due: The due time that this student was given; None without an extension.
    """
    return [*_when(rules, extended_due), *_how_often(rules), *_what_then(rules, extended_due)]


def _when(rules: Rules, extended_due: datetime | None) -> Iterator[Message]:
    if rules.opens is not None:
        yield say("Handing in opens at {time}.", time=said_time(rules, rules.opens))
    due, closes = rules.due_for(extended_due), rules.closes(extended_due)
    if rules.due is None or due is None or closes is None:
        return
    yield say("It is due at {time}; the server's clock counts.", time=said_time(rules, rules.due))
    if due > rules.due:
        yield say("For you it is due at {time}: you have an extension.", time=said_time(rules, due))
    if rules.grace_minutes:
        yield say("What comes within {minutes} minutes after that is still in time.", minutes=rules.grace_minutes)
    if not rules.late_days:
        yield say("Nothing is taken after that.")
    elif rules.penalty_per_day:
        yield say(
            "You can hand in late until {time}; each late day of 24 hours that has begun costs {percent:g} % of your "
            "points.",
            time=said_time(rules, closes),
            percent=round(100 * rules.penalty_per_day, 2),
        )
    else:
        yield say("You can hand in late until {time}, at no cost.", time=said_time(rules, closes))


def _how_often(rules: Rules) -> Iterator[Message]:
    match rules.per_day, rules.in_all:
        case None, None:
            if rules.due is None and rules.opens is None:
                yield say("You can hand in at any time, as often as you like.")
            else:
                yield say("You can hand in as often as you like.")
            return
        case None, 1:
            yield say("You can hand in once.")
        case None, count:
            yield say("You can hand in {count} times in all.", count=count)
        case 1, None:
            yield say("You can hand in once a day. Days begin at midnight in {zone}.", zone=rules.zone)
        case count, None:
            yield say(
                "You can hand in {count} times a day. Days begin at midnight in {zone}.", count=count, zone=rules.zone
            )
        case 1, in_all:
            yield say(
                "You can hand in once a day and {in_all} times in all. Days begin at midnight in {zone}.",
                in_all=in_all,
                zone=rules.zone,
            )
        case per_day, in_all:
            yield say(
                "You can hand in {per_day} times a day and {in_all} times in all. Days begin at midnight in {zone}.",
                per_day=per_day,
                in_all=in_all,
                zone=rules.zone,
            )
    yield say("What cannot be read, and what the grader fails on, costs no attempt.")


def _what_then(rules: Rules, extended_due: datetime | None) -> Iterator[Message]:
    match rules.counts:
        case Counts.LAST:
            yield say("Your last attempt counts.")
        case Counts.BEST if rules.penalty_per_day:
            yield say("The attempt with the most points counts, after what lateness costs.")
        case Counts.BEST:
            yield say("The attempt with the most points counts.")
        case Counts.CHOSEN:
            yield say("The attempt that you choose counts, or your last one if you choose none.")
    closes = rules.closes(extended_due)
    if rules.shows is Shows.COUNTS_ONLY:
        yield say("You see your points and how many tests passed, and not which ones.")
    elif rules.shows is Shows.AFTER_DUE and closes is not None:
        yield say(
            "You see your points and feedback once you can hand in no more: after {time}.",
            time=said_time(rules, closes),
        )
    else:
        yield say("You see your points and feedback as soon as an attempt is marked.")
    if rules.hints is not None and rules.hints > 1 and rules.shows is not Shows.COUNTS_ONLY:
        yield say("Hints are shown from attempt {number} on.", number=rules.hints)


def read_rules(course: Course) -> dict[str, Rules]:
    """Return the rules of handing in, for each assignment; those without an entry have the defaults of `Rules`.

    Raises:
        CourseError: The file says something that is not known, or that cannot be.
    """
    file = course.root / RULES_FILE
    names = assignment_names(course)
    if not file.is_file():
        return {name: Rules() for name in names}
    said = read_toml(file)
    zone = said.pop("zone", None)
    if zone is not None:
        _check_zone(file, zone)
    read = {name: _Entry(file, name, entry, zone).rules() for name, entry in _entries(file, said, names)}
    return {name: read.get(name, Rules(zone=zone or "UTC")) for name in names}


def _entries(file: Path, said: Mapping[str, Any], names: Sequence[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    for name, entry in said.items():
        if not isinstance(entry, dict):
            raise CourseError(
                f"{file}: {name} stands above all tables, where only zone is known: move it below the table of its "
                f"assignment, such as [{names[0]}]"
            )
        if name not in names:
            raise CourseError(f"{file}: there is no assignment [{name}]: there are {', '.join(names)}")
        yield name, entry


def _check_zone(file: Path, zone: object) -> None:
    known = available_timezones()
    if zone in known:
        return
    close = get_close_matches(str(zone), known, 3) or ["Asia/Shanghai", "America/Los_Angeles", "UTC"]
    raise CourseError(
        f"{file}: zone is {zone!r}, which is no name of a time zone: write one of the IANA database, such as "
        f"{', '.join(close)}"
    )


class _Entry:
    """The table of one assignment in the file, as it was read.

    Args:
        file: The file, for errors.
        name: The assignment's.
        said: What the table says.
        zone: The zone that the file names; None when it names none.
    """

    def __init__(self, file: Path, name: str, said: Mapping[str, Any], zone: str | None) -> None:
        self._file, self._name, self._said, self._zone = file, name, said, zone
        for key in said:
            if key not in KEYS:
                raise self._error(key, f"is not known: {meant(key, KEYS)}")

    def rules(self) -> Rules:
        """Return the rules.

        Raises:
            CourseError: A value is not right, or two of them contradict each other.
        """
        rules = Rules(
            opens=self._time("opens", fold=0),
            # When clocks are put back, an hour comes twice: the second one is meant, for the students' sake.
            due=self._time("due", fold=1),
            zone=self._zone or "UTC",
            late_days=self._whole("late_days", 0) or 0,
            penalty_per_day=self._share("penalty_per_day"),
            grace_minutes=self._whole("grace_minutes", 0) or 0,
            per_day=self._whole("attempts_per_day", 1),
            in_all=self._whole("attempts_in_all", 1),
            counts=Counts(self._one_of("counts", Counts, Counts.LAST)),
            shows=Shows(self._one_of("shows", Shows, Shows.AT_ONCE)),
            hints=self._whole("hints_from_attempt", 1),
        )
        self._check_together(rules)
        return rules

    def _check_together(self, rules: Rules) -> None:
        if rules.due is None:
            for key in ("late_days", "penalty_per_day", "grace_minutes"):
                if self._said.get(key):
                    raise self._error(key, "needs a due time: add due, or take it out")
            if rules.shows is Shows.AFTER_DUE:
                raise self._error("shows", 'is "after_due", and there is no due time: add due, or write "at_once"')
        elif rules.opens is not None and rules.opens >= rules.due:
            raise self._error("opens", "is not before due: nobody could hand in; change one of the two")
        if rules.penalty_per_day and not rules.late_days:
            raise self._error("penalty_per_day", "costs nobody anything while late_days is 0: set late_days too")
        if rules.per_day is not None and self._zone is None:
            raise self._error("attempts_per_day", f"needs to know when a day begins: {ZONE_MISSING}")
        if rules.in_all is None:
            return
        for key, value in (("attempts_per_day", rules.per_day), ("hints_from_attempt", rules.hints)):
            if value is not None and value > rules.in_all:
                raise self._error(key, f"is {value}, more than attempts_in_all, {rules.in_all}: change one of the two")

    def _error(self, key: str, text: str) -> CourseError:
        return CourseError(f"{self._file}: [{self._name}] {key} {text}")

    def _wrong(self, key: str, expected: str) -> CourseError:
        return self._error(key, f"is {_as_toml(self._said[key])}: write {expected}")

    def _time(self, key: str, fold: int) -> datetime | None:
        value = self._said.get(key)
        if value is None:
            return None
        example = "a local date and time, such as 2026-12-01T23:59:00"
        if not isinstance(value, datetime):
            quotes = ", without quotes" if isinstance(value, str) else ""
            raise self._wrong(key, example + quotes)
        if value.tzinfo is not None:
            raise self._wrong(key, f"{example}, without an offset: zone names the time zone")
        if self._zone is None:
            raise self._error(key, f"is a local time of no place: {ZONE_MISSING}")
        local = value.replace(tzinfo=ZoneInfo(self._zone))
        there = local.astimezone(UTC).astimezone(local.tzinfo)
        if there.replace(tzinfo=None) != value:
            raise self._error(
                key,
                f"is {value}, a time that {self._zone} does not have, as clocks are put forward: write {there:%H:%M}",
            )
        return local.replace(fold=fold).astimezone(UTC)

    def _whole(self, key: str, least: int) -> int | None:
        value = self._said.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MOST:
            raise self._wrong(key, f"a whole number from {least} to {MOST}")
        return value

    def _share(self, key: str) -> float:
        value = self._said.get(key, 0.0)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise self._wrong(key, "a share of the points between 0 and 1; 0.1 takes a tenth for each day")
        return float(value)

    def _one_of(self, key: str, known: type[StrEnum], default: StrEnum) -> str:
        value = self._said.get(key, default)
        if value not in list(known):
            raise self._wrong(key, "one of " + ", ".join(f'"{one}"' for one in known))
        return str(value)


def _as_toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case date() | time():
            return value.isoformat()
    return str(value)
