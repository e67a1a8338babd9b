"""What a step of the action does: it marks the repository, and tells GitHub and the student."""

from __future__ import annotations

import logging
import sys
import warnings
from dataclasses import replace

import msgspec
import pytest

from autograder.bundles.github.job import Job, main, mark
from autograder.bundles.github.settings import SETTINGS, Settings
from autograder.course.course import CourseError
from autograder.course.results import Status
from autograder.kernel.sandbox.levels import Level, best
from autograder.marking.execution.isolation import WeakIsolationError
from tests.bundles.github.actions import report

DOUBLE = "def double(x): return 2 * x"


@pytest.fixture
def job(course, hand_in, tmp_path) -> Job:
    """A job on the repository of a student who has written one function."""
    (course.root / SETTINGS).write_bytes(msgspec.json.encode(Settings("arithmetic", unisolated=True)))
    notebook = hand_in(DOUBLE)
    return Job(
        course=course.root,
        hand_in=notebook.parent,
        files=tmp_path / "files",
        student="arithmetic-ada",
        attempt=3,
        summary=tmp_path / "summary",
        output=tmp_path / "output",
    )


def variables(job: Job) -> dict[str, str]:
    return {
        "AUTOGRADER_COURSE": str(job.course),
        "AUTOGRADER_FILES": str(job.files),
        "AUTOGRADER_PATH": ".",
        "GITHUB_WORKSPACE": str(job.hand_in),
        "GITHUB_REPOSITORY": "my-course/arithmetic-ada",
        "GITHUB_RUN_NUMBER": "3",
        "GITHUB_STEP_SUMMARY": str(job.summary),
        "GITHUB_OUTPUT": str(job.output),
    }


def outputs(job: Job) -> dict[str, str]:
    return dict(line.split("=", 1) for line in job.output.read_text(encoding="utf-8").splitlines())


def test_the_summary_the_outputs_and_the_files_say_the_same_points(job, scratch):
    record = mark(job)
    assert (record.score, record.student, record.attempt) == (4, "arithmetic-ada", 3)
    assert "**4 of 10 so far, 3 wait for a person**" in job.summary.read_text(encoding="utf-8")
    said = outputs(job)
    assert (said["points"], said["files"]) == ("4", str(job.files))
    assert report("marks", {"MARKS_RESULTS": said["result"]})["points"] == 4
    assert {file.name for file in job.files.iterdir()} == {"feedback.html", "feedback.md", "junit.xml"}


def test_what_git_keeps_beside_the_files_is_not_handed_in(job, scratch):
    kept = job.hand_in / ".git" / "objects"
    kept.mkdir(parents=True)
    for number in range(600):
        (kept / f"{number}").touch()
    (job.hand_in / ".git" / "link").symlink_to("/etc")
    assert mark(job).status is Status.MARKED


def test_a_job_is_what_the_environment_says(job):
    assert Job.of(variables(job)) == job
    with pytest.raises(CourseError, match="GITHUB_OUTPUT"):
        Job.of({name: value for name, value in variables(job).items() if name != "GITHUB_OUTPUT"})


def test_a_refused_hand_in_has_feedback_and_no_points(job, scratch):
    (job.hand_in / "link").symlink_to("/etc/passwd")
    assert mark(job).status is Status.REJECTED
    assert "could not be marked" in job.summary.read_text(encoding="utf-8")
    assert report("marks", {"MARKS_RESULTS": outputs(job)["result"]})["failed"] == ["fail"]


def test_a_weaker_sandbox_is_told(job, scratch, monkeypatch):
    monkeypatch.setattr("autograder.bundles.isolation.best", lambda: Level.OFF)
    mark(job)
    assert "(isolation level off)" in job.summary.read_text(encoding="utf-8").replace("\\", "")


def test_without_any_isolation_nothing_is_run_and_why_is_told(job, monkeypatch, capsys):
    (job.course / SETTINGS).write_bytes(msgspec.json.encode(Settings("arithmetic")))
    monkeypatch.setattr("autograder.bundles.isolation.best", lambda: Level.OFF)
    with pytest.raises(WeakIsolationError):
        mark(job)
    for name, value in variables(job).items():
        monkeypatch.setenv(name, value)
    assert main() == 1
    assert "nothing can be shut in here" in job.summary.read_text(encoding="utf-8")
    assert "nothing can be shut in here" in capsys.readouterr().err
    assert not job.output.exists()


def test_what_is_logged_of_hidden_tests_is_not_in_the_jobs_log(job, monkeypatch, capsys):
    def logged(*_: object, **__: object) -> None:
        logging.getLogger("autograder.testing").error("halve: expected [3.14] ##[notice]x")
        warnings.warn("2.72", RuntimeWarning, stacklevel=1)
        raise CourseError("no more")

    # As where pytest is not.
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr("autograder.bundles.github.job.mark_file", logged)
    for name, value in variables(job).items():
        monkeypatch.setenv(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        # Python's own: pytest keeps what is shown.
        monkeypatch.setattr(warnings, "showwarning", lambda *told: print(*told, file=sys.stderr))
        assert main() == 1
    said = capsys.readouterr()
    assert "no more" in said.err
    assert not any(one in said.err + said.out for one in ("3.14", "2.72", "notice"))


def test_of_a_fault_of_the_graders_students_read_no_value(job, monkeypatch, capsys):
    def broken(*_: object, **__: object) -> None:
        raise ValueError("expected [3.14, 2.72]\n::error::x")

    monkeypatch.setattr("autograder.bundles.github.job.mark_file", broken)
    for name, value in variables(job).items():
        monkeypatch.setenv(name, value)
    assert main() == 1
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "3.14" not in said + job.summary.read_text(encoding="utf-8")


def test_a_path_at_which_nothing_lies_is_told(job):
    with pytest.raises(CourseError, match="`path` names the hand-in"):
        mark(replace(job, hand_in=job.hand_in / "nowhere"))


@pytest.mark.skipif(best() is Level.OFF, reason="this machine lets nothing be shut in")
def test_student_code_reads_nothing_that_the_job_was_told(job, hand_in, scratch, monkeypatch):
    """Not where results are told, nor the token of the job, nor the kit's course."""
    monkeypatch.setenv("GITHUB_TOKEN", "of the job")
    monkeypatch.setenv("GITHUB_OUTPUT", str(job.output))
    hand_in(
        f"""
        def double(x):
            import os
            assert not [name for name in os.environ if name.startswith(("GITHUB", "AUTOGRADER"))], "told"
            for file in ({str(job.course / SETTINGS)!r}, {str(job.hand_in)!r}):
                assert not os.path.exists(file), "seen"
            return 2 * x
        """
    )
    assert mark(job).score == 4
