"""Where a course is found, and its salt."""

from __future__ import annotations

import pytest

from autograder.course.course import PUBLIC_SALT, CourseError, find_course


def test_the_course_is_the_nearest_folder_upwards_with_a_configuration(course, tmp_path, monkeypatch):
    deep = course.root / "source" / "arithmetic"
    assert find_course(deep) == course
    monkeypatch.chdir(deep)
    assert find_course() == course


def test_outside_of_any_course_one_sentence_says_how_to_make_one(tmp_path):
    with pytest.raises(
        CourseError, match=rf"^there is no course here: neither {tmp_path} nor .* `autograder init COURSE`$"
    ):
        find_course(tmp_path)


def test_the_salt_comes_from_the_environment_then_from_a_file_then_it_is_the_public_one(course, monkeypatch):
    assert course.salt == PUBLIC_SALT
    (course.root / ".autograder_salt").write_text("from the file\n")
    assert course.salt == "from the file"
    monkeypatch.setenv("AUTOGRADER_SALT", "from the environment")
    assert course.salt == "from the environment"
    monkeypatch.setenv("AUTOGRADER_SALT", "")
    assert course.salt == "from the file"
