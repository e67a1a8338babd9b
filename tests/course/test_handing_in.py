"""The rules of handing in: read with errors that help, in local time, and the same for everybody who asks."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from autograder.course import handing_in
from autograder.course.course import Course, CourseError
from autograder.course.handing_in import (
    Counts,
    Marked,
    Rules,
    Shows,
    Why,
    costs,
    day_of,
    lateness,
    left,
    may_hand_in,
    read_rules,
    said_time,
    sentences,
    what_shows,
    which_counts,
)
from autograder.i18n.catalogue import catalogue

DUE = datetime(2026, 12, 1, 15, 59, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FULL = """
zone = "Asia/Shanghai"

[arithmetic]
opens = 2026-11-01T08:00:00
due = 2026-12-01T23:59:00
late_days = 3
penalty_per_day = 0.1
grace_minutes = 5
attempts_per_day = 5
attempts_in_all = 30
counts = "best"
shows = "after_due"
hints_from_attempt = 2
"""


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Return a function that reads the rules in a text."""
    monkeypatch.setattr(handing_in, "assignment_names", lambda _course: ["arithmetic", "geometry"])

    def read(text):
        (tmp_path / "handing_in.toml").write_text(text, encoding="utf-8")
        return read_rules(Course(tmp_path))["arithmetic"]

    return read


def test_a_file_says_all_rules(read):
    assert read(FULL) == Rules(
        opens=datetime(2026, 11, 1, 0, tzinfo=UTC),
        due=DUE,
        zone="Asia/Shanghai",
        late_days=3,
        penalty_per_day=0.1,
        grace_minutes=5,
        per_day=5,
        in_all=30,
        counts=Counts.BEST,
        shows=Shows.AFTER_DUE,
        hints=2,
    )


def test_an_assignment_without_an_entry_is_open_and_never_due(read, tmp_path):
    assert read("[geometry]\nattempts_in_all = 3\n") == Rules()
    (tmp_path / "handing_in.toml").unlink()
    assert read_rules(Course(tmp_path)) == {"arithmetic": Rules(), "geometry": Rules()}


HEAD = 'zone = "Europe/Zurich"\n[arithmetic]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("due =", "is no TOML .*: mend that place"),
        ("\udc80", "is no TOML"),
        ("due = 2026-12-01T23:59:00", r"due stands above all tables, .* move it below .* such as \[arithmetic\]"),
        ("[algebra]\n", r"there is no assignment \[algebra\]: there are arithmetic, geometry"),
        ('zone = "Europe/Zurch"\n', "zone is 'Europe/Zurch', which is no name of a time zone: .* Europe/Zurich"),
        ("zone = 8\n", "zone is 8, which is no name of a time zone"),
        (HEAD + "deu = 2026-12-01T23:59:00", r"\[arithmetic\] deu is not known: did you mean due\?"),
        (HEAD + "xyz = 1", "xyz is not known: there are opens, due, late_days"),
        (HEAD + 'due = "2026-12-01T23:59:00"', 'due is "2026-12-01T23:59:00": write a local .* without quotes'),
        (HEAD + "due = 2026-12-01", "due is 2026-12-01: write a local date and time, such as 2026-12-01T23:59:00"),
        (HEAD + "due = 23:59:00", "due is 23:59:00: write a local date and time"),
        (HEAD + "due = 2026-12-01T23:59:00Z", "without an offset: zone names the time zone"),
        ("[arithmetic]\ndue = 2026-12-01T23:59:00", "due is a local time of no place: write zone at the top"),
        ("[arithmetic]\nattempts_per_day = 2", "attempts_per_day needs to know when a day begins: write zone"),
        (HEAD + "due = 2026-03-29T02:30:00", "a time that Europe/Zurich does not have, .*: write 03:30"),
        (HEAD + "due = 2026-12-01T23:59:00\nlate_days = -1", "late_days is -1: write a whole number from 0 to"),
        (HEAD + "due = 2026-12-01T23:59:00\nlate_days = 1.5", "late_days is 1.5: write a whole number"),
        (HEAD + "due = 2026-12-01T23:59:00\nlate_days = true", "late_days is true: write a whole number"),
        (HEAD + "due = 2026-12-01T23:59:00\nlate_days = 10_000_000", "late_days is 10000000: write a whole number"),
        (HEAD + "attempts_per_day = 0", "attempts_per_day is 0: write a whole number from 1 to"),
        (
            HEAD + "due = 2026-12-01T23:59:00\nlate_days = 1\npenalty_per_day = 10",
            "penalty_per_day is 10: write a share",
        ),
        (HEAD + "penalty_per_day = nan", "penalty_per_day is nan: write a share"),
        (HEAD + 'counts = "newest"', 'counts is "newest": write one of "last", "best", "chosen"'),
        (HEAD + "shows = 3", 'shows is 3: write one of "at_once", "after_due", "counts_only"'),
        (HEAD + "late_days = 2", "late_days needs a due time: add due, or take it out"),
        (HEAD + "grace_minutes = 2", "grace_minutes needs a due time"),
        (HEAD + 'shows = "after_due"', 'shows is "after_due", and there is no due time'),
        (HEAD + "opens = 2026-12-02T00:00:00\ndue = 2026-12-01T23:59:00", "opens is not before due: nobody could"),
        (HEAD + "due = 2026-12-01T23:59:00\npenalty_per_day = 0.1", "penalty_per_day costs nobody anything while late"),
        (HEAD + "attempts_per_day = 9\nattempts_in_all = 3", "attempts_per_day is 9, more than attempts_in_all, 3"),
        (HEAD + "hints_from_attempt = 4\nattempts_in_all = 3", "hints_from_attempt is 4, more than attempts_in_all"),
    ],
)
def test_an_error_names_the_key_and_what_to_do(tmp_path, read, text, message):
    if text == "\udc80":
        (tmp_path / "handing_in.toml").write_bytes(b"\x80")
        with pytest.raises(CourseError, match=message):
            read_rules(Course(tmp_path))
        return
    with pytest.raises(CourseError, match=message):
        read(text)


def test_an_hour_that_comes_twice_is_meant_for_the_students_sake(read):
    rules = read(HEAD + "opens = 2026-10-25T02:30:00\ndue = 2026-10-25T02:30:01")
    # Clocks go from 3 back to 2: the first time is summer time, two hours before UTC.
    assert rules.opens == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert rules.due == datetime(2026, 10, 25, 1, 30, 1, tzinfo=UTC)


LATE = Rules(due=DUE, late_days=2, penalty_per_day=0.2, grace_minutes=10)


@pytest.mark.parametrize(
    ("after", "seconds", "days", "penalty", "accepted"),
    [
        (-DAY, 0, 0, 0, True),
        (timedelta(0), 0, 0, 0, True),
        (10 * MINUTE, 0, 0, 0, True),
        (11 * MINUTE, 660, 1, 0.2, True),
        (DAY + 10 * MINUTE, 87_000, 1, 0.2, True),
        (DAY + 11 * MINUTE, 87_060, 2, 0.4, True),
        (2 * DAY + 10 * MINUTE, 173_400, 2, 0.4, True),
        (2 * DAY + 11 * MINUTE, 173_460, 3, pytest.approx(0.6), False),
        (9 * DAY, 777_600, 9, 1, False),
    ],
)
def test_a_late_day_costs_its_share_once_it_has_begun(after, seconds, days, penalty, accepted):
    late = lateness(LATE, DUE + after)
    assert (late.seconds, late.days, late.penalty, late.accepted) == (seconds, days, penalty, accepted)


def test_nothing_is_late_for_what_is_never_due():
    assert lateness(Rules(), DUE + 999 * DAY).accepted


def test_an_extension_moves_the_due_time_and_never_shortens_it():
    assert lateness(LATE, DUE + 3 * DAY, DUE + 3 * DAY).seconds == 0
    assert lateness(LATE, DUE + 3 * DAY + HOUR, DUE + 3 * DAY).penalty == 0.2
    assert lateness(LATE, DUE, DUE - DAY).seconds == 0
    assert LATE.closes(DUE + DAY) == DUE + 3 * DAY + 10 * MINUTE


def test_late_days_have_24_hours_where_clocks_change(read):
    rules = read(HEAD + "due = 2026-10-24T23:00:00\nlate_days = 1\npenalty_per_day = 0.5")
    assert rules.closes() == datetime(2026, 10, 25, 21, tzinfo=UTC)
    assert said_time(rules, rules.closes()) == "2026-10-25 22:00 (Europe/Zurich, UTC+01:00)"
    # A due time may be aware in its own zone, too.
    local = Rules(due=datetime(2026, 10, 24, 23, tzinfo=rules.tz), zone=rules.zone, late_days=1)
    assert (local.closes(), lateness(local, local.closes().astimezone(rules.tz)).seconds) == (rules.closes(), 86_400)


def test_nothing_is_taken_before_it_opens():
    refusal = may_hand_in(Rules(opens=DUE), DUE - MINUTE, [])
    assert (refusal.why, refusal.again_at) == (Why.NOT_OPEN, DUE)
    assert str(refusal.text) == "Handing in opens at 2026-12-01 15:59 (UTC)."
    assert may_hand_in(Rules(opens=DUE), DUE, []) is None


def test_nothing_is_taken_after_the_last_late_day_and_its_grace():
    assert may_hand_in(LATE, DUE + 2 * DAY + 10 * MINUTE, []) is None
    refusal = may_hand_in(LATE, DUE + 2 * DAY + 11 * MINUTE, [])
    assert (refusal.why, refusal.again_at) == (Why.CLOSED, None)
    assert "closed at 2026-12-03 16:09" in str(refusal.text)
    assert may_hand_in(LATE, DUE + 2 * DAY + 11 * MINUTE, [], DUE + DAY) is None


def test_attempts_are_counted_by_the_day_of_the_zone(read):
    rules = read('zone = "Asia/Shanghai"\n[arithmetic]\nattempts_per_day = 2')
    midnight = datetime(2026, 11, 30, 16, tzinfo=UTC)
    earlier = [midnight - MINUTE, midnight, midnight + HOUR]
    assert may_hand_in(rules, midnight - MINUTE, earlier) is None
    refusal = may_hand_in(rules, midnight + 2 * HOUR, earlier)
    assert (refusal.why, refusal.again_at) == (Why.TOO_MANY_TODAY, midnight + DAY)
    assert "You can hand in again from 2026-12-02 00:00 (Asia/Shanghai, UTC+08:00)" in str(refusal.text)
    assert may_hand_in(rules, midnight + DAY, earlier) is None
    assert left(rules, midnight + HOUR, earlier) == (0, None)
    assert left(rules, midnight + DAY, earlier) == (2, None)


def test_no_time_is_named_at_which_it_will_be_closed():
    rules = Rules(due=DUE, per_day=1)
    refusal = may_hand_in(rules, DUE - HOUR, [DUE - 2 * HOUR])
    assert (refusal.why, refusal.again_at) == (Why.TOO_MANY_TODAY, None)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-29", 24)])
def test_a_day_is_as_long_as_its_calendar_says(day, hours):
    begins, ends = day_of(Rules(zone="Europe/Zurich"), datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    assert ends - begins == hours * HOUR


def test_attempts_in_all_are_counted():
    rules = Rules(in_all=2, per_day=2)
    assert may_hand_in(rules, DUE, [DUE - 3 * DAY]) is None
    refusal = may_hand_in(rules, DUE, [DUE - 3 * DAY, DUE - 2 * DAY])
    assert (refusal.why, refusal.again_at) == (Why.TOO_MANY, None)
    assert left(rules, DUE, [DUE - 3 * DAY]) == (1, 1)


def test_what_was_refused_or_failed_by_the_graders_fault_costs_no_attempt():
    assert costs(refused=False, system_fault=False)
    assert not costs(refused=True, system_fault=False)
    assert not costs(refused=False, system_fault=True)


def attempt(number, score=None, *, after=-DAY, **more):
    return Marked(str(number), number, DUE + after, score, **more)


@pytest.mark.parametrize(
    ("counts", "attempts", "which"),
    [
        (Counts.LAST, [], None),
        (Counts.LAST, [attempt(1)], None),
        (Counts.LAST, [attempt(1, 9), attempt(2, 3)], "2"),
        # While the newest waits, the one before counts.
        (Counts.LAST, [attempt(1, 9), attempt(2)], "1"),
        (Counts.LAST, [attempt(1, 9), attempt(2, refused=True)], "1"),
        (Counts.LAST, [attempt(1, refused=True), attempt(2, refused=True)], "2"),
        (Counts.LAST, [attempt(1, 9), attempt(2, 10, after=5 * DAY)], "1"),
        (Counts.LAST, [attempt(1, 10, after=5 * DAY)], None),
        (Counts.BEST, [attempt(1, 9), attempt(2, 3)], "1"),
        (Counts.BEST, [attempt(1, 5), attempt(2, 5)], "2"),
        # 10 points less a fifth are fewer than 9.
        (Counts.BEST, [attempt(1, 9), attempt(2, 10, after=HOUR)], "1"),
        (Counts.BEST, [attempt(1, 7), attempt(2, 10, after=HOUR)], "2"),
        (Counts.BEST, [attempt(1, 0.0), attempt(2, refused=True)], "1"),
        (Counts.CHOSEN, [attempt(1, 9), attempt(2, 3)], "2"),
        (Counts.CHOSEN, [attempt(1, 9, chosen_at=DUE), attempt(2, 3)], "1"),
        (Counts.CHOSEN, [attempt(1, 9, chosen_at=DUE), attempt(2, 3, chosen_at=DUE + HOUR)], "2"),
        (Counts.CHOSEN, [attempt(1, 9), attempt(2, chosen_at=DUE)], "1"),
        # What was chosen while another rule held changes nothing.
        (Counts.LAST, [attempt(1, 9, chosen_at=DUE), attempt(2, 3)], "2"),
    ],
)
def test_which_attempt_counts(counts, attempts, which):
    rules = Rules(due=DUE, late_days=2, penalty_per_day=0.2, counts=counts)
    assert {which_counts(rules, some) for some in permutations(attempts)} == {which}


def test_an_extension_lets_what_was_too_late_count():
    rules, attempts = Rules(due=DUE), [attempt(1, 5), attempt(2, 9, after=DAY)]
    assert which_counts(rules, attempts) == "1"
    assert which_counts(rules, attempts, DUE + DAY) == "2"


ALL, NOTHING = (True, True, True, True), (False, False, False, False)


@pytest.mark.parametrize(
    ("rules", "after", "extended", "shown"),
    [
        (Rules(), timedelta(0), None, ALL),
        (Rules(due=DUE, shows=Shows.AFTER_DUE), timedelta(0), None, NOTHING),
        (Rules(due=DUE, shows=Shows.AFTER_DUE), MINUTE, None, ALL),
        # Not while something can still be handed in: what was wrong would be told in time to mend it.
        (Rules(due=DUE, shows=Shows.AFTER_DUE, late_days=1), HOUR, None, NOTHING),
        (Rules(due=DUE, shows=Shows.AFTER_DUE, late_days=1), DAY + MINUTE, None, ALL),
        (Rules(due=DUE, shows=Shows.AFTER_DUE), HOUR, DUE + DAY, NOTHING),
        (Rules(due=DUE, shows=Shows.COUNTS_ONLY), 9 * DAY, None, (True, False, False, False)),
        (Rules(hints=2), timedelta(0), None, (True, True, True, False)),
    ],
)
def test_what_is_shown_when(rules, after, extended, shown):
    assert tuple(what_shows(rules, DUE + after, extended)) == shown


def test_hints_are_shown_from_the_attempt_on_that_the_rules_name():
    assert [what_shows(Rules(hints=2), DUE, number=number).hints for number in (1, 2, 3)] == [False, True, True]


def test_rules_are_told_in_sentences(read):
    assert [str(one) for one in sentences(read(FULL))] == [
        "Handing in opens at 2026-11-01 08:00 (Asia/Shanghai, UTC+08:00).",
        "It is due at 2026-12-01 23:59 (Asia/Shanghai, UTC+08:00); the server's clock counts.",
        "What comes within 5 minutes after that is still in time.",
        "You can hand in late until 2026-12-05 00:04 (Asia/Shanghai, UTC+08:00); each late day of 24 hours that has "
        "begun costs 10 % of your points.",
        "You can hand in 5 times a day and 30 times in all. Days begin at midnight in Asia/Shanghai.",
        "What cannot be read, and what the grader fails on, costs no attempt.",
        "The attempt with the most points counts, after what lateness costs.",
        "You see your points and feedback once you can hand in no more: after 2026-12-05 00:04 (Asia/Shanghai, "
        "UTC+08:00).",
        "Hints are shown from attempt 2 on.",
    ]


def test_a_course_without_rules_tells_them_too():
    assert [str(one) for one in sentences(Rules())] == [
        "You can hand in at any time, as often as you like.",
        "Your last attempt counts.",
        "You see your points and feedback as soon as an attempt is marked.",
    ]


@pytest.mark.parametrize(
    ("rules", "extended", "said"),
    [
        (Rules(due=DUE), None, "Nothing is taken after that."),
        (Rules(due=DUE), DUE + DAY, "For you it is due at 2026-12-02 15:59 (UTC): you have an extension."),
        (
            Rules(due=DUE, late_days=2),
            None,
            "You can hand in late until 2026-12-03 15:59 (UTC), at no cost.",
        ),
        (Rules(per_day=1), None, "You can hand in once a day. Days begin at midnight in UTC."),
        (Rules(in_all=1), None, "You can hand in once."),
        (Rules(in_all=4), None, "You can hand in 4 times in all."),
        (Rules(counts=Counts.CHOSEN), None, "The attempt that you choose counts, or your last one if you choose none."),
        (Rules(shows=Shows.COUNTS_ONLY), None, "You see your points and how many tests passed, and not which ones."),
    ],
)
def test_each_rule_has_its_sentence(rules, extended, said):
    assert said in [str(one) for one in sentences(rules, extended)]


def test_all_sentences_are_there_in_chinese(read):
    chinese, rules = catalogue("zh-CN"), [read(FULL), Rules(), Rules(due=DUE, counts=Counts.CHOSEN)]
    rules += [Rules(due=DUE, late_days=1), Rules(per_day=1), Rules(in_all=1), Rules(in_all=2, shows=Shows.COUNTS_ONLY)]
    texts = [one for rule in rules for one in sentences(rule, DUE + DAY)]
    refusals = [
        may_hand_in(Rules(opens=DUE), DUE - DAY, []),
        may_hand_in(Rules(due=DUE), DUE + DAY, []),
        may_hand_in(Rules(per_day=1), DUE, [DUE]),
        may_hand_in(Rules(per_day=1, due=DUE), DUE, [DUE]),
        may_hand_in(Rules(in_all=1), DUE, [DUE]),
    ]
    for text in (*texts, *(one.text for one in refusals)):
        assert text.template in chinese, text.template
