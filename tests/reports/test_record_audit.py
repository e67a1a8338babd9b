"""`autograder audit` lists what a person should look at, and nothing else."""

from __future__ import annotations

import json
import os

import pytest

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.results import Basis, ProblemResult, Record, Status, TestResult, Verdict, write_record
from autograder.i18n.messages import Message
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports.record_audit import RemarkKind, audit, oddities

NAME = "rnn_captioning"
STEP, BACK, LATER = "rnn_step_forward", "rnn_step_backward", "rnn_backward"


@pytest.fixture
def assignment(tmp_path, monkeypatch):
    """The kit's own assignment, of whose class there is nothing yet."""
    course = Course(tmp_path)
    (tmp_path / "nbgrader_config.py").write_bytes((KIT_ROOT / "nbgrader_config.py").read_bytes())
    (tmp_path / "source").symlink_to(KIT_ROOT / "source")
    monkeypatch.chdir(tmp_path)
    return Assignment(course, NAME)


def outcome(name="test_values", verdict=Verdict.PASSED, **more):
    score = 1.0 if verdict is Verdict.PASSED else 0.0
    return TestResult(id=f"file.py::{name}", title=Message("t"), verdict=verdict, score=score, max_score=1.0, **more)


def recorded(assignment, student="ada", over_budget=False, **problems):
    results = [
        ProblemResult(id=name, score=sum(test.score for test in tests), max_score=len(tests), tests=tests)
        for name, tests in problems.items()
    ]
    record = Record(
        assignment=NAME,
        student=student,
        sha256="",
        status=Status.MARKED,
        score=0.0,
        max_score=0.0,
        problems=results,
        over_budget=over_budget,
        kit_version="0",
        tests_sha256="",
        environment={},
        seconds=0.0,
    )
    write_record(record, record_file(assignment.course.records, NAME, student))
    return [(one.what, one.where) for one in audit(assignment)]


RIGHT, WRONG = outcome(), outcome(verdict=Verdict.FAILED)
LENIENT = outcome(basis=Basis.FOLLOW_THROUGH, forgiven=[STEP])


def test_what_is_forgiven_was_wrong(assignment):
    assert recorded(assignment, **{STEP: [RIGHT], BACK: [LENIENT]}) == [(RemarkKind.LENIENCY, BACK)]
    assert recorded(assignment, **{BACK: [LENIENT]}) == [(RemarkKind.LENIENCY, BACK)]
    assert recorded(assignment, **{STEP: [WRONG], BACK: [LENIENT], LATER: [LENIENT]}) == []
    assert recorded(assignment, **{STEP: [RIGHT], BACK: [RIGHT]}) == []


def test_points_that_only_the_worked_example_gives_are_listed(assignment):
    known = outcome("test_reference_values", worked_example=True)
    assert recorded(assignment, **{STEP: [known, WRONG]}) == [(RemarkKind.EXAMPLES, STEP)]
    assert recorded(assignment, **{STEP: [known, RIGHT, WRONG]}) == []
    assert recorded(assignment, **{STEP: [known, RIGHT]}) == []
    assert recorded(assignment, **{STEP: [WRONG]}) == []


def test_budgets_that_were_reached_are_listed(assignment):
    assert recorded(assignment, over_budget=True) == [(RemarkKind.BUDGET, "")]


def test_a_record_that_cannot_be_read_or_is_somebody_elses_is_listed(assignment):
    recorded(assignment)
    folder = assignment.course.records / NAME
    (folder / "ben.json").write_text("{")
    (folder / "chen.json").write_bytes((folder / "ada.json").read_bytes())
    assert [(one.student, one.what) for one in audit(assignment)] == [
        ("ben", RemarkKind.RECORD),
        ("chen", RemarkKind.NAME),
    ]


@pytest.mark.parametrize(
    "name",
    ["a\x1b[2J", "a\u202ebda", "a\u200bb", "\u0430da", "\uff41da", "x" * 121, "..\\a", "-rf", "~a", "C:a", "\udcff"],
)
def test_odd_names_are_told(name):
    assert len(oddities(name)) == 1


@pytest.mark.parametrize(
    "name",
    ["ada", "M\u00fcller (1).png", "\u4f5c\u4e1a\uff081\uff09.ipynb", "\u0430\u043d\u043d\u0430", "a\u202fb", ".git"],
)
def test_other_names_are_not(name):
    assert oddities(name) == []


def test_the_command_lists_names_of_what_was_handed_in_and_ends_with_one(assignment, tmp_path, capsys):
    folder = assignment.course.submitted / "a\x1bda" / NAME
    (folder / "cs231n").mkdir(parents=True)
    (folder / "cs231n" / "b\u202ey.py").write_text("")
    (folder / "\udcff.txt").write_text("")
    file = tmp_path / "found.json"
    assert main(["audit", NAME, "--json", str(file)]) == 1
    found = json.loads(file.read_text(encoding="utf-8"))
    assert sorted((one["student"], one["where"]) for one in found) == [
        ("a\x1bda", ""),
        ("a\x1bda", "?.txt"),
        ("a\x1bda", "cs231n/b\u202ey.py"),
    ]
    shown = capsys.readouterr().out
    assert shown.replace("\n", "").isprintable()
    assert f"{NAME}: 3 to look at" in shown


def test_a_folder_that_cannot_be_looked_into_is_listed(assignment):
    folder = assignment.course.submitted / "ada" / NAME
    folder.mkdir(parents=True)
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=descriptor)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)
    assert "cannot be looked into" in audit(assignment)[-1].why


def test_it_ends_with_zero_when_there_is_nothing(assignment, capsys):
    recorded(assignment, **{STEP: [RIGHT]})
    assert main(["audit", NAME]) == 0
    assert capsys.readouterr().out == f"{NAME}: 0 to look at\n"
