"""Has the commands that mark: ``mark`` one hand-in, ``grade`` a class; and ``doctor``, for the machine that does."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.commands.common import (
    BAD_USAGE,
    GRADER_ERROR,
    add_all_cells,
    add_assignment,
    add_sandbox_options,
    add_workers,
    command,
    importing,
    whole_number,
)

if TYPE_CHECKING:
    import nbformat

    from autograder.course.assignment import Assignment
    from autograder.course.results import Record

# In place of a file's name: print it.
STDOUT = "-"


def add_mark(chosen: Any) -> None:
    """Add `autograder mark`."""
    made = command(
        chosen,
        "mark",
        "mark one hand-in, without a gradebook",
        "Marks what one student handed in and prints the points of each problem, with what the tests saw. Gradebook"
        " and classroom/ stay as they are. FILE may be -: then that is printed, in place of the table. Exit code: 0 "
        "when it was marked, whatever the points; 2 when it was refused; 3 when the grader failed on it.",
        ("mark ps1 ps1.ipynb", "a notebook"),
        ("mark ps1 handed_in.zip --json record.json", "an archive; the record for other programs"),
        (
            "mark ps1 . --student ada --junit junit.xml --markdown -",
            "a folder, in a job of GitLab or Jenkins",
        ),
        run=run_mark,
    )
    add_assignment(made)
    made.add_argument("path", type=Path, help="what was handed in: a notebook, a folder of module files, or an archive")
    made.add_argument("--json", metavar="FILE", help="write the results record")
    made.add_argument("--junit", metavar="FILE", help="write JUnit XML, which services that run tests show")
    made.add_argument("--markdown", metavar="FILE", help="write the student's feedback as GitHub-flavoured Markdown")
    made.add_argument("--html", metavar="FILE", help="write the student's feedback page")
    add_all_cells(made)
    made.add_argument(
        "--notebook", metavar="FILE", help="write the marked notebook, with its outputs; none when it was refused"
    )
    made.add_argument("--student", metavar="ID", help="whose it is; the file's name without its end when left out")
    made.add_argument(
        "--attempt",
        type=whole_number,
        default=1,
        metavar="N",
        help="how many different hand-ins of the student this one makes; hints can depend on it",
    )
    add_sandbox_options(made)


def run_mark(options: argparse.Namespace) -> int:
    """Run `autograder mark`."""
    from concurrent.futures import ThreadPoolExecutor

    from autograder.course.assignment import Assignment
    from autograder.course.results import Status
    from autograder.kernel.sandbox.levels import Level
    from autograder.marking.execution.isolation import admitted, isolation_for
    from autograder.marking.execution.launcher import warm_kernels

    assignment, files = Assignment.here(options.assignment), wanted_files(options)
    # What tries the sandbox, and what kernels are forked from, are programs of their own: they start while this one
    # imports nbgrader and reads the hand-in. What fails there fails again with the first kernel, and is told then.
    ahead = ThreadPoolExecutor(1)
    wanted = Level(options.level) if options.level else None
    level = ahead.submit(admitted, wanted, options.allow_weaker_isolation)
    assignment.prepare_data()
    ahead.submit(lambda: warm_kernels(isolation_for(assignment, level.result())))
    ahead.shutdown(wait=False)
    with importing():
        from autograder.marking.mark_file import mark_file
        from autograder.reports.terminal import print_record

    record, notebook = mark_file(
        assignment,
        options.path,
        level=level.result(),
        all_cells=options.all_cells,
        student=options.student,
        attempt=options.attempt,
    )
    if STDOUT not in files.values():
        print_record(record)
    for form, file in files.items():
        write_form(form, file, assignment, record, notebook)
    return {Status.MARKED: 0, Status.REJECTED: BAD_USAGE, Status.GRADER_ERROR: GRADER_ERROR}[record.status]


def wanted_files(options: argparse.Namespace) -> dict[str, str]:
    """Return the files into which `autograder mark` writes, by what they hold.

    Raises:
        CourseError: Two of them are to be printed.
    """
    from autograder.course.course import CourseError

    found = {form: getattr(options, form) for form in ("json", "junit", "markdown", "html", "notebook")}
    wanted = {form: file for form, file in found.items() if file is not None}
    printed = [f"--{form}" for form, file in wanted.items() if file == STDOUT]
    if len(printed) > 1:
        raise CourseError(f"only one can be printed: give {' or '.join(printed)} a file's name in place of {STDOUT}")
    return wanted


def write_form(
    form: str, file: str, assignment: Assignment, record: Record, notebook: nbformat.NotebookNode | None
) -> None:
    """Write what came of a hand-in into a file, or print it.

    Args:
        form: An option of `autograder mark`, without its hyphens.
        file: The file's name, or ``-``.
        assignment: The assignment.
        record: What came of the hand-in.
        notebook: The marked notebook; None when it was refused.

    Raises:
        CourseError: The file cannot be written.
    """
    from autograder.course.course import CourseError
    from autograder.course.results import dump_record
    from autograder.feedback.junit import junit_xml
    from autograder.i18n.terminal import printable_json

    match form:
        case "json":
            data = dump_record(record)
        case "junit":
            data = junit_xml(assignment, record).encode()
        case "markdown":
            from autograder.feedback.markdown import feedback_markdown

            data = feedback_markdown(assignment, record, notebook).encode()
        case "html":
            from autograder.feedback.page import feedback_page

            data = feedback_page(assignment, record, notebook).encode()
        case _:
            import nbformat

            if notebook is None:
                return
            data = nbformat.writes(notebook).encode()
    if file == STDOUT:
        # The other forms have been made so already; JSON holds what it must escape for a reader of JSON, and no more.
        sys.stdout.buffer.write(printable_json(data.decode()).encode() if form in ("json", "notebook") else data)
        return
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes(data)
    except OSError as fault:
        raise CourseError(f"--{form} cannot write {file} ({fault.strerror}): give another file") from fault


def add_grade(chosen: Any) -> None:
    """Add `autograder grade`."""
    made = command(
        chosen,
        "grade",
        "mark the class in parallel, into the gradebook",
        "Marks what is in classroom/submitted and writes points into nbgrader's gradebook, marked notebooks into "
        "classroom/autograded, and a record of each hand-in. What has not changed since is not marked again. A "
        "person's scores in the gradebook stay. Ctrl-C stops it; the same command goes on where it was.",
        ("grade ps1", "the class, as many at once as there are cores"),
        ("grade ps1 --student ada --force", "one student, marked again"),
        ("grade ps1 --what-if", "after a change of tests: whose points would move"),
        run=run_grade,
    )
    add_assignment(made)
    made.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="mark this student's hand-in only, or those that a shell pattern names; may be given many times",
    )
    add_workers(made)
    made.add_argument("--force", action="store_true", help="mark those again that have not changed, too")
    add_all_cells(made)
    made.add_argument(
        "--what-if", action="store_true", help="write nothing; show whose points would change, and by which tests"
    )
    made.add_argument(
        "--never-lower", action="store_true", help="where a problem would now get fewer points, keep those that it has"
    )
    add_sandbox_options(made)
    made.set_defaults(ahead=start_forks)


def start_forks(options: argparse.Namespace) -> None:
    """Start what workers are forked from; what it imports takes as long as what `autograder grade` itself imports."""
    from autograder.grading import forkserver

    if options.scheduler is None:
        forkserver.begin()


def run_grade(options: argparse.Namespace) -> int:
    """Run `autograder grade`."""
    from rich.console import Console

    from autograder.course.assignment import Assignment
    from autograder.kernel.sandbox.levels import Level

    with importing():
        from autograder.grading.grade import GradeRequest, grade

    request = GradeRequest(
        students=options.student,
        jobs=options.jobs,
        scheduler=options.scheduler,
        force=options.force,
        all_cells=options.all_cells,
        what_if=options.what_if,
        never_lower=options.never_lower,
        level=Level(options.level) if options.level else None,
        weaker=options.allow_weaker_isolation,
    )
    return 0 if grade(Assignment.here(options.assignment), request, Console()) else GRADER_ERROR


def add_doctor(chosen: Any) -> None:
    """Add `autograder doctor`."""
    command(
        chosen,
        "doctor",
        "show what isolation this machine offers, and what to do",
        "Tries each part of the sandbox on this machine, says which level it comes to, and how to get what is missing.",
        ("doctor", "once on each machine that marks"),
        run=run_doctor,
    )


def run_doctor(_options: argparse.Namespace) -> int:
    """Run `autograder doctor`."""
    from autograder.course.course import CourseError, find_course
    from autograder.doctor import check_machine

    course = None
    with suppress(CourseError):  # a machine can be looked at before there is a course on it
        course = find_course()
    return 0 if check_machine(course) else 1
