"""What ends a hidden test says what a student may read, and whose fault it is."""

from __future__ import annotations

import pytest

from autograder.testing.faults import (
    CheckFailed,
    KernelLost,
    NoCache,
    NotRun,
    StudentDied,
    StudentError,
    StudentFault,
    StudentTimeout,
)


@pytest.mark.parametrize("fault", [StudentDied, StudentError, StudentTimeout])
def test_what_student_code_does_instead_of_returning_is_its_own_fault(fault):
    assert issubclass(fault, StudentFault)


@pytest.mark.parametrize("fault", [CheckFailed, KernelLost, NoCache, NotRun])
def test_a_lost_kernel_and_a_test_that_cannot_be_run_are_not(fault):
    assert not issubclass(fault, StudentFault)


def test_an_exception_without_a_text_is_said_by_its_name_alone():
    assert str(StudentError("ValueError", "", [])) == "ValueError"
    assert str(StudentError("ValueError", "no axis 3", [])) == "ValueError: no axis 3"


def test_a_failed_check_fills_its_values_in_and_keeps_the_template_for_other_languages():
    fault = CheckFailed("{name} has {count} axes", "Count them.", pattern="axes", name="dx", count=3)
    assert (str(fault), str(fault.hint)) == ("dx has 3 axes", "Count them.")
    assert fault.rationale.template == "{name} has {count} axes"
    assert (fault.misconception, fault.pattern, fault.comparison) == (None, "axes", None)


def test_a_test_without_a_cache_counts_as_not_run():
    with pytest.raises(NotRun) as fault:
        raise NoCache("{function} returned no cache.", function="f")
    assert str(fault.value.reason) == "f returned no cache."
