"""nbgrader copies the attachments of a submission and nothing else; what lies there from before goes."""

from __future__ import annotations

import pytest
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter

from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.grading.writer import GradebookWriter
from autograder.nbgrader_plugins.copying import copy_attachments_only
from tests.nbgrader_plugins.attached import FIT, UNFIT, fill, names

NAME = "arithmetic"


@pytest.fixture
def marked(course, tools, scratch):
    """The folder of a marked hand-in, and that of its feedback, of a student who handed in much beside the notebook."""
    fill(tools.write_hand_in(course, student="ada").parent, {**FIT, **UNFIT})
    run_converter(Autograde, load_config(course), NAME)
    run_converter(GenerateFeedback, load_config(course), NAME)
    return course.classroom / "autograded" / "ada" / NAME, course.classroom / "feedback" / "ada" / NAME


def test_nbgrader_copies_nothing_else_and_what_lies_there_from_before_goes_when_either_command_is_run_again(
    marked, course
):
    assert [names(folder) for folder in marked] == [{*FIT, "arithmetic.ipynb"}, {*FIT, "arithmetic.html"}]
    assert (marked[1] / "arithmetic.html").read_bytes() != b"<script>"  # the student has feedback all the same
    course.source(NAME).joinpath("given.py").write_text("the instructor's")
    old = {"numpy.py": b"", "given.py": b"the instructor's", "data/x.html": b""}
    for command in (generate_feedback_of_nobody, write_grades):
        for folder in marked:
            fill(folder, old)
        command(course)
        assert [names(folder) for folder in marked] == [
            {*FIT, "arithmetic.ipynb", "given.py"},
            {*FIT, "arithmetic.html"},
        ]


def generate_feedback_of_nobody(course) -> None:
    with pytest.raises(ConversionError, match="No notebooks were matched"):
        run_converter(GenerateFeedback, load_config(course), NAME, "nobody*")


def write_grades(course) -> None:
    with GradebookWriter(course, NAME) as writer:
        writer.sweep()


def test_extending_nbgrader_twice_changes_nothing():
    copy_attachments_only()
    once = BaseConverter.init_assignment, BaseConverter.start
    copy_attachments_only()
    assert (BaseConverter.init_assignment, BaseConverter.start) == once
