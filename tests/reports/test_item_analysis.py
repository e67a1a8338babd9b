"""Item analysis, against computations of its own: pair by pair, in plain Python."""

from __future__ import annotations

import csv
import json
import math
import random
import statistics
from collections import defaultdict

import numpy as np
import pytest

from autograder.course.results import Basis, ProblemResult, Record, Status, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.reports.class_report import write_report
from autograder.reports.item_analysis import LEAST, Flag, analyse, cronbach_alpha, least_submissions
from tests.support.classes import class_in, hand_in


def record(number, passed, *, status=Status.MARKED, verdicts=None, basis=None):
    """Return the record of a submission; ``passed`` has a tuple of booleans for each problem."""
    problems = []
    for problem, row in enumerate(passed):
        tests = [
            TestResult(
                id=f"p{problem}.py::t{index}",
                title=Message(f"test {index}"),
                verdict=(verdicts or {}).get((problem, index), Verdict.PASSED if one else Verdict.FAILED),
                score=2.0 * one,
                max_score=2.0,
                basis=(basis or {}).get(problem, Basis.OWN),
            )
            for index, one in enumerate(row)
        ]
        score = sum(test.score for test in tests)
        problems.append(ProblemResult(id=f"p{problem}", score=score, max_score=2.0 * len(row), tests=tests))
    return Record(
        assignment="a",
        student=f"s{number}",
        sha256="",
        status=status,
        score=sum(one.score for one in problems),
        max_score=sum(one.max_score for one in problems),
        problems=problems,
        kit_version="",
        tests_sha256="",
        environment={},
        seconds=0.0,
    )


def a_class(count, seed=0):
    """Return results of students of different strength on two problems of three tests."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        strength = chance.random()
        made.append(tuple(tuple(chance.random() < strength for _ in range(3)) for _ in range(2)))
    return made


def by_id(analysis):
    return {item.tests[0]: item for item in analysis.items}


def test_difficulty_and_discrimination_are_those_of_an_independent_computation():
    results = a_class(60)
    items = by_id(analyse([record(number, one) for number, one in enumerate(results)]))
    assert len(items) == 6
    for problem in range(2):
        for index in range(3):
            own = [2.0 * one[problem][index] for one in results]
            rest = [
                sum(2.0 * test for row in one for test in row) - mine for one, mine in zip(results, own, strict=True)
            ]
            item = items[f"p{problem}.py::t{index}"]
            assert item.difficulty == pytest.approx(statistics.mean(own) / 2)
            assert item.failed == own.count(0.0)
            assert item.discrimination.value == pytest.approx(statistics.correlation(own, rest))
            assert item.discrimination.low < item.discrimination.value < item.discrimination.high


def test_the_interval_is_about_as_wide_as_fishers():
    results = a_class(200, seed=1)
    items = by_id(analyse([record(number, one) for number, one in enumerate(results)]))
    for item in items.values():
        found, half = item.discrimination, 1.96 / math.sqrt(200 - 3)
        low, high = (math.tanh(math.atanh(found.value) + side * half) for side in (-1, 1))
        assert found.low == pytest.approx(low, abs=0.05)
        assert found.high == pytest.approx(high, abs=0.05)


def test_two_runs_give_the_same_interval():
    records = [record(number, one) for number, one in enumerate(a_class(40))]
    assert analyse(records) == analyse(records)


def test_alpha_is_that_of_an_independent_computation():
    results = a_class(50)
    analysis = analyse([record(number, one) for number, one in enumerate(results)])
    scores = [[2.0 * sum(row) for row in one] for one in results]
    single = sum(statistics.pvariance(column) for column in zip(*scores, strict=True))
    whole = statistics.pvariance([sum(row) for row in scores])
    assert analysis.alpha.value == pytest.approx(2 * (1 - single / whole))
    assert analysis.alpha.low < analysis.alpha.value < analysis.alpha.high


def test_alpha_of_problems_that_agree_wholly_is_1_and_of_none_that_vary_is_not_a_number():
    same = np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    assert cronbach_alpha(same, np.ones((1, 3)))[0] == pytest.approx(1.0)
    assert math.isnan(cronbach_alpha(np.ones((3, 2)), np.ones((1, 3)))[0])


def test_the_least_number_is_the_first_at_which_chance_stays_below_a_good_correlation():
    assert LEAST == least_submissions(0.4) == 25
    assert math.tanh(1.96 / math.sqrt(25 - 3)) < 0.4 < math.tanh(1.96 / math.sqrt(24 - 3))


def test_below_the_least_number_nothing_is_said_of_discrimination_and_alpha():
    few = analyse([record(number, one) for number, one in enumerate(a_class(LEAST - 1))])
    assert all(item.discrimination is None and str(LEAST) in item.refused for item in few.items)
    assert few.alpha is None
    assert all(item.difficulty is not None for item in few.items)
    enough = analyse([record(number, one) for number, one in enumerate(a_class(LEAST))])
    assert all(item.discrimination for item in enough.items)
    assert enough.alpha


def test_tests_that_look_broken_come_first():
    results = [((False, True, sum(map(sum, one)) < 3), one[1]) for one in a_class(60)]
    items = analyse([record(number, one) for number, one in enumerate(results)]).items
    assert [(item.flag, item.tests[0]) for item in items[:3]] == [
        (Flag.ALL_FAIL, "p0.py::t0"),
        (Flag.NEGATIVE, "p0.py::t2"),
        (Flag.NONE_FAIL, "p0.py::t1"),
    ]
    assert items[3].flag is None


def test_tests_that_always_fail_together_are_one_item_which_is_in_no_rest_of_its_own():
    results = [((one[0][0], one[0][0], one[0][1]), one[1]) for one in a_class(60)]
    item = by_id(analyse([record(number, one) for number, one in enumerate(results)]))["p0.py::t0"]
    assert item.tests == ("p0.py::t0", "p0.py::t1")
    assert item.points == 4.0
    own = [4.0 * one[0][0] for one in results]
    rest = [2.0 * (one[0][2] + sum(one[1])) for one in results]
    assert item.discrimination.value == pytest.approx(statistics.correlation(own, rest))


def test_one_in_a_class_who_fails_a_test_says_nothing_of_it():
    results = [((True, *one[0][1:]), one[1]) for one in a_class(60)]
    results[0] = ((False, *results[0][0][1:]), results[0][1])
    item = by_id(analyse([record(number, one) for number, one in enumerate(results)]))["p0.py::t0"]
    assert item.discrimination is None
    assert item.refused == "too few differ from the others"
    assert item.flag is None


def test_what_was_not_seen_counts_for_nobody():
    results = a_class(40)
    records = [record(number, one) for number, one in enumerate(results)]
    broken = record(40, results[0], verdicts={(0, 0): Verdict.GRADER_ERROR})
    shared = record(41, results[0], basis={1: Basis.SHARE})
    refused = record(42, (), status=Status.REJECTED)
    items = by_id(analyse([*records, broken, shared, refused]))
    assert analyse([*records, refused]) == analyse(records)
    assert items["p0.py::t0"].seen == 41
    assert items["p1.py::t0"].seen == 41
    assert items["p0.py::t1"].seen == 42


def test_a_class_of_nobody_has_nothing_to_say():
    assert analyse([]).items == ()


def test_a_test_that_was_run_on_nobody_says_so():
    records = [record(number, one, basis={1: Basis.SHARE}) for number, one in enumerate(a_class(30))]
    item = by_id(analyse(records))["p1.py::t0"]
    assert (item.seen, item.difficulty, item.discrimination, item.flag) == (0, None, None, None)


# From the tables that the report writes, as somebody would who has nothing else.

SHARES = {"add": (1.0, 1.0, 2.0), "train": (3.0, 2.0, 1.0)}


def results_of(strength, chance, broken):
    """Return the problems of a student, with points in part, too; the grader failed on a test of some."""
    made = []
    for problem, most in SHARES.items():
        tests = []
        for index, points in enumerate(most):
            share = 1.0 if chance.random() < strength else chance.choice((0.0, 0.0, 0.5))
            verdict = Verdict.PASSED if share == 1 else Verdict.FAILED
            if broken and (problem, index) == ("train", 2):
                verdict, share = Verdict.GRADER_ERROR, 0.0
            name = f"test_{problem}.py::t{index}"
            found = TestResult(id=name, title=Message(name), verdict=verdict, score=points * share, max_score=points)
            tests.append(found)
        score = sum(test.score for test in tests)
        made.append(ProblemResult(id=problem, score=score, max_score=sum(most), tests=tests))
    return made


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """What the report writes of a class of 90: JSON, and the lines of tests.csv and class.csv."""
    assignment, chance = class_in(tmp_path_factory.mktemp("course")), random.Random(3)
    for number in range(90):
        hand_in(assignment, f"s{number:02d}", results_of(chance.random(), chance, number % 30 == 7))
    hand_in(assignment, "t", [], Status.REJECTED)
    files = {file.name: file for file in write_report(assignment)}
    lines = []
    for name in ("tests.csv", "class.csv"):
        with files[name].open(newline="", encoding="utf-8") as stream:
            lines.append([row for row in csv.DictReader(stream) if row["status"] != "rejected"])
    return json.loads(files["class.json"].read_text(encoding="utf-8"))["item_analysis"], *lines


@pytest.fixture(scope="module")
def pairs(tables):
    """For each item, the points of those who were seen in it, beside those that they have in all others."""
    analysis, lines, _ = tables
    points = defaultdict(dict)
    for row in lines:
        points[row["student"]][row["test"]] = None if row["verdict"] == "grader_error" else float(row["points"])
    found = {}
    for item in analysis["items"]:
        own = {who: [of[test] for test in item["tests"]] for who, of in points.items()}
        rest = {who: sum(of[test] or 0 for test in of if test not in item["tests"]) for who, of in points.items()}
        found[tuple(item["tests"])] = np.array([(sum(of), rest[who]) for who, of in own.items() if None not in of])
    return found


def test_the_tables_give_the_same_difficulty_and_discrimination(tables, pairs):
    most = {row["test"]: float(row["max_points"]) for row in tables[1]}
    assert sorted(len(one) for one in pairs.values()) == [87, 90, 90, 90, 90, 90]
    for item in tables[0]["items"]:
        seen = pairs[tuple(item["tests"])]
        assert item["seen"] == len(seen)
        assert item["difficulty"] == pytest.approx(seen[:, 0].mean() / sum(most[test] for test in item["tests"]))
        assert item["discrimination"]["value"] == pytest.approx(np.corrcoef(seen.T)[0, 1], abs=1e-12)


def test_the_tables_give_about_the_same_interval_when_students_are_drawn_one_by_one(tables, pairs):
    generator = np.random.default_rng(1)
    for item in tables[0]["items"]:
        seen = pairs[tuple(item["tests"])]
        drawn = [np.corrcoef(generator.choice(seen, len(seen)).T)[0, 1] for _ in range(2000)]
        ends = item["discrimination"]["low"], item["discrimination"]["high"]
        # Two runs of 2,000 differ in such an end by 0.02 at most, as scipy.stats.bootstrap with two seeds does.
        assert ends == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.03)


def test_the_tables_give_the_same_alpha_and_about_the_same_interval(tables):
    analysis, _, rows = tables
    scores = np.array([[float(row[name]) for name in SHARES] for row in rows if all(row[name] for name in SHARES)])
    assert len(scores) == 87

    def alpha(table):
        # By covariances: k / (k - 1) times the share of them in the variance of the total.
        covariance = np.cov(table.T)
        return len(covariance) / (len(covariance) - 1) * (1 - np.trace(covariance) / covariance.sum())

    generator = np.random.default_rng(2)
    drawn = [alpha(generator.choice(scores, len(scores))) for _ in range(2000)]
    assert analysis["alpha"]["value"] == pytest.approx(alpha(scores), abs=1e-12)
    ends = analysis["alpha"]["low"], analysis["alpha"]["high"]
    assert ends == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.03)
