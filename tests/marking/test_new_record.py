"""A record says what came of a submission, in the same form whether it was marked, refused, or left to a person."""

from __future__ import annotations

import hashlib

from autograder.course.results import ProblemResult, Status, Verdict, dump_record
from autograder.i18n.messages import say
from autograder.kernel.sandbox.levels import Level
from autograder.marking.new_record import SubmissionData, new_record, rejected, unmarked

ADA = SubmissionData("ada", b"bytes", mended=(say("a cell was renamed"),))


def test_points_are_those_of_the_problems(assignment):
    problems = [ProblemResult(id="double", score=1.23456, max_score=4), ProblemResult(id="halve", score=2, max_score=6)]
    record = new_record(assignment, ADA, Status.MARKED, problems, notes=[say("n")], level=Level.FULL, seconds=1.23456)
    assert (record.score, record.max_score, record.seconds) == (3.2346, 10, 1.235)
    assert record.sha256 == hashlib.sha256(b"bytes").hexdigest()
    assert (record.mended, record.notes) == ([say("a cell was renamed")], [say("n")])
    assert (record.manual, record.manual_max_score, record.environment["isolation"]) == (["why"], 3, "full")


def test_what_was_refused_could_have_had_all_points_and_names_why_in_its_language(bilingual):
    record = rejected(bilingual, "ada", b'{"metadata": {"language": "zh-CN"}}', say("it is a link"))
    assert (record.status, record.score, record.max_score, record.problems) == (Status.REJECTED, 0, 10, [])
    assert (record.manual, record.manual_max_score) == ([], 3)
    assert '"score": 0.0' in dump_record(record).decode()
    assert (record.notes, record.language) == ([say("it is a link")], "zh-CN")
    assert "isolation" not in record.environment


def test_what_could_not_be_marked_waits_for_a_person_in_every_problem(assignment):
    record = unmarked(assignment, ADA)
    assert (record.status, record.score, record.max_score) == (Status.GRADER_ERROR, 0, 10)
    assert [test.verdict for problem in record.problems for test in problem.tests] == [Verdict.GRADER_ERROR] * 2
