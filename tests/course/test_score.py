"""The one score of a submission."""

from types import SimpleNamespace

import pytest

from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict
from autograder.course.score import Score, points
from autograder.i18n.catalogue import catalogue
from autograder.i18n.messages import Message


def cell(most, auto=None, manual=None, extra=None):
    return SimpleNamespace(max_score=most, auto_score=auto, manual_score=manual, extra_credit=extra)


def problem(name, score, most, verdict=Verdict.PASSED):
    test = TestResult(id=name, title=Message("Adds."), verdict=verdict, score=score, max_score=most)
    return ProblemResult(id=name, score=score, max_score=most, tests=[test])


def record(*problems, status=Status.MARKED, manual=("essay",), most=None):
    return Record(
        assignment="sums",
        student="ada",
        sha256="0",
        status=status,
        score=sum(one.score for one in problems),
        max_score=most if most is not None else sum(one.max_score for one in problems),
        manual=list(manual),
        manual_max_score=8.0,
        problems=list(problems),
        kit_version="0",
        tests_sha256="0",
        environment={},
        seconds=0.1,
    )


def test_a_written_question_waits_and_is_no_zero():
    score = Score.of_record(record(problem("add", 80, 92)))
    assert (score, score.most) == (Score(80, 92, 8), 100)
    assert str(score.sentence) == "80 of 92 so far, 8 wait for a person"


@pytest.mark.parametrize("so_far", [0, 5])
def test_a_problem_on_which_the_grader_failed_waits_whole_whatever_its_other_tests_got(so_far):
    broken = record(problem("add", 4, 4), problem("train", so_far, 6, Verdict.GRADER_ERROR))
    assert Score.of_record(broken) == Score(4, 4, 14)
    assert str(Score.of_record(broken).sentence) == "4 of 4 so far, 14 wait for a person"


def test_a_refused_hand_in_has_nothing_of_everything_and_waits_for_nobody():
    refused = record(status=Status.REJECTED, manual=(), most=92.0)
    assert Score.of_record(refused) == Score(0, 100, 0)
    assert str(Score.of_record(refused).sentence) == "0 of 100"


@pytest.mark.parametrize(
    ("one", "score"),
    [
        (cell(10, auto=4), Score(4, 10)),
        (cell(10, auto=4, manual=7), Score(7, 10)),
        (cell(10, auto=4, manual=0), Score(0, 10)),
        (cell(10, manual=7, extra=2), Score(9, 10)),
        (cell(10), Score(0, 0, 10)),
        (cell(10, extra=2), Score(0, 0, 10)),
    ],
    ids=["automatic", "by hand", "a person's zero", "extra credit", "waits", "waits, whatever is in addition"],
)
def test_a_cell_of_the_gradebook_counts_as_nbgrader_counts_it(one, score):
    assert Score.of_cells([one]) == score


def test_a_late_penalty_is_taken_off_and_a_score_is_never_below_zero():
    cells = [cell(10, auto=4.1), cell(8, auto=0.2), cell(5)]
    assert Score.of_cells(cells, 1.5) == Score(2.8, 18, 5)
    assert Score.of_cells(cells, 99) == Score(0, 18, 5)


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        (Score(80, 92, 8), "已评 92 分中得 80 分，另有 8 分待人工评分"),
        (Score(80.25, 99, 1), "已评 99 分中得 80.25 分，另有 1 分待人工评分"),
        (Score(85, 100), "85 分，满分 100 分"),
    ],
)
def test_the_sentence_is_said_in_chinese(score, sentence):
    assert catalogue("zh-CN").say(score.sentence) == sentence


def test_one_point_waits():
    assert str(Score(80, 99, 1).sentence) == "80 of 99 so far, 1 waits for a person"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (1.5, "1.5"), (1.3333, "1.33"), (0.0, "0"), (92.0, "92"), (100.25, "100.25")],
)
def test_points_are_written_as_people_write_them(value, text):
    assert points(value) == text
