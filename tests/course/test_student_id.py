"""Ids of students are names of folders."""

from __future__ import annotations

import pytest

from autograder.course.student_id import ID_MAX, unfit_id


@pytest.mark.parametrize("student", ["ada", "ada@uni.example", "4711", "张伟", "van der Berg", "x" * ID_MAX])
def test_an_id_that_a_folder_can_be_called(student):
    assert unfit_id(student) == ""


@pytest.mark.parametrize("student", ["../ada", "a/b", "a\\b", "a*", "[a]", "=1+1", "-x", "@x", ".", "x" * (ID_MAX + 1)])
def test_an_id_that_none_can_is_refused_with_the_reason(student):
    assert unfit_id(student)
