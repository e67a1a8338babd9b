"""The one writer leaves a class as sequential ``nbgrader autograde`` does: gradebook, files, records."""

from __future__ import annotations

import pytest

from autograder.grading.writer import GradebookWriter


def differences(mine, nbgraders):
    """Return what differs, in a form that a failed test can show."""
    found = []
    for part in ("gradebook", "files", "refused", "records"):
        one, other = getattr(mine, part), getattr(nbgraders, part)
        for key in sorted({*one, *other}):
            left, right = one.get(key), other.get(key)
            if left != right and part == "gradebook":
                left, right = (
                    [row for row in a or [] if row not in (b or [])] for a, b in ((left, right), (right, left))
                )
            if left != right:
                found.append((part, key, left, right))
    return found


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
    assert differences(first, by_nbgrader[0]) == []
    rounds.by_hand(writable)
    assert differences(written(1), by_nbgrader[1]) == []
