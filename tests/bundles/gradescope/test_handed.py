"""How something was handed in: lateness, attempts and what was there before, by Gradescope's word and the rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from autograder.bundles.gradescope.handed import OWN, handed_in
from autograder.bundles.gradescope.metadata import Dates, Metadata, Previous
from autograder.course.handing_in import Rules, Why

DUE = datetime(2026, 12, 1, 15, 59, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = Rules(late_days=3, penalty_per_day=0.1, grace_minutes=5)


def came(at: datetime, *before: Previous, due: datetime | None = DUE) -> Metadata:
    return Metadata(at, Dates(due), [], list(before))


def results(score: float | None = 5.0, **own: Any) -> dict[str, Any]:
    return {"score": score, "extra_data": {OWN: own}}


def earlier(hours: float, score: float | None = 5.0, **more: Any) -> Previous:
    return Previous(DUE - hours * HOUR, score, **more)


def test_lateness_goes_by_when_it_came_and_gradescopes_due_date():
    assert handed_in(came(DUE + 5 * timedelta(minutes=1)), LATE).late.days == 0
    late = handed_in(came(DUE + DAY + HOUR), LATE).late
    assert (late.days, late.penalty) == (2, 0.2)


def test_the_courses_own_due_time_counts_where_gradescope_has_none():
    rules = Rules(due=DUE, late_days=3, penalty_per_day=0.1)
    assert handed_in(came(DUE + HOUR, due=None), rules).late.days == 1
    assert handed_in(came(DUE + HOUR, due=DUE + DAY), rules).late.days == 0


def test_without_rules_lateness_costs_nothing():
    late = handed_in(came(DUE + HOUR), Rules()).late
    assert (late.days, late.penalty) == (1, 0.0)


def test_attempts_are_those_that_were_marked():
    before = [earlier(9), earlier(8, autograder_error=True), earlier(7, results=results(costs=True))]
    assert handed_in(came(DUE, *before), Rules()).number == 3


def test_what_could_not_be_read_costs_no_attempt_and_each_marking_tells_the_next():
    refused = earlier(7, results=results(costs=False, costless=[earlier(9).submission_time.isoformat()]))
    handed = handed_in(came(DUE, earlier(9), earlier(8), refused), Rules())
    assert handed.number == 2
    assert handed.costless == tuple(one.submission_time.isoformat() for one in (earlier(9), refused))


def test_an_attempt_too_many_is_not_marked_whenever_it_is_looked_at():
    rules = Rules(in_all=2, opens=DUE + DAY)
    assert handed_in(came(DUE, earlier(9)), rules).refusal is None
    assert handed_in(came(DUE, earlier(9), earlier(8)), rules).refusal.why is Why.TOO_MANY
    today = Rules(per_day=1)
    assert handed_in(came(DUE, earlier(1)), today).refusal.why is Why.TOO_MANY_TODAY
    assert handed_in(came(DUE, earlier(30)), today).refusal is None


def test_the_results_before_are_the_last_that_have_points():
    told = results(7.0)
    assert handed_in(came(DUE, earlier(9), earlier(8, 7.0, results=told)), Rules()).before == told
    failed = earlier(8, None, autograder_error=True, results={"output": "failed"})
    assert handed_in(came(DUE, earlier(9, 4.0), failed), Rules()).before == {"score": 4.0}
    assert handed_in(came(DUE), Rules()).before is None


def test_odd_results_of_before_are_no_reason_to_fail():
    for odd in ({"score": "many", "extra_data": 3}, {"extra_data": {OWN: [1]}}, {"extra_data": {OWN: {"costless": 1}}}):
        assert handed_in(came(DUE, earlier(9, 4.0, results=odd)), Rules()).before == {"score": 4.0}


def test_where_nothing_is_told_it_is_a_first_attempt_in_time():
    handed = handed_in(Metadata(), Rules(due=DUE, in_all=1))
    assert (handed.number, handed.late.days, handed.refusal) == (1, 0, None)
