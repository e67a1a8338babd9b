"""Times are said in the course's zone and the reader's language, and spans are never longer than they are."""

from datetime import UTC, datetime

import pytest

from autograder.server.pages.times import moment, span, zone_name

AT = datetime(2026, 11, 30, 7, 59, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Sun 29 Nov 2026, 23:59"), ("zh-CN", "2026年11月29日（周日）23:59")]
)
def test_a_time_is_said_where_the_course_is(language, said):
    assert moment(AT, "America/Los_Angeles", language) == f'<time datetime="2026-11-30T07:59:03+00:00">{said}</time>'


def test_where_there_are_many_a_time_is_short():
    assert ">29 Nov, 23:59<" in moment(AT, "America/Los_Angeles", "en", short=True)


def test_a_zone_says_how_far_it_is_from_others():
    assert zone_name(AT, "Asia/Kathmandu") == "Asia/Kathmandu, UTC+05:45"
    assert zone_name(AT, "UTC") == "UTC"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (59.9, "59 seconds"),
        (61, "1 minute 1 second"),
        (6000, "1 hour 40 minutes"),
        (7 * 86400, "7 days"),
    ],
)
def test_a_span_has_its_two_largest_units_and_is_cut_not_rounded(seconds, said):
    assert span(seconds, "en") == said


def test_a_span_in_chinese_has_no_blanks():
    assert span(6000, "zh-CN") == "1小时40分钟"
