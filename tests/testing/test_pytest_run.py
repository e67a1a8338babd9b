"""Hidden tests are run apart from whatever the shell and the project say to pytest."""

import os

import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course, CourseError
from autograder.course.paths import KIT_ROOT
from autograder.testing.declared import declared_tests
from autograder.testing.diagnosis.replay import Replay
from autograder.testing.pytest_run import Collector


@pytest.fixture
def real() -> Assignment:
    return Assignment(Course(KIT_ROOT), "rnn_captioning")


def test_options_of_the_shell_reach_no_run_and_are_still_there_afterwards(real, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nonsense")
    file = real.hidden_file("word_embedding_forward")
    tests = [item.name for item in Collector(real, file).items]
    assert len(tests) == len(declared_tests(real)["word_embedding_forward"])
    replay = Replay(real, file)
    assert replay.run(f"{file.name}::{tests[0]}", vars(real.reference)).passed
    assert os.environ["PYTEST_ADDOPTS"] == "--nonsense"


def test_a_file_that_cannot_be_collected_is_named(real, tmp_path):
    file = tmp_path / "test_broken.py"
    file.write_text("import no_such_module\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"test_broken\.py cannot be collected"):
        Collector(real, file)
