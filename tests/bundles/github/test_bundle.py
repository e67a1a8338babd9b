"""The two folders: all that marks in the private one, and nothing of it in what students get."""

from __future__ import annotations

import stat

import msgspec
import pytest
import yaml  # type: ignore[import-untyped]

from autograder.bundles.github.bundle import FILES, PLACES, BundleRequest, write_bundle
from autograder.bundles.github.settings import Settings, settings_of
from autograder.cli import main
from autograder.course.course import CourseError

REQUEST = BundleRequest("my-course/arithmetic-marking", python="3.12")


def test_students_get_the_workflow_and_nothing_else(assignment, tmp_path):
    private, students = write_bundle(assignment, tmp_path / "made", REQUEST)
    (workflow,) = (file for file in students.rglob("*") if file.is_file())
    assert workflow == students / ".github" / "workflows" / "classroom.yml"
    (job,) = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    assert "my-course/arithmetic-marking@main" in [step.get("uses") for step in job["steps"]]
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_all_that_marks_lies_in_the_private_folder(assignment, tmp_path):
    private, _ = write_bundle(assignment, tmp_path, BundleRequest("a/b", unisolated=True))
    assert settings_of(private / "course") == Settings("arithmetic", unisolated=True)
    assert (private / "course" / "source" / "arithmetic" / "arithmetic.ipynb").is_file()
    assert len(list((private / "wheels").glob("*.whl"))) == 1
    assert "nbgrader==" in (private / "requirements.txt").read_text(encoding="utf-8")


def test_the_same_course_makes_the_same_files_and_a_change_of_it_another_key(assignment, tmp_path):
    def action() -> str:
        private, _ = write_bundle(assignment, tmp_path, REQUEST)
        return (private / "action.yml").read_text(encoding="utf-8")

    first = action()
    assert action() == first
    (assignment.hidden / "test_double.py").write_text("# changed")
    assert action() != first


def test_what_is_no_longer_there_goes_when_it_is_made_again(assignment, tmp_path):
    private, _ = write_bundle(assignment, tmp_path, REQUEST)
    for name in ("wheels/autograder-0.0.1-py3-none-any.whl", "course/assignments/arithmetic/hidden/test_old.py"):
        (private / name).touch()
    (private / ".git").mkdir()
    write_bundle(assignment, tmp_path, REQUEST)
    assert len(list((private / "wheels").iterdir())) == 1
    assert not list(private.rglob("test_old.py"))
    assert (private / ".git").is_dir()


@pytest.mark.parametrize("name", PLACES)
def test_no_place_is_left_to_fill_in_and_no_expression_is_put_into_a_script(assignment, tmp_path, name):
    write_bundle(assignment, tmp_path, REQUEST)
    text = (tmp_path / PLACES[name]).read_text(encoding="utf-8")
    for word in ("ASSIGNMENT", "DIGEST", "PYTHON", "REPOSITORY"):
        assert f"@{word}@" not in text
    if name.endswith(".yml"):
        said = yaml.safe_load(text)
        jobs = said["jobs"].values() if "jobs" in said else [said["runs"]]
        for step in (step for job in jobs for step in job["steps"]):
            # An expression is filled in before the shell reads the script: a name could become a command.
            assert "${{" not in step.get("run", "")


def test_each_file_goes_somewhere():
    assert {file.name for file in FILES.iterdir()} == set(PLACES)


@pytest.mark.parametrize("name", ["marking", "a/b/c", "a/b c", "-a/b", "a/b;c"])
def test_what_is_no_name_of_a_repository_is_refused(assignment, tmp_path, name):
    with pytest.raises(CourseError, match="OWNER/NAME"):
        write_bundle(assignment, tmp_path, BundleRequest(name))


def test_rules_that_a_job_cannot_keep_are_refused(assignment, tmp_path):
    (assignment.course.root / "handing_in.toml").write_text('[arithmetic]\nshows = "after_due"\n')
    with pytest.raises(CourseError, match="after_due"):
        write_bundle(assignment, tmp_path, REQUEST)


def test_the_command_says_what_it_made_and_that_there_is_no_salt(course, capsys):
    assert main(["bundle", "github", "arithmetic", "--repository", "a/b", "--python", "3.12"]) == 0
    said = capsys.readouterr()
    assert "arithmetic-github/private" in said.out
    assert "no salt of its own" in said.err
    assert (course.root / "arithmetic-github" / "private" / "action.yml").is_file()


def test_settings_are_read_as_they_are_written(tmp_path):
    made = Settings("arithmetic", hints=3)
    (tmp_path / "settings.json").write_bytes(msgspec.json.encode(made))
    assert settings_of(tmp_path) == made
