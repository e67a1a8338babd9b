"""Finds the figures of the course's own that the texts of one page show."""

from __future__ import annotations

from autograder.course.course import FIGURES, Course

# Of all texts of one page: a name of a few letters stands for some kilobytes.
FIGURES_MAX = 40


class Figures:
    """Returns figures by their addresses, so many for one page.

    Whatever a student's notebook holds, what is shown is the file of that name beside the source notebook.

    Args:
        course: The course that the page belongs to.
        assignment: The assignment's name.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self._course, self._assignment, self._left = course, assignment, FIGURES_MAX

    def find(self, address: str) -> bytes | None:
        """Return the SVG that a text shows by ``figures/<name>.svg``; None when there is none."""
        if not self._left or not address.startswith(f"{FIGURES}/"):
            return None
        file = self._course.figure(self._assignment, address)
        if file is None or file.suffix != ".svg":
            return None
        self._left -= 1
        return file.read_bytes()
