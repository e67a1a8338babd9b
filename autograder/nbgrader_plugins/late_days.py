"""Takes off what late days cost by ``handing_in.toml``: as the grading server says it, so `nbgrader autograde` does it.

``c.AssignLatePenalties.plugin_class = LateDays`` in ``nbgrader_config.py``. A course without that file, or whose file
says nothing of an assignment's due time, has nbgrader's own penalties, which are none by default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.plugins import LateSubmissionPlugin

from autograder.course.course import Course, find_course
from autograder.course.gradebook_database import set_due
from autograder.course.handing_in import Rules, late_by, read_rules


class LateDays(LateSubmissionPlugin):  # type: ignore[misc]  # nbgrader has no types
    """nbgrader's plugin for late submissions, by the course's rules of handing in.

    nbgrader makes one for each late submission, as a part of its step ``AssignLatePenalties``, which knows the
    assignment.

    Raises:
        CourseError: The rules are wrong.
    """

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self._rules = _rules(self.config, self.parent.assignment_id)
        # Before nbgrader asks its gradebook how late a submission is. `autograder grade` has done so already, and tells
        # its step of no database.
        if self._rules.due is not None and (url := getattr(self.parent, "db_url", None)):
            set_due(url, self.parent.assignment_id, self._rules.due)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points that a submission loses; None when it loses none.

        Args:
            student_id: The student.
            score: The points of the submission.
            total_seconds_late: Seconds after the due time, with the student's extension.
        """
        if self._rules.due is None:
            penalty: float | None = super().late_submission_penalty(student_id, score, total_seconds_late)
            return penalty
        late = late_by(self._rules, total_seconds_late)
        if not late.accepted:
            self.log.warning(
                "%s handed in after the last late day, and is marked all the same: take the submission out, or give an "
                "extension",
                student_id,
            )
        return score * late.penalty or None


def _rules(config: Any, assignment: str) -> Rules:
    root = config.CourseDirectory.get("root")
    course = Course(Path(root)) if isinstance(root, str) and root else find_course()
    return read_rules(course).get(assignment, Rules())
