"""Whatever is handed in, is read within the limits or refused with a sentence; nothing makes the grader fail."""

from __future__ import annotations

import contextlib
import itertools
from random import Random

import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.submissions.checks import IntakeLimits, Rejected
from autograder.submissions.read import read_submission
from tests.fuzz.bombs import ASSIGNMENT, bombs

SIZE = 4_000
# Of all kinds, each run of the tests reads some.
EVERY = 9


def test_they_are_named_and_the_same_for_the_same_seed():
    some = list(itertools.islice(bombs(Random(3), 300), 60))
    assert some == list(itertools.islice(bombs(Random(3), 300), 60))
    assert len({name for name, _ in some}) == len(some)
    assert {name.rpartition(".")[2] for name, _ in some} == {"ipynb", "zip"}


@pytest.mark.thorough
def test_each_is_read_or_refused(tmp_path):
    assignment = Assignment(Course(KIT_ROOT), ASSIGNMENT)
    read = 0
    for name, data in itertools.islice(bombs(Random(5), SIZE), 0, None, EVERY):
        file = tmp_path / name
        file.write_bytes(data)
        with contextlib.suppress(Rejected):
            read_submission(assignment, file)
            read += 1
        file.unlink()
    assert read > 20


def test_what_takes_longer_to_read_than_it_may_is_refused_with_a_sentence(tmp_path):
    assignment = Assignment(Course(KIT_ROOT), ASSIGNMENT)
    name, data = next(bombs(Random(5)))
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Rejected, match=f"^reading {name} took more than 0.01 seconds or 1024 MB of memory: copy"):
        read_submission(assignment, tmp_path / name, IntakeLimits(seconds=0.01))
