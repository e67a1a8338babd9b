"""Makes the feedback page where nbgrader would: for ``nbgrader generate_feedback`` and formgrader's button.

Takes the place of nbconvert's HTMLExporter in ``GenerateFeedback.exporter_class``. nbgrader gives it the marked
notebook and says whose it is; what the page says comes from the record and from the gradebook.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter, HTMLExporter
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.nbgrader_app import load_config
from autograder.course.results import Status, read_record
from autograder.feedback.entered import read_entered
from autograder.feedback.page import feedback_page
from autograder.nbgrader_plugins.save_grades import record_file


class FeedbackExporter(HTMLExporter):
    """Makes a page of a marked notebook, the record of its marking, and the gradebook.

    An HTMLExporter, as nbgrader sets options of that class; none of them has an effect here.
    """

    def from_notebook_node(  # type: ignore[override]  # HTMLExporter has it so as well
        self, nb: nbformat.NotebookNode, resources: Any | None = None, **_arguments: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert one notebook.

        Raises:
            CourseError: There is no record of its marking; or the gradebook cannot be read, or has other points than
                the source.
            RecordError: The record is damaged.
        """
        # The steps that the course names, and no template after them.
        nb, resources = Exporter.from_notebook_node(self, nb, resources)
        names = resources["nbgrader"]
        assignment, student = Assignment.here(names["assignment"]), names["student"]
        file = record_file(assignment.course.records, assignment.name, student)
        if not file.is_file():
            raise CourseError(f"no record of {student}'s {assignment.name}: run `autograder grade {assignment.name}`")
        entered = read_entered(names["db_url"], assignment.name, student)
        return feedback_page(assignment, read_record(file), nb, entered), resources


def write_refusals(assignment: str, student: str, notebooks: list[str]) -> None:
    """Write the pages of those whose submission was refused; the value of ``c.GenerateFeedback.post_convert_hook``.

    nbgrader makes pages of marked notebooks, and of what is refused there is none. It calls this after each student's
    page, and the same pages are then written once more.

    Args:
        assignment: nbgrader's name of the assignment.
        student: nbgrader's pattern of students.
        notebooks: The notebooks of which nbgrader has made pages.
    """
    made = Assignment.here(assignment)
    folders = CourseDirectory(config=load_config(made.course), assignment_id=assignment)
    for file in sorted((made.course.records / assignment).glob(f"{student}.json")):
        record = read_record(file)
        if record.status is Status.REJECTED:
            place = Path(folders.format_path(folders.feedback_directory, file.stem, assignment))
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{assignment}.html").write_text(feedback_page(made, record, None), encoding="utf-8")
