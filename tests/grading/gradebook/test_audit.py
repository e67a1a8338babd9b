"""The audit trail has a line for each change of points, and no line is ever taken away."""

from __future__ import annotations

import json
import os

import pytest

from autograder.grading.gradebook.audit import Audit
from autograder.grading.gradebook.changes import Change, TestChange

FELL = TestChange("t::a", "passed 4", "failed 0", -4)


def lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_a_line_says_whose_points_changed_from_what_to_what_and_by_which_tests(tmp_path, record_of):
    file = tmp_path / "audit" / "arithmetic.jsonl"
    Audit(file, "run-1").note(
        [Change("ada", "double", 4.0, 0.0, (FELL,), override=1.5)], record_of(4, tests_sha256="a"), record_of(0)
    )
    (line,) = lines(file)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "run": "run-1",
        "student": "ada",
        "problem": "double",
        "old": 4,
        "new": 0,
        "marked": 0,
        "what": "lowered",
        "override": 1.5,
        "extra_credit": None,
        "tests": [{"id": "t::a", "before": "passed 4", "after": "failed 0", "gain": -4}],
        "tests_sha256": ["a", "b"],
        "kit_version": ["2", "2"],
    }


def test_points_that_rise_or_are_kept_or_go_to_a_person_are_told_apart(tmp_path, record_of):
    changes = [
        Change("ada", "double", 1.0, 4.0),
        Change("ada", "double", 4.0, 1.0, kept=True),
        Change("ada", "double", 4.0, None),
    ]
    Audit(tmp_path / "trail", "run-1").note(changes, None, record_of(4))
    assert [(line["what"], line["new"], line["marked"]) for line in lines(tmp_path / "trail")] == [
        ("raised", 4, 4),
        ("kept", 4, 1),
        ("lowered", None, None),
    ]


def test_a_change_of_tests_alone_leaves_no_line_and_no_file(tmp_path, record_of):
    Audit(tmp_path / "trail", "run-1").note([Change("ada", "double", 4.0, 4.0, (FELL,))], None, record_of(4))
    assert not (tmp_path / "trail").exists()


def test_later_runs_write_behind_earlier_ones(tmp_path, record_of):
    for run in ("run-1", "run-2"):
        Audit(tmp_path / "trail", run).note([Change("ada", "double", 1.0, 4.0)], None, record_of(4))
    assert [line["run"] for line in lines(tmp_path / "trail")] == ["run-1", "run-2"]


def test_lines_are_on_the_disk_before_points_are_changed(tmp_path, record_of, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))
    Audit(tmp_path / "trail", "run-1").note([Change("ada", "double", 1.0, 4.0)], None, record_of(4))
    assert synced == [(tmp_path / "trail").stat().st_size]
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        Audit(tmp_path / "trail", "run-2").note([Change("ada", "double", 1.0, 4.0)], None, record_of(4))
