"""The kit knows no assignment: not its name, not its package, nobody of its demo class."""

from __future__ import annotations

import re
import subprocess

import pytest

from autograder.course.assignment import Assignment, assignment_names
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.demo import FOLDER, pupils_of

COURSE = Course(KIT_ROOT)
# Names that many people have, in examples of the command line.
COMMON = {"ada", "ben"}


def words_of(assignment: Assignment) -> set[str]:
    """Return what nothing of the kit may name of an assignment."""
    pupils = {pupil.name for pupil in pupils_of(assignment)} if (assignment.folder / FOLDER).is_dir() else set()
    return {assignment.name, *assignment.packages, *(pupils - COMMON)}


@pytest.mark.parametrize("name", assignment_names(COURSE))
def test_nothing_in_the_kit_names_an_assignment(name):
    words = "|".join(map(re.escape, sorted(words_of(Assignment(COURSE, name)))))
    command = ["git", "grep", "-nwE", words, "--", "autograder", ":!autograder/assignments"]
    found = subprocess.run(command, cwd=KIT_ROOT, capture_output=True, text=True, check=False)
    assert found.stderr == ""
    assert found.stdout == ""
