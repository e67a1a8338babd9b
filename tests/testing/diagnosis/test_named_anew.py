"""A mistake that came into the catalogue later is named in records that are there, by what they keep of its values."""

from __future__ import annotations

import msgspec
import pytest

from autograder.course import misconceptions as catalogue
from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.results import Confidence, Kind, Status, Verdict, dump_record
from autograder.marking.new_record import SubmissionData, new_record
from autograder.marking.problem import mark_problem
from autograder.testing.diagnosis import named_anew as module
from autograder.testing.diagnosis.named_anew import named_anew
from autograder.testing.variants import VariantAccess
from tests.support.sampling import thorough

NAME = "recurrence_lost"
PROBLEM = "rnn_backward"
PROBLEMS = ("rnn_step_forward", "rnn_step_backward", "rnn_forward", PROBLEM)
FOLDER = Assignment(Course(KIT_ROOT), "rnn_captioning").folder / "misconceptions"


@pytest.fixture
def assignment():
    return Assignment(Course(KIT_ROOT), "rnn_captioning")


@pytest.fixture
def without(monkeypatch):
    """Take a mistake out of the catalogue until the function that is returned puts it back."""
    whole = catalogue._of

    def take(name):
        def less(assignment):
            return {problem: [one for one in found if one.name != name] for problem, found in whole(assignment).items()}

        monkeypatch.setattr(catalogue, "_of", less)
        return lambda: monkeypatch.setattr(catalogue, "_of", whole)

    return take


def record_of(assignment, *files, problems=PROBLEMS):
    access, results = VariantAccess(assignment, *files), {}
    for name in problems:
        results[name] = mark_problem(assignment, assignment.problems[name], access, results)
    return new_record(assignment, SubmissionData("ada", b""), Status.MARKED, list(results.values()))


def test_a_mistake_is_unknown_until_the_catalogue_has_it(assignment, without):
    put_back = without(NAME)
    record = record_of(assignment, FOLDER / PROBLEM / f"{NAME}.py")
    before = record.problem(PROBLEM)
    assert NAME not in str(before.diagnoses)
    assert named_anew(assignment, record) is record
    put_back()
    after = named_anew(assignment, record).problem(PROBLEM)
    (said,) = after.diagnoses
    assert (said.name, said.kind, said.confidence) == (NAME, Kind.MISCONCEPTION, Confidence.CERTAIN)
    fresh = record_of(assignment, FOLDER / PROBLEM / f"{NAME}.py").problem(PROBLEM)
    assert said == fresh.diagnoses[0]
    assert [(one.misconception, one.hint) for one in after.tests] == [
        (one.misconception, one.hint) for one in fresh.tests
    ]
    assert [one.verdict for one in after.tests] == [one.verdict for one in before.tests]
    assert after.score == before.score


@thorough
def test_an_earlier_mistake_leaves_it_recognised(assignment, without):
    """The run in which right functions stand around it is what is kept."""
    put_back = without(NAME)
    files = (FOLDER / "rnn_step_forward" / "no_bias.py", FOLDER / PROBLEM / f"{NAME}.py")
    record = record_of(assignment, *files)
    put_back()
    (said,) = named_anew(assignment, record).problem(PROBLEM).diagnoses
    assert (said.name, said.confidence) == (NAME, Confidence.CERTAIN)


def test_sketches_are_the_same_with_an_earlier_mistake_and_without(assignment, without):
    without("state_not_carried")
    mistake, earlier = FOLDER / "rnn_forward" / "state_not_carried.py", FOLDER / "rnn_step_forward" / "no_bias.py"
    alone, after = (
        [test.sketch for test in record_of(assignment, *files, problems=PROBLEMS[:3]).problem("rnn_forward").tests]
        for files in ((mistake,), (earlier, mistake))
    )
    assert any(alone)
    assert None in alone  # the test behind its gate
    assert after == alone


@pytest.mark.parametrize("changed", ["tests_sha256", "salt_fingerprint"])
def test_other_hidden_inputs_say_nothing(assignment, without, changed):
    put_back = without(NAME)
    record = msgspec.structs.replace(record_of(assignment, FOLDER / PROBLEM / f"{NAME}.py"), **{changed: "other"})
    put_back()
    assert named_anew(assignment, record) is record


def test_nothing_is_computed_where_the_catalogue_is_the_same(assignment, without, monkeypatch):
    without(NAME)
    record = record_of(assignment, FOLDER / PROBLEM / f"{NAME}.py")
    monkeypatch.setattr(module, "recognised", pytest.fail)
    assert named_anew(assignment, record) is record


def test_what_is_explained_needs_no_sketch(assignment):
    record = record_of(assignment, FOLDER / PROBLEM / f"{NAME}.py")
    assert all(test.sketch is None for problem in record.problems for test in problem.tests)


def test_sketches_are_small(assignment, without):
    without(NAME)
    record = record_of(assignment, FOLDER / PROBLEM / f"{NAME}.py")
    failed = [test for test in record.problem(PROBLEM).tests if test.verdict is Verdict.FAILED]
    assert failed
    assert all(test.sketch and test.sketch.answers for test in failed)
    kept = len(dump_record(record))
    bare = [msgspec.structs.replace(test, sketch=None) for test in record.problem(PROBLEM).tests]
    problems = [msgspec.structs.replace(one, tests=bare) if one.id == PROBLEM else one for one in record.problems]
    assert kept - len(dump_record(msgspec.structs.replace(record, problems=problems))) < 800 * len(failed)
