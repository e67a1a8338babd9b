"""One session runs problems as often as it is asked, with the results that a session of its own would give."""

from __future__ import annotations

import os

import pytest

from autograder.course import CourseError
from autograder.examiner import run_problem
from autograder.hidden_fixtures import FixedAccess
from autograder.kept import in_one_session
from autograder.kernel.serve import Server
from autograder.link import LocalLink
from autograder.variants import variant

WRONG = "def double(x):\n    return x + 2, 'more'\n"


def access(assignment, source=""):
    return FixedAccess(LocalLink(Server(variant(assignment, source))))


def seen(result):
    return result.score, [(test.id, test.verdict, test.score, test.message) for test in result.tests], result.notes


def test_results_are_those_of_a_session_of_their_own_whatever_ran_before(assignment):
    problems = assignment.problems

    def work(run):
        return [run(problems[name], access(assignment, source), {})
                for source in (WRONG, "", WRONG) for name in ("double", "halve")]  # fmt: skip

    found = in_one_session(assignment, work)
    alone = [run_problem(assignment, problems[name], access(assignment, source), {})
             for source in (WRONG, "", WRONG) for name in ("double", "halve")]  # fmt: skip
    assert [seen(one) for one in found] == [seen(one) for one in alone]
    assert [result.score for result in found] == [0, 6, 4, 6, 0, 6]


def test_what_the_work_raises_comes_out(assignment, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")

    def work(_run):
        raise LookupError("of the work's own")

    with pytest.raises(LookupError, match="of the work's own"):
        in_one_session(assignment, work)
    assert os.environ["PYTEST_ADDOPTS"] == "--nonsense"


def test_an_interruption_comes_out(assignment):
    def work(_run):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_one_session(assignment, work)


def test_tests_that_cannot_be_collected_are_named(assignment):
    assignment.hidden_file("double").write_text("import nothing_of_that_name\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"cannot be collected.*nothing_of_that_name"):
        in_one_session(assignment, lambda _run: None)
