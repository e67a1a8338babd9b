"""The one writer leaves a class as sequential ``nbgrader autograde`` does: gradebook, files, records."""

from __future__ import annotations

import pytest

from autograder.grading.writer import GradebookWriter


@pytest.fixture
def written(writable, tools, rounds, by_nbgrader):
    """Return a function that writes a round of the class, by the replies that nbgrader's own marking gives."""

    def write(number: int):
        course = writable
        rounds.handed_in[number](course, tools)
        with GradebookWriter(course, "arithmetic") as writer:
            for student, reply in sorted(by_nbgrader[number].replies.items()):
                folder = course.submitted / student / "arithmetic"
                if folder.exists():
                    writer.write(student, folder, reply)
        return rounds.state(course)

    return write


def test_a_class_is_left_as_nbgrader_leaves_it(written, by_nbgrader, writable, rounds):
    first = written(0)
    assert rounds.differences(first, by_nbgrader[0]) == []
    rounds.by_hand(writable)
    assert rounds.differences(written(1), by_nbgrader[1]) == []
