"""The steps of both workflows, run in order as a runner does: a push gets points, and so does a whole class."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml  # type: ignore[import-untyped]

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
        [ -n "$GH_TOKEN" ] && git clone "${@:6}" "file://$CLASS/${3##*/}" "$4"
        ;;
esac
"""
# In place of the kit that a step before has installed.
KIT = """#!/usr/bin/env bash
echo "run: ${0##*/} $*"
[ "$1" != grade ]
"""
GIT = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@school.example")


def git(repository: Path, *command: str, given: str = "") -> str:
    """Run git in a repository and return what it prints."""
    ran = subprocess.run([*GIT, *command], cwd=repository, input=given, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def committed(repository: Path, tree: str = "") -> None:
    """Make a repository of a folder, with all its files in a commit, or with a tree that is in it."""
    repository.mkdir(exist_ok=True, parents=True)
    git(repository, "init", "--quiet")
    git(repository, "add", ".")
    made = git(repository, "commit-tree", "-m", "Hand-in", tree or git(repository, "write-tree"))
    git(repository, "update-ref", "HEAD", made)


def bomb(repository: Path) -> None:
    """Make a repository of a few kilobytes whose commit holds a hundred thousand files."""
    repository.mkdir(parents=True)
    git(repository, "init", "--quiet")
    blob = git(repository, "hash-object", "-w", "--stdin", given="x")
    tree = git(repository, "mktree", given=f"100644 blob {blob}\tfile\n")
    for _ in range(5):
        tree = git(repository, "mktree", given="".join(f"040000 tree {tree}\t{name}\n" for name in range(10)))
    committed(repository, tree)


def class_runner(home: Path, bundle: Path, students: Path, programs: Path) -> Runner:
    """Return a runner of the private repository, for which the students' repositories lie in a folder."""
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "CLASS": str(students)}
    return Runner(home, bundle / "private", {"": bundle / "private"}, environment=environment)


def without_a_kit(bundle: Path, folder: Path) -> Path:
    """Return the workflow with a step that installs nothing but programs of the kit's names, of which one fails."""
    said = yaml.safe_load((bundle / "private" / ".github" / "workflows" / "mark-class.yml").read_text("utf-8"))
    (step,) = (one for one in said["jobs"]["grade"]["steps"] if one["name"] == "Set up")
    programs = '"$RUNNER_TEMP/autograder/bin/autograder" "$RUNNER_TEMP/autograder/bin/nbgrader"'
    step["env"] = {"KIT": KIT}
    step["run"] = (
        'mkdir -p "$RUNNER_TEMP/autograder/bin" "$RUNNER_TEMP/autograder/course/classroom/submitted"\n'
        f'for one in {programs}; do printf %s "$KIT" > "$one"; chmod +x "$one"; done'
    )
    file = folder / "mark-class.yml"
    file.write_text(yaml.safe_dump(said), encoding="utf-8")
    return file


@pytest.fixture
def marked_class(bundle: Path, tools: SimpleNamespace, tmp_path: Path) -> Callable[[Path], Runner]:
    """Return a function that runs the class's workflow on the repositories in a folder, without a kit to mark with."""

    def run(students: Path) -> Runner:
        runner = class_runner(tmp_path / "home", bundle, students, tmp_path / "bin")
        with pytest.raises(StepError, match="Grade: 1"):
            runner.run(without_a_kit(bundle, tmp_path), {"prefix": tools.name}, {"CLASS_TOKEN": "x"})
        return runner

    return run


def test_a_hand_in_that_the_grader_fails_on_costs_nobody_feedback_or_the_gradebook(marked_class, tools, tmp_path):
    committed(tmp_path / "class" / f"{tools.name}-ada")
    runner = marked_class(tmp_path / "class")
    steps = ("autograder release", "autograder grade", "nbgrader generate_feedback", "autograder report")
    assert [line for line in runner.log.splitlines() if line.startswith("run: ")] == [
        f"run: {step} {tools.name}" for step in steps
    ]
    assert runner.artifacts["classroom"].is_dir()


@pytest.mark.timeout(120)
def test_a_repository_with_files_without_end_or_a_name_of_signs_is_not_checked_out_and_the_others_are(
    marked_class, tools, tmp_path
):
    students = tmp_path / "class"
    for name in ("ada", "", "...", "zoe"):
        (students / f"{tools.name}-{name}").mkdir(parents=True)
        (students / f"{tools.name}-{name}" / "a file").write_text("x")
        committed(students / f"{tools.name}-{name}")
    bomb(students / f"{tools.name}-eve")
    large = students / f"{tools.name}-max"
    large.mkdir()
    (large / "zeros").touch()
    os.truncate(large / "zeros", 20_000_000)
    committed(large)
    blob = git(large, "rev-parse", "HEAD:zeros")
    committed(large, git(large, "mktree", given="".join(f"100644 blob {blob}\tfile{name}\n" for name in range(60))))
    runner = marked_class(students)
    submitted = runner.artifacts["classroom"] / "submitted"
    assert sorted(str(file.relative_to(submitted)) for file in submitted.rglob("*") if file.is_file()) == [
        f"{student}/{tools.name}/a file" for student in ("ada", "zoe")
    ]
    assert runner.log.count("it is not marked") == 2


def test_nothing_that_is_printed_while_a_class_is_marked_is_a_command_to_the_runner(marked_class, tools, tmp_path):
    committed(tmp_path / "class" / f"{tools.name}-ada")
    before = marked_class(tmp_path / "class").log.partition("run: ")[0]
    assert re.search(r"^::stop-commands::[0-9a-f]{32}$", before, re.MULTILINE)


@pytest.mark.thorough
def test_the_class_is_marked_in_the_private_repository(bundle, home, made_course, tools, tmp_path):
    students = tmp_path / "class"
    for student, double in (("ada", DOUBLE), ("ben", "def double(x): return x")):
        repository = students / f"arithmetic-{student}"
        shutil.copytree(made_course / "course" / "release" / tools.name, repository)
        notebook = nbformat.read(repository / f"{tools.name}.ipynb", as_version=4)
        tools.cell_named(notebook, "double").source = double
        (repository / f"{tools.name}.ipynb").write_text(json.dumps(notebook))
        committed(repository)
    (students / "other").mkdir()
    # It is no repository: it costs nobody else's marks.
    (students / "arithmetic-atk").mkdir(parents=True)
    runner = class_runner(home, bundle, students, tmp_path / "bin")
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
