"""Packs feedback for Canvas' *Upload Submissions*, in which a file goes back to the file that was handed in.

``infer_comment_context_from_filename`` (``app/models/abstract_assignment.rb`` of
https://github.com/instructure/canvas-lms) finds a submission by the first two numbers between underscores, user and
attachment, or by ``anon_<anonymous id>`` and the attachment behind it; what has no attachment of the submission is
ignored. The name of a student or group is left out here, for it can hold numbers. Canvas shows the file under the name
of the attachment, ``ps1.ipynb``, whatever is in it. So feedback is made as what that name says.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import nbformat
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.joined_notebooks import notebooks_in
from autograder.course.results import read_record
from autograder.course.zip_file import write_zip
from autograder.feedback.content import content_of
from autograder.feedback.entered import read_entered
from autograder.feedback.markdown import MarkdownWriter
from autograder.lms.canvas import ANONYMOUS
from autograder.lms.collected import Came
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.testing.diagnosis.named_anew import named_anew

# A backslash and a bracket, each with the backslash that takes its meaning away.
ESCAPED_BRACKET = re.compile(r"\\{3}([()\[\]])")


@dataclass(frozen=True)
class Feedback:
    """The feedback on one submission.

    Attributes:
        pages: Its pages, by the names of their files.
        markdown: Makes the same as Markdown.
    """

    pages: Mapping[str, bytes]
    markdown: Callable[[], str]


def feedback_markdown_of(assignment: Assignment, folders: CourseDirectory, student: str) -> str:
    """Return what a feedback page says as Markdown, without tables.

    Raises:
        CourseError: The gradebook or the source cannot be read.
        RecordError: The record of the marking is damaged.
    """
    record = named_anew(assignment, read_record(record_file(assignment.course.records, assignment.name, student)))
    place = Path(folders.format_path(folders.autograded_directory, student, assignment.name))
    notebook = notebooks_in(assignment.name, assignment.notebooks, place)
    content = content_of(assignment, record, notebook, read_entered(folders.db_url, assignment, student))
    writer = MarkdownWriter(content, github=False)
    blocks = [*writer.top(), *(block for card in content.cards for block in writer.problem(card))]
    return "\n\n".join(blocks) + "\n"


def in_notebook(feedback: Feedback) -> bytes:
    """Return feedback as a notebook with one text."""
    # Jupyter takes two backslashes before a bracket for the beginning of a formula, whatever stands before them.
    text = ESCAPED_BRACKET.sub(r"&#92;\\\1", feedback.markdown())
    cell = nbformat.v4.new_markdown_cell(text, id="feedback")
    written: str = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    return written.encode()


def in_zip(feedback: Feedback) -> bytes:
    """Return feedback as a zip of its pages."""
    written = io.BytesIO()
    write_zip(written, feedback.pages)
    return written.getvalue()


def in_comments(feedback: Feedback) -> bytes:
    """Return feedback as a Python file that holds nothing but comments."""
    return "".join(f"# {line}".rstrip() + "\n" for line in feedback.markdown().splitlines()).encode()


# What feedback is made as, by the end of the name under which Canvas shows it; the first that there is is taken.
FORMS: dict[str, Callable[[Feedback], bytes]] = {
    ".html": lambda feedback: next(iter(feedback.pages.values())),
    ".ipynb": in_notebook,
    ".zip": in_zip,
    ".md": lambda feedback: feedback.markdown().encode(),
    ".txt": lambda feedback: feedback.markdown().encode(),
    ".py": in_comments,
}


def answered(came: Came) -> tuple[str, str] | None:
    """Return the attachment to which feedback goes back, and the end of its name; None where there is none."""
    ends = {number: PurePosixPath(name).suffix.lower() for number, name in came.attachments.items()}
    fitting = [(form, number) for form in FORMS for number, end in ends.items() if end == form]
    return (fitting[0][1], fitting[0][0]) if fitting else None


def upload_name(came: Came, number: str, end: str) -> str:
    """Return what a file of feedback is called, so that Canvas finds its submission."""
    # Nothing behind the attachment may begin with "link".
    return f"{'' if came.owner.startswith(f'{ANONYMOUS}_') else 'feedback_'}{came.owner}_{number}_feedback{end}"
