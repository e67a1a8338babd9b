"""Has the commands that show what marking came to: ``report``, ``similarity``, ``explain``, ``audit``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.commands.common import add_assignment, add_sandbox_options, assignments_of, command, importing, steps

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment


def add_report(chosen: Any) -> None:
    """Add `autograder report`."""
    made = command(
        chosen,
        "report",
        "make the report of the class, as a page, CSV and JSON",
        "Writes classroom/reports/ASSIGNMENT: class.html, a page with what to do, points, mistakes, tests and "
        "students; class.csv, each student's points by problem, as the gradebook has them with a person's scores and "
        "late penalties; tests.csv, a line for each test of each hand-in; mistakes.csv; waiting.csv; class.json.",
        ("report ps1", "the report of the class"),
        ("report ps1 --assign ada,ben", "with what waits for a person dealt out to two"),
        ("report ps1 --anonymous --plots", "under pseudonyms, with pictures for slides"),
        ("report ps1 --against last", "with who gained or lost by the last run, and by which tests"),
        ("report ps1 --against ../2025/classroom", "with what got easier or harder since then"),
        ("report ps1 --hints", "with what hints did, by the grading server's attempts"),
        run=run_report,
    )
    add_assignment(made)
    made.add_argument(
        "--other-points",
        action="store_true",
        help="go on although the gradebook has other points than the source notebook; refused when left out",
    )
    made.add_argument(
        "--anonymous",
        action="store_true",
        help="pseudonyms in place of ids and names, in the folder anonymous/; the same at every run of a course",
    )
    made.add_argument(
        "--assign",
        type=names,
        default=[],
        metavar="NAME,...",
        help="deal out what waits for a person to these, as many answers to each",
    )
    made.add_argument("--plots", action="store_true", help="make pictures for slides too, as PNG and SVG, in plots/")
    made.add_argument(
        "--against",
        default="",
        metavar="EARLIER",
        help="compare with this class before a run (`last`, or the run's name), or with the course, classroom, folder "
        "of records or class.json of another year; makes regrade.html, or years.html where the students are others",
    )
    made.add_argument(
        "--years", action="store_true", help="EARLIER is another year's class, although the same ids are in it"
    )
    made.add_argument(
        "--hints",
        action="store_true",
        help="tell for each hint how many fixed their problem at their next attempt, with it and without; makes "
        "hints.html, hints.csv and hints.json of what was handed in at the grading server",
    )
    made.add_argument("--data", type=Path, metavar="DIR", help="with --hints: the server's folder")
    made.add_argument("--database", metavar="URL", help="with --hints: the server's database")


def names(text: str) -> list[str]:
    """Return the names in a list with commas.

    Raises:
        argparse.ArgumentTypeError: One is empty, or stands there twice.
    """
    found = [name.strip() for name in text.split(",")]
    if not all(found) or len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of different names, such as ada,ben")
    return found


def run_report(options: argparse.Namespace) -> int:
    """Run `autograder report`."""
    from autograder.course.assignment import Assignment
    from autograder.course.course import CourseError
    from autograder.reports.class_report import ReportRequest, write_report

    assignment = Assignment.here(options.assignment)
    if options.years and not options.against:
        raise CourseError("--years says what --against names: give both, such as --against FOLDER --years")
    request = ReportRequest(
        other_points=options.other_points,
        anonymous=options.anonymous,
        assign=tuple(options.assign),
        plots=options.plots,
        against=options.against,
        years=options.years,
        hints=options.hints,
    )
    if (options.data or options.database) and not options.hints:
        raise CourseError("--data and --database say where the attempts for --hints are: give --hints, too")
    more = hint_texts_of(assignment, options) if options.hints else {}
    if options.anonymous:
        print_if_salt_is_public(assignment)
    for file in write_report(assignment, request, lambda sentence: print(f"{options.assignment}: {sentence}"), more):
        print(f"{options.assignment}: made {file}")
    return 0


def hint_texts_of(assignment: Assignment, options: argparse.Namespace) -> dict[str, str]:
    """Return the texts of the files on what hints did, by their names."""
    from autograder.reports.hints.report import hint_texts

    with importing():
        from autograder.server.hints_command import retries_of

    return hint_texts(assignment, retries_of(assignment, options.data, options.database))


def add_similarity(chosen: Any) -> None:
    """Add `autograder similarity`."""
    made = command(
        chosen,
        "similarity",
        "show hand-ins that are alike in what few others wrote",
        "Compares the answers of a class with each other, problem by problem, and with those of earlier years. What was"
        " released and what most write counts for nothing; what few others have counts most. Writes into the folder "
        "classroom/reports/ASSIGNMENT/similarity: similarity.html, a page with the code side by side; pairs.csv; "
        "similarity.json. It is a signal for a person to look, and no verdict. No code of students is run.",
        ("similarity ps1", "the class"),
        ("similarity ps1 --previous ../2025 --previous ../2024", "with two earlier years"),
        ("similarity ps1 --threshold 80", "only what is very much alike"),
        run=run_similarity,
    )
    add_assignment(made)
    made.add_argument(
        "--previous",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="compare with this earlier year, too: a course's folder, its classroom, or a folder with a folder, a "
        "notebook or a zip for each student; may be given many times",
    )
    made.add_argument(
        "--threshold",
        type=bits,
        metavar="BITS",
        help="show pairs that share so much; 60, as measured, when left out",
    )
    made.add_argument(
        "--anonymous",
        action="store_true",
        help="pseudonyms in place of ids and names, in the folder anonymous/; the same as in the class report",
    )


def bits(text: str) -> float:
    """Return a threshold.

    Raises:
        argparse.ArgumentTypeError: It is no number above 0.
    """
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of bits above 0, such as 60")
    return number


def run_similarity(options: argparse.Namespace) -> int:
    """Run `autograder similarity`; its exit code says nothing of what was found, which is for a person to judge."""
    from autograder.course.assignment import Assignment
    from autograder.reports.similarity.evidence import THRESHOLD
    from autograder.reports.similarity.report import SimilarityRequest, write_similarity

    assignment = Assignment.here(options.assignment)
    request = SimilarityRequest(tuple(options.previous), options.threshold or THRESHOLD, options.anonymous)
    if options.anonymous:
        print_if_salt_is_public(assignment)
    with steps(options.assignment) as tell:
        files, data = write_similarity(assignment, request, tell)
    for file in files:
        print(f"{options.assignment}: made {file}")
    compared = f"{data.hand_ins} hand-ins" + (f" and {data.earlier} of earlier years" if request.previous else "")
    left = f", {len(data.unread)} could not be" if data.unread else ""
    print(f"{options.assignment}: {compared} were compared{left}; {len(data.pairs)} pairs are for a person to look at")
    return 0


def print_if_salt_is_public(assignment: Assignment) -> None:
    """Print that pseudonyms can be computed where the course has no salt of its own."""
    from autograder.course.course import PUBLIC_SALT

    if assignment.course.salt == PUBLIC_SALT:
        print("Anyone who knows a student's id can compute the pseudonym: this course has no salt of its own.")


def add_explain(chosen: Any) -> None:
    """Add `autograder explain`."""
    made = command(
        chosen,
        "explain",
        "for staff: show why a hand-in's tests of one problem failed",
        "Runs one problem of a marked hand-in again and prints the calls of its failed tests, with hidden inputs, "
        "what the student's code returned and what the solution returns. For staff alone: it shows what hidden "
        "tests hide.",
        ("explain ps1 ada", "in which problems ada lost points"),
        ("explain ps1 ada mean", "why she did in mean"),
        ("explain ps1 ada mean --out ada", "with scripts that make the calls, and a reply to her"),
        run=run_explain,
    )
    add_assignment(made)
    made.add_argument("student", help="the student's id, as in classroom/submitted")
    made.add_argument(
        "problem", nargs="?", help="the problem's name, such as rnn_backward; left out: which problems lost points"
    )
    made.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="also write scripts that make the calls again, and the draft of a reply",
    )
    add_sandbox_options(made)


def run_explain(options: argparse.Namespace) -> int:
    """Run `autograder explain`."""
    from autograder.course.assignment import Assignment
    from autograder.kernel.sandbox.levels import Level
    from autograder.marking.execution.isolation import admitted
    from autograder.reports.explain.explain import explain, lost_points, write
    from autograder.reports.explain.terminal import print_explanation

    if options.problem is None:
        print("\n".join(lost_points(Assignment.here(options.assignment), options.student)))
        return 0
    level = admitted(Level(options.level) if options.level else None, options.allow_weaker_isolation)
    explanation = explain(Assignment.here(options.assignment), options.student, options.problem, level)
    print_explanation(explanation)
    if options.out:
        for file in write(explanation, options.out):
            print(f"wrote {file}")
    return 0


def add_audit(chosen: Any) -> None:
    """Add `autograder audit`."""
    made = command(
        chosen,
        "audit",
        "list what a person should look at in the records of a class",
        "Reads records and hand-ins of a marked class and lists what need not be wrong, but is also a sign of a way"
        " to get points: leniency without cause, points for copied values alone, odd names. Ends with 1 when there "
        "is something.",
        ("audit ps1", "after a class was marked"),
        run=run_audit,
    )
    add_assignment(made, optional=True)
    made.add_argument("--json", type=Path, metavar="FILE", help="write what was found into this file")


def run_audit(options: argparse.Namespace) -> int:
    """Run `autograder audit`; its exit code is 1 when there is something to look at."""
    import msgspec
    from rich.console import Console

    from autograder.reports.record_audit import audit, print_remarks

    found = []
    for assignment in assignments_of(options):
        remarks = audit(assignment)
        found += remarks
        if remarks:
            print_remarks(remarks, Console())
        print(f"{assignment.name}: {len(remarks)} to look at")
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    return 1 if found else 0
