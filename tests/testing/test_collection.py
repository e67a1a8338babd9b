"""Hidden tests are collected once in a process, and come to what they would come to if they had just been collected."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.kernel.call_server import Server
from autograder.marking.problem import run_problem
from autograder.testing import collection
from autograder.testing.fixtures import FixedAccess
from autograder.testing.link import LocalLink
from autograder.testing.pytest_run import run_hidden
from autograder.testing.variants import variant

WRONG = "def double(x):\n    return x + 2, 'more'\n"
COUNTED = """
import pytest

@pytest.fixture(scope="module")
def shared():
    return []

@pytest.mark.points(1)
def test_first(student, shared):
    assert not shared
    shared.append(student.double)

@pytest.mark.points(1)
def test_second(student, shared):
    assert len(shared) == 1
    {last}
"""


def seen(result):
    return result.score, [(test.id, test.verdict, test.score, test.message) for test in result.tests], result.notes


@pytest.fixture
def run(assignment):
    def run_it(source="", problem="double"):
        access = FixedAccess(LocalLink(Server(variant(assignment, source))))
        return run_problem(assignment, assignment.problems[problem], access)

    return run_it


@pytest.fixture
def collected(monkeypatch):
    """The files that were collected, in their order."""
    files = []
    monkeypatch.setattr(
        collection, "run_hidden", lambda file, *others: files.append(file.name) or run_hidden(file, *others)
    )
    return files


def test_results_are_those_of_tests_just_collected_whatever_ran_before(run, collected):
    works = [(source, name) for source in (WRONG, "", WRONG) for name in ("double", "halve")]
    again = [run(*work) for work in works]
    assert collected == ["test_double.py", "test_halve.py"]
    alone = []
    for work in works:
        collection._kept.clear()
        alone.append(run(*work))
    assert [seen(one) for one in again] == [seen(one) for one in alone]
    assert [result.score for result in again] == [0, 6, 4, 6, 0, 6]
    assert len(collected) == 8


def test_what_tests_share_is_made_anew_for_each_hand_in(run, assignment):
    assignment.hidden_file("double").write_text(COUNTED.format(last="pass"), encoding="utf-8")
    assert [run().score for _ in range(3)] == [4, 4, 4]


@pytest.mark.parametrize("last", ["raise KeyboardInterrupt", "pytest.exit('enough')"])
def test_a_run_that_was_stopped_leaves_nothing_behind(run, assignment, collected, last):
    file = assignment.hidden_file("double")
    go_on = file.with_name("go_on")
    source = COUNTED.format(last=f"if not Path({str(go_on)!r}).exists(): {last}")
    file.write_text(f"from pathlib import Path\n{source}", encoding="utf-8")
    if "Interrupt" in last:
        with pytest.raises(KeyboardInterrupt):
            run()
    else:
        assert run().unresolved
    go_on.touch()
    assert [run().score for _ in range(2)] == [4, 4]
    assert collected == ["test_double.py"] * 2


def test_a_fault_of_one_test_leaves_the_others_as_they_are(run, assignment, collected):
    assignment.hidden_file("double").write_text(COUNTED.format(last="raise LookupError"), encoding="utf-8")
    first, second = run(), run()
    assert [test.verdict for test in first.tests] == ["passed", "grader_error"]
    assert seen(first) == seen(second)
    assert collected == ["test_double.py"]


def test_hand_ins_may_be_marked_in_any_thread(run):
    with ThreadPoolExecutor(3) as threads:
        results = list(threads.map(run, [WRONG, "", WRONG, ""] * 3))
    assert [result.score for result in results] == [0, 4, 0, 4] * 3
