"""Records that a new marking replaces are kept, so that a class can be seen as it was before a run."""

from __future__ import annotations

import msgspec
import pytest

from autograder.course import earlier_records
from autograder.course.course import Course
from autograder.course.earlier_records import (
    PAUSE_SECONDS,
    RUN,
    ProcessRuns,
    earlier_runs,
    keep_earlier,
    new_run,
    records_before,
    run_of_process,
)
from autograder.course.results import ProblemResult, Record, RecordError, Status, TestResult, Verdict
from autograder.i18n.messages import Message

FIRST, SECOND, THIRD = "20260301T080000-aa00", "20260302T080000-bb00", "20260303T080000-cc00"


def record(score, student="ada", verdict=Verdict.FAILED, **more):
    test = TestResult(id="t", title=Message("T."), verdict=verdict, score=score, max_score=4.0)
    made = Record(
        assignment="sums",
        student=student,
        sha256="0",
        status=Status.MARKED,
        score=score,
        max_score=4.0,
        problems=[ProblemResult(id="add", score=score, max_score=4.0, tests=[test])],
        kit_version="1",
        tests_sha256="0",
        environment={},
        seconds=0.1,
    )
    return msgspec.structs.replace(made, **more)


def scores(course, run):
    return {student: one.score for student, one in records_before(course, "sums", run).items()}


@pytest.fixture
def course(tmp_path):
    return Course(tmp_path)


def test_a_class_is_known_as_it_was_before_each_run(course):
    keep_earlier(course, FIRST, record(1.0), record(2.0))
    keep_earlier(course, SECOND, record(2.0), record(3.0))
    keep_earlier(course, SECOND, record(0.0, "ben"), record(4.0, "ben"))
    assert earlier_runs(course, "sums") == [FIRST, SECOND]
    assert scores(course, FIRST) == {"ada": 1.0, "ben": 0.0}
    assert scores(course, SECOND) == {"ada": 2.0, "ben": 0.0}
    assert scores(course, THIRD) == {}


def test_of_one_that_is_marked_twice_in_a_run_the_first_is_kept(course):
    keep_earlier(course, FIRST, record(1.0), record(2.0))
    keep_earlier(course, FIRST, record(2.0), record(3.0))
    assert scores(course, FIRST) == {"ada": 1.0}


@pytest.mark.parametrize(
    "new",
    [
        record(1.0, status=Status.REJECTED),
        record(1.0, sha256="1"),
        record(2.0),
        record(1.0, verdict=Verdict.PASSED),
    ],
)
def test_what_comes_to_something_else_is_kept(course, new):
    keep_earlier(course, FIRST, record(1.0), new)
    assert scores(course, FIRST) == {"ada": 1.0}


def test_nothing_is_kept_of_a_first_marking_nor_where_the_same_comes_out(course):
    keep_earlier(course, FIRST, None, record(1.0))
    keep_earlier(course, FIRST, record(1.0), record(1.0, seconds=9.0, kit_version="2", tests_sha256="1"))
    assert not course.earlier.exists()


def test_the_oldest_runs_are_dropped_and_nothing_else(course, monkeypatch):
    monkeypatch.setattr(earlier_records, "RUNS_KEPT", 2)
    (course.earlier / "sums" / "mine").mkdir(parents=True)
    for run in (FIRST, SECOND, THIRD):
        keep_earlier(course, run, record(1.0), record(2.0))
    assert earlier_runs(course, "sums") == [SECOND, THIRD]
    assert (course.earlier / "sums" / "mine").is_dir()


def test_of_the_last_weeks_all_runs_are_kept(course, monkeypatch):
    monkeypatch.setattr(earlier_records, "RUNS_KEPT", 1)
    latest = sorted(new_run() for _ in range(3))
    for run in (FIRST, *latest):
        keep_earlier(course, run, record(1.0), record(2.0))
    assert earlier_runs(course, "sums") == latest


def test_a_draft_is_no_record_and_a_damaged_one_is_named(course):
    keep_earlier(course, FIRST, record(1.0), record(2.0))
    folder = course.earlier / "sums" / FIRST
    (folder / ".ben.json.gz").write_bytes(b"half")
    assert scores(course, FIRST) == {"ada": 1.0}
    (folder / "ada.json.gz").write_bytes((folder / "ada.json.gz").read_bytes()[:-9])
    with pytest.raises(RecordError, match=r"ada\.json\.gz is damaged .*remove it"):
        records_before(course, "sums", FIRST)


def test_runs_have_names_that_sort_by_time():
    assert RUN.fullmatch(new_run())


def test_a_process_is_in_one_run_until_nothing_is_marked_for_a_while():
    runs, minute = ProcessRuns(), 60
    first = runs.name(0)
    # Half an hour of one marking after the other is one run.
    assert {runs.name(moment * minute) for moment in range(0, 40, 10)} == {first}
    later = runs.name(30 * minute + PAUSE_SECONDS)
    assert later != first
    assert RUN.fullmatch(later)
    assert run_of_process() == run_of_process()
