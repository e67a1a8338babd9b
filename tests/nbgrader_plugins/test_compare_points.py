"""Points are compared before nbgrader replaces anything."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.course.nbgrader_app import ConversionError, load_config, run_converter


def everything_in(folder):
    return {
        file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.suffix in (".ipynb", ".html")
    }


def test_other_points_are_refused_and_nothing_is_lost(course, hand_in):
    hand_in("def double(x):\n    return 2 * x")
    config = load_config(course)
    for step in (Autograde, GenerateFeedback):
        run_converter(step, config, "arithmetic")
    before = everything_in(course.classroom)
    assert {file.suffix for file in before} == {".ipynb", ".html"}
    with Gradebook(config.CourseDirectory.db_url) as book:
        book.find_grade_cell("test_double", "arithmetic", "arithmetic").max_score = 40
        book.db.commit()
    for step in (Autograde, GenerateFeedback):
        with pytest.raises(ConversionError, match="test_double: 40 points in the gradebook, 4 points in the source"):
            run_converter(step, config, "arithmetic")
        assert everything_in(course.classroom) == before
