"""A replayed hidden test sees of trusted code what it would see of a student's, on the same inputs."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.course.course import CourseError
from autograder.testing.diagnosis.replay import Replay

TESTS = """
import numpy as np
import pytest
from autograder.testing import NotRun, close, returned

@pytest.mark.points(1)
@pytest.mark.parametrize("size", [2, 3])
def test_random(student, reference, rng, size):
    x = rng.normal(size=size)
    close(returned(student.double(x), "y")[0], reference.double(x))

@pytest.mark.points(1)
def test_needs(student):
    raise NotRun("later")

@pytest.mark.points(1)
def test_broken(student):
    raise RuntimeError("the test itself")
"""
ASSIGNMENT: Any = SimpleNamespace(
    importing=nullcontext,
    name="sums",
    course=SimpleNamespace(salt="s"),
    reference=SimpleNamespace(double=lambda x: 2 * x),
)


@pytest.fixture
def replay(tmp_path):
    file = tmp_path / "test_double.py"
    file.write_text(TESTS, encoding="utf-8")
    return Replay(ASSIGNMENT, file)


def test_right_code_passes_and_wrong_code_shows_its_values(replay):
    test = "test_double.py::test_random[3]"
    right, wrong = replay.run(test, {"double": lambda x: 2 * x}), replay.run(test, {"double": lambda x: 3 * x})
    assert (right.passed, right.raised, wrong.passed, wrong.raised) == (True, None, False, None)
    (seen,), (other,) = right.looks, wrong.looks
    assert (seen.name, seen.values.shape) == ("y", (3,))
    np.testing.assert_allclose(other.values, 1.5 * seen.values)


def test_inputs_are_the_same_each_time_and_others_for_other_parameters(replay):
    echo = {"double": lambda x: x}
    first, again = (replay.run("test_double.py::test_random[2]", echo).looks[0].values for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not set(first) & set(replay.run("test_double.py::test_random[3]", echo).looks[0].values)


def test_an_exception_is_kept_by_its_name(replay):
    found = replay.run("test_double.py::test_random[2]", {"double": lambda x: x[9]})
    assert (found.passed, found.looks, found.raised) == (False, (), "IndexError")


def test_a_test_that_cannot_be_run_has_not_passed(replay):
    assert not replay.run("test_double.py::test_needs", {}).passed


def test_a_fault_of_the_test_itself_is_not_taken_for_the_codes(replay):
    with pytest.raises(RuntimeError, match="the test itself"):
        replay.run("test_double.py::test_broken", {})


def test_a_known_mistake_that_divides_by_zero_warns_nobody(replay, recwarn):
    replay.run("test_double.py::test_random[2]", {"double": lambda x: x / 0 + np.mean([])})
    assert list(recwarn) == []


def test_tests_that_cannot_be_collected_are_named(tmp_path):
    file = tmp_path / "test_double.py"
    file.write_text("import no_such_module", encoding="utf-8")
    with pytest.raises(CourseError, match=r"test_double\.py cannot be collected"):
        Replay(ASSIGNMENT, file)
