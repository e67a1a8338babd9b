"""nbgrader's converters run in this process, with the course's configuration."""

from __future__ import annotations

import pytest
from nbgrader.converters.base import NbGraderException

from autograder.course.course import Course
from autograder.course.nbgrader_app import ConversionError, load_config, run_converter


def converter(started, errors=(), fault=None):
    """Return a class of converters that log and raise what a test says, and note that they were started."""

    class Converter:
        def __init__(self, coursedir, config, log):
            self.coursedir, self.log, self.force = coursedir, log, False

        def start(self):
            started.append(self)
            self.log.warning("nothing to worry about")
            for line in errors:
                self.log.error(line)
            if fault is not None:
                raise fault

    return Converter


@pytest.fixture
def config(tmp_path):
    """The configuration of a course that sets one thing."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'cs231n'\n")
    return load_config(Course(tmp_path))


def test_a_course_is_configured_by_its_file_and_its_root_is_where_that_lies(config, tmp_path):
    assert config.CourseDirectory.course_id == "cs231n"
    assert config.CourseDirectory.root == str(tmp_path)


def test_a_converter_replaces_earlier_results_of_the_students_that_are_asked_for(config):
    started = []
    run_converter(converter(started), config, "arithmetic", "ada")
    (one,) = started
    assert one.force
    assert (one.coursedir.assignment_id, one.coursedir.student_id) == ("arithmetic", "ada")


def test_what_a_converter_logged_as_an_error_is_what_is_told(config):
    failing = converter([], ["ada: broken"], NbGraderException("see above"))
    with pytest.raises(ConversionError, match=r"^ada: broken\n$"):
        run_converter(failing, config, "arithmetic")


def test_a_converter_that_logged_no_error_is_told_by_what_it_raised(config):
    failing = converter([], fault=NbGraderException("see above"))
    with pytest.raises(ConversionError, match=r"^see above$"):
        run_converter(failing, config, "arithmetic")
