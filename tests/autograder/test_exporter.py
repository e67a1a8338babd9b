"""``nbgrader autograde`` marks mangled hand-ins like all others, and leaves what was handed in as it is."""

from __future__ import annotations

from nbgrader.converters import Autograde

from autograder.converting import load_config, run_converter
from autograder.gradebook import record_file
from autograder.results import read_record

DOUBLE = "def double(x): return 2 * x"
HALVE = "def halve(x): return x / 2, None"


def test_x(course, scratch, hand_in, caplog):
    hand_in(DOUBLE, HALVE)
    import logging

    with caplog.at_level(logging.DEBUG):
        run_converter(Autograde, load_config(course), "arithmetic")
    record = read_record(record_file(course.records, "arithmetic", "ada"))
    print(record)
    assert not record.mended
    assert record.score == 10
