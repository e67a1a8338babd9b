"""A writer that is killed at any moment leaves nothing that the next run does not put right."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys

import pytest

from autograder.course.course import Course
from autograder.course.nbgrader_app import load_config
from autograder.course.paths import KIT_ROOT
from autograder.grading.writer import GradebookWriter
from tests.grading.dumps import copy_gradebook, new_database
from tests.grading.killed import MOMENTS, Plan

NAME = "arithmetic"
REFUSED = ["with the old folder moved", "after the folder", "after the commit", "before it is set aside"]
# One is marked again, after a person has given points; the other is refused.
KILLED = {"ada": [name for name in MOMENTS if "set aside" not in name], "fay": REFUSED}
# Where nothing of a hand-in is put before its own record: then it is done, or not begun.
SETTLED = {"with the earlier record kept", "before the draft", "after the record", "before it is set aside"}
IN_DATABASE = ["with half of the rows", "before the commit", "after the commit"]


@pytest.fixture(scope="module")
def half_marked(unmarked, by_nbgrader, tools, rounds, tmp_path_factory):
    """A course whose first round is marked, and whose second is too but for two students."""
    root = tmp_path_factory.mktemp("half") / "made"
    shutil.copytree(unmarked, root)
    course = Course(root / "course")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course.root)
        rounds.handed_in[0](course, tools)
        write_all(course, by_nbgrader[0])
        rounds.by_hand(course)
        rounds.handed_in[1](course, tools)
        write_all(course, by_nbgrader[1], by_nbgrader[1].replies.keys() - KILLED.keys())
    return root


def write_all(course, marked, students=None):
    """Write hand-ins that are there, and return the students who were named as unfinished."""
    with GradebookWriter(course, NAME) as writer:
        unfinished = writer.unfinished()
        for student in sorted(marked.replies if students is None else students):
            if (folder := course.submitted / student / NAME).exists():
                writer.write(student, folder, marked.replies[student])
    return unfinished


@pytest.fixture
def copies(half_marked, tmp_path):
    """Return a function that copies the course, for one death each, with its gradebook on SQLite or on a server."""

    def copy(number, server=None):
        root = tmp_path / str(number)
        shutil.copytree(half_marked, root, symlinks=True)
        course = Course(root / "course")
        if server:
            url = new_database(server)
            copy_gradebook(load_config(course).CourseDirectory.db_url, url)
            with (course.root / "nbgrader_config.py").open("a") as config:
                config.write(f"c.CourseDirectory.db_url = {url!r}\n")
        return course

    return copy


def kill(root, deaths, tmp_path):
    """Kill writers as planned."""
    plan = tmp_path / "plan"
    plan.write_bytes(pickle.dumps(Plan(deaths)))
    command = [sys.executable, "-m", "tests.grading.killed", str(plan)]
    environment = {**os.environ, "PYTHONPATH": str(KIT_ROOT)}
    ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def check(deaths, by_nbgrader, rounds, tools, monkeypatch):
    """Write all anew in each course, and compare."""
    for course, student, _reply, moment in deaths:
        monkeypatch.chdir(course.root)
        unfinished = write_all(course, by_nbgrader[1], KILLED)
        assert unfinished == (set() if moment in SETTLED else {student}), moment
        assert rounds.differences(rounds.state(course), by_nbgrader[1]) == [], (student, moment)
        hidden = [path for path in (course.classroom / "autograded").rglob(".*") if path.name != ".hidden"]
        assert hidden == [], (student, moment)


@pytest.mark.thorough
def test_whatever_moment_a_writer_is_killed_at_the_next_run_comes_to_the_same(
    copies, half_marked, by_nbgrader, rounds, tools, tmp_path, monkeypatch
):
    planned = [(student, moment) for student, moments in KILLED.items() for moment in moments]
    replies = by_nbgrader[1].replies
    deaths = [(copies(number), who, replies[who], when) for number, (who, when) in enumerate(planned)]
    kill(half_marked, deaths, tmp_path)
    check(deaths, by_nbgrader, rounds, tools, monkeypatch)


@pytest.mark.thorough
def test_a_killed_writers_transaction_is_undone_by_a_server(
    copies, half_marked, by_nbgrader, rounds, tools, postgres, tmp_path, monkeypatch
):
    reply = by_nbgrader[1].replies["ada"]
    deaths = [(copies(number, postgres), "ada", reply, when) for number, when in enumerate(IN_DATABASE)]
    before = rounds.state(deaths[0][0]).gradebook
    kill(half_marked, deaths, tmp_path)
    for course, _who, _reply, moment in deaths:
        assert (rounds.state(course).gradebook == before) == (moment != "after the commit"), moment
    check(deaths, by_nbgrader, rounds, tools, monkeypatch)
