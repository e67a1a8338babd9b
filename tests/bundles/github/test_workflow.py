"""The steps of both workflows, run in order as a runner does: a push gets points, and so does a whole class."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from autograder.bundles.github.bundle import BundleRequest, write_bundle
from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.kernel.sandbox.levels import Level, best
from tests.bundles.github.actions import Runner, StepError

REPOSITORY = "my-course/arithmetic-marking"
DOUBLE = "def double(x): return 2 * x"
HALVE = "def halve(x): return x / 2, 'cache'"
# What Python or pip would import or read in the folder in which the job begins, and in that of the hand-in.
TRAPS = ("pip.py", "venv.py", "autograder.py", "json.py", "sitecustomize.py", "encodings.py")


@pytest.fixture(scope="module")
def bundle(made_course: Path, tools: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is made of the tiny course. Nobody changes it."""
    folder = tmp_path_factory.mktemp("bundle")
    assignment = Assignment(Course(made_course / "course"), tools.name)
    write_bundle(assignment, folder, BundleRequest(REPOSITORY, unisolated=best() is Level.OFF))
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's folder, with the kit that the first job leaves in its cache."""
    return tmp_path_factory.mktemp("runner")


@pytest.fixture
def push(bundle: Path, home: Path, made_course: Path, tools: SimpleNamespace, tmp_path: Path) -> Callable[..., Runner]:
    """Return a function that pushes a notebook with two functions, and runs the workflow on it."""

    def run(double: str, halve: str, *, traps: bool = False, number: int = 1) -> Runner:
        repository = tmp_path / "repository"
        release = made_course / "course" / "release" / tools.name
        shutil.copytree(release, repository)
        shutil.copytree(bundle / "template", repository, dirs_exist_ok=True)
        notebook = nbformat.read(repository / f"{tools.name}.ipynb", as_version=4)
        tools.cell_named(notebook, "double").source = double
        tools.cell_named(notebook, "halve").source = halve
        (repository / f"{tools.name}.ipynb").write_text(json.dumps(notebook))
        for name in TRAPS if traps else ():
            (repository / name).write_text(f"open({str(tmp_path / 'trapped')!r}, 'a').write({name!r})")
        runner = Runner(home, repository, {f"{REPOSITORY}@main": bundle / "private"}, run_number=number)
        runner.run(repository / ".github" / "workflows" / "classroom.yml")
        return runner

    return run


def test_a_push_that_is_right_gets_all_points_and_nothing_of_it_is_imported_outside_of_the_sandbox(push, tmp_path):
    runner = push(DOUBLE, HALVE, traps=True)
    assert not (tmp_path / "trapped").exists()
    assert "**10 of 10 so far, 3 wait for a person**" in runner.summary
    told = {name: runner.reported[name] for name in ("points", "most", "table", "failed")}
    assert told == {"points": 10, "most": 10, "table": 10, "failed": []}
    files = {file.name for file in runner.artifacts["feedback"].iterdir()}
    assert files == {"feedback.html", "feedback.md", "junit.xml"}


def test_a_push_that_is_wrong_gets_feedback_with_the_kit_of_before_and_prints_nothing_into_the_log(push):
    command = "::error::forged\\n::notice title=Autograding report::{}"
    hostile = f"import os\nos.write(1, b'{command}')\nprint('{command}')\n{DOUBLE}"
    runner = push(hostile, "def halve(x): return x, 'cache'", number=2)
    assert "forged" not in runner.log
    assert (runner.reported["points"], runner.reported["table"], runner.reported["failed"]) == (4, 4, ["fail"])
    assert "## `halve` · not right yet · 0 / 6" in runner.summary
    assert "Hand-in of arithmetic-ada" in runner.summary


GH = """#!/usr/bin/env bash
# As GitHub's command line, for what the workflow asks of it.
case "$1 $2" in
    "repo list") ls "$CLASS" ;;
    "repo clone")
        mkdir -p "$(dirname "$4")" && cp -R "$CLASS/${3##*/}" "$4"
        [ -n "$GH_TOKEN" ] && [ ! -e "$4/broken" ]
        ;;
esac
"""


@pytest.mark.thorough
def test_the_class_is_marked_in_the_private_repository(bundle, home, made_course, tools, tmp_path):
    programs, students = tmp_path / "bin", tmp_path / "class"
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    for student, double in (("ada", DOUBLE), ("ben", "def double(x): return x")):
        repository = students / f"arithmetic-{student}"
        shutil.copytree(made_course / "course" / "release" / tools.name, repository)
        notebook = nbformat.read(repository / f"{tools.name}.ipynb", as_version=4)
        tools.cell_named(notebook, "double").source = double
        (repository / f"{tools.name}.ipynb").write_text(json.dumps(notebook))
    (students / "other").mkdir()
    # Its checkout fails: it costs nobody else's marks.
    (students / "arithmetic-atk" / "broken").mkdir(parents=True)
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "CLASS": str(students)}
    runner = Runner(home, bundle / "private", {"": bundle / "private"}, environment=environment)
    runner.run(
        bundle / "private" / ".github" / "workflows" / "mark-class.yml", {"prefix": "arithmetic"}, {"CLASS_TOKEN": "x"}
    )
    classroom = runner.artifacts["classroom"]
    scores = {
        file.stem: json.loads(file.read_text(encoding="utf-8"))["score"]
        for file in (classroom / "records" / tools.name).glob("*.json")
    }
    assert scores == {"ada": 4, "ben": 0}
    assert (classroom / "feedback" / "ada" / tools.name / f"{tools.name}.html").is_file()
    assert (classroom / "reports" / tools.name / "class.html").is_file()


@pytest.mark.thorough
def test_a_job_whose_kit_cannot_be_installed_fails_and_tells_no_points(bundle, home, tmp_path):
    broken = tmp_path / "private"
    shutil.copytree(bundle / "private", broken)
    (broken / "wheels").rename(broken / "elsewhere")
    action = broken / "action.yml"
    action.write_text(action.read_text(encoding="utf-8").replace("key: ", "key: another-"), encoding="utf-8")
    runner = Runner(home, tmp_path, {f"{REPOSITORY}@main": broken})
    with pytest.raises((StepError, subprocess.SubprocessError), match="Set up"):
        runner.run(bundle / "template" / ".github" / "workflows" / "classroom.yml")
    assert runner.reported == {}
