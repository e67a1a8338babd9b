"""Between two years: what got easier or harder, with what certainty, and what cannot be compared."""

from __future__ import annotations

import csv
import io
import json
import random

import pytest

from autograder.course.results import Basis, Confidence, Diagnosis, Kind, ProblemResult, Status, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.reports.class_data import class_data, records_of
from autograder.reports.class_report import ReportRequest, write_report
from autograder.reports.comparison.earlier_class import earlier_class
from autograder.reports.comparison.two_years import TOTAL, Trend, two_years
from autograder.reports.item_analysis import LEAST
from tests.support.classes import PROBLEMS, class_in, hand_in, result


@pytest.fixture
def then(tmp_path):
    (tmp_path / "then").mkdir()
    return class_in(tmp_path / "then")


@pytest.fixture
def now(tmp_path):
    (tmp_path / "now").mkdir()
    return class_in(tmp_path / "now")


def problem(name, passed, *, points=0.0, tests=None, mistake="", basis=Basis.OWN):
    """Return a problem of a test for each truth value; a mistake has a name where one is given."""
    points = points or PROBLEMS[name].points / len(passed)
    names = tests or [f"test_{index}" for index in range(len(passed))]
    made = [
        TestResult(
            id=f"test_{name}.py::{test}",
            title=Message(f"{name} {test}"),
            verdict=Verdict.PASSED if one else Verdict.FAILED,
            score=points * one,
            max_score=points,
            basis=basis,
        )
        for test, one in zip(names, passed, strict=True)
    ]
    known = Diagnosis(
        name=mistake, kind=Kind.MISCONCEPTION, confidence=Confidence.CERTAIN, title=Message(f"Does {mistake}.")
    )
    return ProblemResult(
        id=name,
        score=sum(test.score for test in made),
        max_score=points * len(made),
        tests=made,
        diagnoses=[known] if mistake else [],
    )


def compared(then, now, given=None):
    return two_years(earlier_class(now, str(given or then.course.root), records_of(now)), class_data(now))


def by_name(family):
    return {one.name: one for one in family}


def fill(assignment, letter, count, make, **more):
    for number in range(count):
        hand_in(assignment, f"{letter}{number:03}", make(number), **more)


def test_shares_sizes_and_the_interval_of_each_problem_and_test(then, now):
    fill(then, "t", 40, lambda number: [problem("add", [True, number < 10])])
    fill(now, "n", 60, lambda number: [problem("add", [True, number < 45])])
    hand_in(then, "refused", [], Status.REJECTED)
    one = compared(then, now)
    assert one.sizes == (40, 60)
    (add,) = one.problems
    assert (add.earlier.share.value, add.now.share.value) == (0.625, 0.875)
    assert add.difference.low < 0.25 < add.difference.high
    tests = by_name(one.tests)
    fell, same = tests["test_add.py::test_1"], tests["test_add.py::test_0"]
    assert (fell.earlier.share.value, fell.earlier.share.count) == (0.25, 40)
    assert (fell.now.share.value, fell.now.share.count, fell.trend) == (0.75, 60, Trend.EASIER)
    assert (same.difference.value, same.adjusted, same.trend) == (0, 1, None)
    assert same.difference.low < 0 < same.difference.high


def test_what_is_shared_or_refused_does_not_count(then, now):
    fill(then, "t", 30, lambda number: [problem("add", [True], basis=Basis.SHARE if number < 5 else Basis.OWN)])
    fill(now, "n", 30, lambda _: [problem("add", [True])])
    one = by_name(compared(then, now).tests)["test_add.py::test_0"]
    assert (one.earlier.share.count, one.now.share.count) == (25, 30)


def test_below_the_size_that_item_analysis_asks_for_there_is_no_interval(then, now):
    fill(then, "t", LEAST - 1, lambda _: [problem("add", [False])])
    fill(now, "n", 60, lambda _: [problem("add", [True])])
    one = compared(then, now)
    for row in (*one.problems, *one.tests):
        assert (row.difference, row.adjusted, row.trend) == (None, None, None)
        assert row.refused == f"fewer than {LEAST} hand-ins"
        assert row.now.share.value == 1
    assert one.changed == []


def test_what_one_year_alone_has_is_listed_and_other_points_are_told(then, now):
    fill(
        then,
        "t",
        30,
        lambda _: [problem("add", [True, True], tests=["old", "both"]), problem("gone", [True], points=2.0)],
    )
    fill(now, "n", 30, lambda _: [problem("add", [True, True], tests=["new", "both"], points=3.0)])
    one = compared(then, now)
    assert [(alone.problem, alone.name, alone.year) for alone in one.alone] == [
        ("gone", "gone", "earlier"),
        ("add", "test_add.py::new", "now"),
        ("add", "test_add.py::old", "earlier"),
    ]
    (both,) = one.tests
    assert (both.earlier.points, both.now.points) == (2, 3)


def test_all_problems_together_come_first(then, now):
    fill(then, "t", 30, lambda _: [problem("add", [False]), problem("train", [True])])
    fill(now, "n", 30, lambda _: [problem("add", [True]), problem("train", [True])])
    total = compared(then, now).problems[0]
    assert (total.name, total.earlier.share.value, total.now.share.value) == (TOTAL, pytest.approx(0.6), 1.0)


def test_mistakes_are_compared_by_how_many_show_them(then, now):
    def make(mistake, made):
        return lambda number: [problem("add", [number >= made], mistake=mistake if number < made else "")]

    fill(then, "t", 50, make("sign", 30))
    fill(now, "n", 50, make("scale", 20))
    found = by_name(compared(then, now).mistakes)
    sign, scale = found["sign"], found["scale"]
    assert (sign.earlier.share.value, sign.now.share.value, sign.trend) == (0.6, 0, Trend.LESS)
    assert (scale.earlier.share.value, scale.now.share.value, scale.trend) == (0, 0.4, Trend.MORE)
    assert scale.title == "Does scale."
    # The catalogue may not have known it then; what was known then is known now.
    assert "no name then" in scale.remark
    assert sign.remark == ""


def test_what_has_no_name_is_compared_together_by_the_kind_of_failure(then, now):
    def make(wrong):
        # Some of them alike, and each of the others in another way: told apart in the report, and not between years.
        texts = ["off", "off", *(f"off by {number}" for number in range(wrong - 2))]
        return lambda number: [
            result("add", 0, 4, Verdict.FAILED, texts[number]) if number < wrong else result("add", 4, 4)
        ]

    fill(then, "t", 40, make(30))
    fill(now, "n", 40, make(4))
    (unknown,) = compared(then, now).mistakes
    assert (unknown.name, unknown.title, unknown.trend) == ("unknown", "wrong, and unknown", Trend.LESS)
    assert (unknown.earlier.share.value, unknown.now.share.value) == (0.75, 0.1)


def test_what_they_were_marked_with_is_told_where_it_differs(then, now):
    fill(then, "t", 30, lambda _: [problem("add", [True])], tests_sha256="aa", kit_version="1", environment={})
    fill(now, "n", 30, lambda _: [problem("add", [True])], tests_sha256="bb", kit_version="1", environment={"a": "1"})
    assert compared(then, now).facts == ["hidden tests: aa → bb"]


def strength(chance, share):
    """Return a class's answers to two problems of six tests; ``share`` of it passes the last test of the first."""

    def make(_number):
        able = chance.betavariate(5, 2)
        passed = [[chance.random() < able for _ in range(6)] for _ in range(2)]
        passed[0][5] = chance.random() < share
        return [problem(name, row) for name, row in zip(("add", "train"), passed, strict=True)]

    return make


@pytest.mark.parametrize(("later", "counts"), [(0.5, False), (0.85, True)])
def test_of_two_simulated_years_what_was_changed_counts_and_nothing_else(then, now, later, counts):
    chance = random.Random(20260301)
    fill(then, "t", 120, strength(chance, 0.5))
    fill(now, "n", 150, strength(chance, later))
    one = compared(then, now)
    changed = by_name(one.tests)["test_add.py::test_5"]
    assert changed.difference.low <= later - 0.5 <= changed.difference.high
    assert [row.name for row in one.changed if row.name != "add"] == (["test_add.py::test_5"] if counts else [])


def test_page_table_and_json_say_the_same_and_name_nobody(then, now):
    fill(
        then, "somebody-", 40, lambda number: [problem("add", [True, number < 10]), problem("gone", [True], points=2.0)]
    )
    fill(now, "nobody-", 60, lambda number: [problem("add", [True, number < 45], mistake="<b>" if number > 50 else "")])
    told = []
    files = {
        file.name: file.read_text(encoding="utf-8")
        for file in write_report(now, ReportRequest(against=str(then.course.root)), told.append)
    }
    assert told == ["40 hand-ins then, 60 now. Problems and tests: 2 easier. Mistakes: 1 more often, 1 less often."]
    page = files["years.html"]
    assert told[0] in page
    assert "<b>.</" not in page
    assert "&lt;b&gt;" in page
    assert "body-0" not in page + files["years.csv"] + files["years.json"]
    lines = {(line["what"], line["name"]): line for line in csv.DictReader(io.StringIO(files["years.csv"]))}
    test = lines["test", "test_add.py::test_1"]
    assert [test[name] for name in ("share_then", "hand_ins_then", "share_now", "hand_ins_now")] == [
        *("0.2500", "40", "0.7500", "60")
    ]
    assert (test["difference"], test["trend"], test["in"]) == ("0.5000", "easier", "both")
    assert lines["problem", "gone"]["in"] == "then"
    form = json.loads(files["years.json"])
    assert form["tests"][1]["difference"]["value"] == 0.5
    assert form["sizes"] == [40, 60]


def test_ids_that_recur_are_another_class_where_that_is_said(then, now):
    fill(then, "group", 30, lambda _: [problem("add", [True])])
    fill(now, "group", 30, lambda _: [problem("add", [True])])
    names = [file.name for file in write_report(now, ReportRequest(against=str(then.course.root)))]
    assert "regrade.html" in names
    names = [file.name for file in write_report(now, ReportRequest(against=str(then.course.root), years=True))]
    assert "years.html" in names
    assert compared(then, now).both == 30


def test_a_class_of_which_nothing_was_marked_has_nothing_to_compare(then, now):
    hand_in(then, "t", [], Status.REJECTED)
    hand_in(now, "n", [result("add", 4, 4)])
    one = compared(then, now)
    assert (one.sizes, one.problems, one.tests, one.mistakes) == ((0, 1), [], [], [])
    assert "years.html" in [file.name for file in write_report(now, ReportRequest(against=str(then.course.root)))]
