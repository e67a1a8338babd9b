"""Gives the feedback page of an attempt as things are now: with what people gave and wrote in formgrader since.

Marking makes the page, and most are read as they were made. The page of the attempt that counts is made anew where the
gradebook says more than tests did: points or comments of a person, or what lateness takes off.
"""

from __future__ import annotations

import logging

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_scores import gradebook_url
from autograder.course.results import RecordError, read_record
from autograder.feedback.entered import Entered, read_entered
from autograder.feedback.page import feedback_page
from autograder.server.attempts.storage import FEEDBACK, NOTEBOOK, RECORD, Storage
from autograder.server.tables import Attempt, Marking

log = logging.getLogger(__name__)


def page_of(
    storage: Storage, assignment: Assignment, attempt: Attempt, marking: Marking, hints_from: int | None = None
) -> bytes:
    """Return the feedback page of an attempt.

    Args:
        storage: The server's files.
        assignment: The assignment, in any language.
        attempt: The attempt.
        marking: The marking that counts for it.
        hints_from: The attempt from which on hints are shown; None: as ``assignment.toml`` says.
    """
    made = storage.marking(marking)
    entered = _entered(assignment, attempt)
    if entered is not None and (made / NOTEBOOK).is_file():
        try:
            notebook = nbformat.reads((made / NOTEBOOK).read_text(encoding="utf-8"), as_version=4)
            record = read_record(made / RECORD)
            return feedback_page(assignment, record, notebook, entered, hints_from=hints_from).encode()
        except (CourseError, RecordError) as fault:
            # The page that marking made is right as far as it goes.
            log.warning("feedback not made anew", extra={"attempt": attempt.id, "why": str(fault)})
    return (made / FEEDBACK).read_bytes()


def _entered(assignment: Assignment, attempt: Attempt) -> Entered | None:
    """Return what the gradebook says of the attempt that counts; None where that is no more than its tests say."""
    if not attempt.counts or attempt.entered_at is None:
        return None
    try:
        url = gradebook_url(assignment.course)
        found = read_entered(url, assignment, attempt.student) if url else None
    except CourseError as fault:
        log.warning("gradebook not read", extra={"attempt": attempt.id, "why": str(fault)})
        return None
    if found is None:
        return None
    by_hand = any(one.manual_score is not None or one.extra_credit for one in found.cells.values())
    return found if by_hand or found.comments or found.penalty else None
