"""Runs in a job of GitHub's: marks what was pushed, and tells GitHub of it.

Nothing that was pushed is imported or obeyed, and a student's code reaches none of the files in which GitHub takes what
a step tells: it runs in the sandbox, without this process's environment.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.bundles.github.results import encoded, reported
from autograder.bundles.github.settings import settings_of
from autograder.bundles.isolation import WEAKER, level_here
from autograder.course.assignment import Assignment
from autograder.course.course import Course, CourseError
from autograder.course.results import Record, Status
from autograder.course.score import Score, points
from autograder.feedback.content import content_of
from autograder.feedback.escapes import escaped
from autograder.feedback.junit import junit_xml
from autograder.feedback.markdown import feedback_markdown
from autograder.feedback.page import feedback_page
from autograder.i18n.terminal import on_one_line
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution.isolation import WeakIsolationError
from autograder.marking.mark_file import mark_file

# GitHub counts the runs of a workflow from 1; what is run again keeps its number.
RUN_NUMBER = "GITHUB_RUN_NUMBER"


@dataclass(frozen=True)
class Job:
    """What GitHub and the action tell a step.

    Attributes:
        course: The course's folder.
        hand_in: What was handed in.
        files: Where files for students go.
        student: Whose it is: the name of the repository.
        attempt: How many times was pushed.
        summary: Where GitHub takes the summary of a step.
        output: Where GitHub takes what a step gives to the next.
    """

    course: Path
    hand_in: Path
    files: Path
    student: str
    attempt: int
    summary: Path
    output: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Job:
        """Return what the environment tells.

        Raises:
            CourseError: Something is missing: this is no job of GitHub's, or not the action's.
        """
        try:
            return cls(
                course=Path(environment["AUTOGRADER_COURSE"]),
                hand_in=Path(environment["GITHUB_WORKSPACE"], environment["AUTOGRADER_PATH"]),
                files=Path(environment["AUTOGRADER_FILES"]),
                student=environment["GITHUB_REPOSITORY"].rpartition("/")[2],
                attempt=max(1, int(environment[RUN_NUMBER])),
                summary=Path(environment["GITHUB_STEP_SUMMARY"]),
                output=Path(environment["GITHUB_OUTPUT"]),
            )
        except (KeyError, ValueError) as fault:
            raise CourseError(f"{fault} is missing or wrong: the action sets it in a job of GitHub's") from fault


def prepare(course: Path) -> None:
    """Build the assignment's data, which stays for the next jobs with the kit."""
    Assignment(Course(course), settings_of(course).assignment).prepare_data()


def mark(job: Job) -> Record:
    """Mark what was pushed, write what students and GitHub get, and return the record.

    Raises:
        CourseError: The course or the hand-in is not where it should be.
        WeakIsolationError: There is no isolation here, and the instructor has not said that it may be marked without.
    """
    settings = settings_of(job.course)
    assignment = Assignment(Course(job.course), settings.assignment)
    level = level_here(settings.unisolated)
    try:
        marked = mark_file(assignment, job.hand_in, level=level, student=job.student, attempt=job.attempt)
    except FileNotFoundError as fault:
        raise CourseError(
            f"the repository has no {job.hand_in.name}: the workflow's `path` names the hand-in"
        ) from fault
    tell(job, assignment, *marked, level, settings.hints)
    return marked[0]


def tell(
    job: Job,
    assignment: Assignment,
    record: Record,
    notebook: nbformat.NotebookNode | None,
    level: Level,
    hints_from: int | None,
) -> None:
    """Write what students and GitHub get."""
    summary = feedback_markdown(assignment, record, notebook, hints_from=hints_from)
    if level is not Level.FULL and record.status is not Status.REJECTED:
        say = content_of(assignment, record, notebook).say
        summary += f"\n{escaped(say(WEAKER, level=level))}\n"
    made = {
        "feedback.html": feedback_page(assignment, record, notebook, hints_from=hints_from),
        "feedback.md": summary,
        "junit.xml": junit_xml(assignment, record),
    }
    job.files.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (job.files / name).write_text(text, encoding="utf-8")
    with job.summary.open("a", encoding="utf-8") as stream:
        stream.write(summary)
    results = encoded(reported(assignment, record))
    score = Score.of_record(record)
    with job.output.open("a", encoding="utf-8") as stream:
        stream.write(f"result={results}\npoints={points(score.points)}\nfiles={job.files}\n")


def fail(job: Job, fault: Exception) -> None:
    """Say that nothing was marked, and why where that is no secret: students can read a job's log and its summary."""
    known = isinstance(fault, CourseError | WeakIsolationError)
    frames = [] if known else traceback.extract_tb(fault.__traceback__)
    # Without the fault's message, which can hold values of hidden tests.
    why = str(fault) if known else f"{type(fault).__name__}: mark it with `autograder mark` to see more"
    print(
        f"autograder: {on_one_line(why)}",
        *(f"  {one.name}, line {one.lineno}" for one in frames),
        sep="\n",
        file=sys.stderr,
    )
    with job.summary.open("a", encoding="utf-8") as stream:
        stream.write(f"{escaped(why)}\n")


def keep_logs_back() -> None:
    """Print nothing of what is logged: students read the log, and a hidden test's fault is told with its values."""
    warnings.simplefilter("ignore")
    # Without any handler Python prints errors itself.
    logging.getLogger().addHandler(logging.NullHandler())


def main() -> int:
    """Mark, or build data (``prepare``), and return the exit code: 1 where the grader failed, whatever the points."""
    if sys.argv[1:] == ["prepare"]:
        prepare(Path(os.environ["AUTOGRADER_COURSE"]))
        return 0
    keep_logs_back()
    job = Job.of(os.environ)
    try:
        os.chdir(job.course)
        record = mark(job)
    except Exception as fault:
        fail(job, fault)
        return 1
    # No text of a student's: what a log has at the beginning of a line can be a command to the runner.
    print(f"{record.status}: {points(Score.of_record(record).points)} points; see the summary of this run")
    return 1 if record.status is Status.GRADER_ERROR else 0


if __name__ == "__main__":
    sys.exit(main())
