"""Makes the feedback page where nbgrader would: for ``nbgrader generate_feedback`` and formgrader's button.

Takes the place of nbconvert's HTMLExporter in ``GenerateFeedback.exporter_class``. nbgrader gives it the marked
notebook and says whose it is; what the page says comes from the record and from the gradebook.
"""

from __future__ import annotations

import functools
import glob
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter, HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError, find_course
from autograder.course.joined_notebooks import notebooks_in
from autograder.course.results import Status, read_record
from autograder.feedback.entered import read_entered
from autograder.feedback.page import feedback_page
from autograder.nbgrader_plugins.compare_points import compare_points
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.testing.diagnosis.named_anew import named_anew


class FeedbackExporter(HTMLExporter):
    """Makes a page of a marked notebook, the record of its marking, and the gradebook.

    An HTMLExporter, as nbgrader sets options of that class; none of them has an effect here.
    """

    def from_notebook_node(  # type: ignore[override]  # HTMLExporter has it so as well
        self, nb: nbformat.NotebookNode, resources: Any | None = None, **_arguments: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert one notebook.

        Raises:
            CourseError: There is no record of its marking, or the gradebook cannot be read.
            RecordError: The record is damaged.
        """
        # The steps that the course names, and no template after them.
        nb, resources = Exporter.from_notebook_node(self, nb, resources)
        names = resources["nbgrader"]
        assignment, student = Assignment.here(names["assignment"]), names["student"]
        file = record_file(assignment.course.records, assignment.name, student)
        if not file.is_file():
            raise CourseError(f"no record of {student}'s {assignment.name}: run `autograder grade {assignment.name}`")
        record = named_anew(assignment, read_record(file))
        # One that an instructor has put beside it: no problem of the record's belongs to it.
        if names["notebook"] not in assignment.notebooks:
            return feedback_page(assignment, record, nb, beside=True), resources
        if assignment.joined:
            folder = _marked_folder(CourseDirectory(parent=self), assignment.name, student)
            nb = notebooks_in(assignment.name, assignment.notebooks, folder) or nb
        entered = read_entered(names["db_url"], assignment, student)
        return feedback_page(assignment, record, nb, entered), resources


def _marked_folder(folders: CourseDirectory, assignment: str, student: str) -> Path:
    return Path(folders.format_path(folders.autograded_directory, student, assignment))


def show_refusals() -> None:
    """Make nbgrader write pages where there is no marked notebook, too; doing so again changes nothing.

    nbgrader makes pages of marked notebooks, and there is none of what is refused. Its hooks are called after each page
    that it has made itself, so not at all where everybody was refused: it ends in an error then, before them. So this
    one method is extended. Points are compared first, before any page is replaced.
    """
    found = GenerateFeedback.init_notebooks
    if hasattr(found, "__wrapped__"):
        return

    @functools.wraps(found)
    def init_notebooks(self: Any) -> None:
        compare_points(self)
        folders = self.coursedir
        marked = folders.format_path(folders.autograded_directory, folders.student_id, folders.assignment_id)
        if write_unmarked(folders) and not glob.glob(str(marked)):
            self.assignments, self.notebooks = {}, []
        else:
            found(self)

    GenerateFeedback.init_notebooks = init_notebooks


def write_unmarked(folders: CourseDirectory) -> bool:
    """Write the pages of hand-ins that have no marked notebook, and return whether there are any.

    They were refused, or the grader itself failed on the whole of them.

    Args:
        folders: nbgrader's, with its name of the assignment and its pattern of students.

    Raises:
        CourseError: There is no such assignment.
        RecordError: A record is damaged.
    """
    name = folders.assignment_id
    assignment, written = Assignment(find_course(Path(folders.root)), name), False
    for file in sorted((assignment.course.records / name).glob(f"{folders.student_id}.json")):
        record = read_record(file)
        marked = notebooks_in(name, assignment.notebooks, _marked_folder(folders, name, file.stem))
        failed = record.status is Status.GRADER_ERROR and marked is None
        if failed or record.status is Status.REJECTED:
            place = Path(folders.format_path(folders.feedback_directory, file.stem, name))
            place.mkdir(parents=True, exist_ok=True)
            # nbgrader gives a student a page for each notebook; they all say the same.
            for notebook in assignment.notebooks:
                page = feedback_page(assignment, record, None)
                (place / f"{notebook}.html").write_text(page, encoding="utf-8")
            written = True
    return written
