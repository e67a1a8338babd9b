"""Reads the command line of ``autograder``; `autograder.commands` runs its commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder import __version__, commands
from autograder.commands import BAD_USAGE, GRADER_ERROR
from autograder_client.cli import EXAMPLES, STOPPED, Help, add_commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: The command line, without the program's name; that of this process when None.
    """
    options = parser().parse_args(arguments)
    # nbgrader runs alembic by name.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        options.ahead(options)
        return int(options.run(options))
    except KeyboardInterrupt:
        print("autograder: stopped", file=sys.stderr)
        return STOPPED
    except Exception as fault:
        code = exit_code(fault)
        if code is None:
            raise
        complain(options, fault)
        return code


def exit_code(fault: Exception) -> int | None:
    """Return the exit code of a command that has failed; None for a fault of the program's own."""
    # Here, and not before there is a fault: importing all these takes as long as marking a hand-in.
    from autograder.course.course import CourseError
    from autograder.course.nbgrader_app import ConversionError
    from autograder.course.results import RecordError
    from autograder.course.solutions import SourceError
    from autograder.i18n.catalogue import CatalogueError
    from autograder.kernel.sandbox.fork import SandboxError
    from autograder.kernel.sandbox.levels import UnsupportedSystemError
    from autograder.marking.execution.isolation import WeakIsolationError
    from autograder.release.points_check import PointsError
    from autograder.release.release import StaleError
    from autograder.release.translation_check import TwinError
    from autograder.submissions.checks import Rejected
    from autograder.testing.faults import KernelLost

    match fault:
        case CourseError() | RecordError() | Rejected() | FileNotFoundError():
            return BAD_USAGE
        case UnsupportedSystemError() | WeakIsolationError():
            return BAD_USAGE
        case CatalogueError() | ConversionError() | PointsError() | SourceError() | StaleError() | TwinError():
            return 1
        case SandboxError() | KernelLost():
            return GRADER_ERROR
    return None


def complain(options: argparse.Namespace, fault: Exception) -> None:
    """Print why a command has failed."""
    from autograder.i18n.terminal import printable

    print(printable(f"autograder {options.command}: {fault}"), file=sys.stderr)


DESCRIPTION = """Sets and marks programming assignments with nbgrader. `release` makes what students get from the
source notebook; what they hand in comes into classroom/submitted; `grade` marks it into nbgrader's gradebook; people
mark what waits for them in formgrader; `report` shows the class. Run commands in the course's folder, the one with
nbgrader_config.py. `autograder COMMAND --help` has examples."""
EXIT_CODES = """Exit codes: 0, done; 1, what was looked at is not right; 2, wrong usage, or something is missing; 3, the
grader failed; 4, the grading server could not be reached."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="autograder", description=DESCRIPTION, epilog=EXIT_CODES, formatter_class=Help)
    made.add_argument("--version", action="version", version=__version__, help="show the version and end")
    made.set_defaults(ahead=lambda _options: None)
    chosen = made.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for add in (
        add_init,
        add_new,
        add_adopt,
        add_release,
        add_verify,
        add_mark,
        add_collect,
        add_grade,
        add_report,
        add_similarity,
        add_explain,
        add_misconception,
        add_audit,
        add_bundle,
        add_serve,
        add_people,
        add_server,
        add_client,
        add_doctor,
    ):
        add(chosen)
    return made


def command(
    chosen: Any, name: str, title: str, description: str, *examples: tuple[str, str], run: str | None = None
) -> argparse.ArgumentParser:
    """Add a command and return its parser.

    Args:
        chosen: The commands so far.
        name: Its name.
        title: What it does, for the list of commands.
        description: What it does, in sentences.
        examples: Command lines, each with what it is for.
        run: The function of `autograder.commands` that runs it; ``run_<name>`` when None; empty where commands below
            it have their own.
    """
    shown = "\n".join(f"  # {purpose}\n  autograder {line}" for line, purpose in examples)
    made: argparse.ArgumentParser = chosen.add_parser(
        name, help=title, description=description, epilog=f"{EXAMPLES}\n{shown}", formatter_class=Help
    )
    if run != "":
        made.set_defaults(run=getattr(commands, run or f"run_{name}"))
    return made


def add_assignment(made: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """Add the assignment's name."""
    if optional:
        made.add_argument("assignment", nargs="?", help="the assignment's name; all assignments when left out")
    else:
        made.add_argument("assignment", help="the assignment's name, such as ps1")


def add_init(chosen: Any) -> None:
    """Add `autograder init`."""
    made = command(
        chosen,
        "init",
        "make the folder of a new course",
        "Writes nbgrader_config.py, a README, an ignore file and a new secret salt into a folder, and students into "
        "the gradebook. What is there stays as it is: a folder that holds one of these files is refused.",
        ("init cs101", "in the folder cs101"),
        ("init . --id cs101 --roster students.csv", "here, with the students of a CSV file"),
    )
    made.add_argument("folder", type=Path, metavar="COURSE", help="the folder; it is made where it is missing")
    made.add_argument("--id", default="", help="what nbgrader calls the course; the folder's name when left out")
    made.add_argument(
        "--roster", type=Path, metavar="CSV", help="students, in columns such as student,name,email; can be added later"
    )


def add_new(chosen: Any) -> None:
    """Add `autograder new`."""
    made = command(
        chosen,
        "new",
        "write a new assignment that works as it stands",
        "Writes source/NAME/NAME.ipynb with one problem, and assignments/NAME with its hidden tests, a known mistake, "
        "a right solution in another style, and an assignment.toml in which each key is explained. `verify` and "
        "`release` take it as it is; then make it your own.",
        ("new ps1", "in this course"),
        ('new ps1 --title "Problem set 1: averages"', "with a title"),
        ("new ps2 --sequel-of ps1", "one that goes on from ps1: it gets copies of the packages that ps1 provides"),
    )
    made.add_argument("assignment", metavar="NAME", help="the assignment's name: small letters, digits and _")
    made.add_argument("--title", default="", help="what people call it; made of the name when left out")
    made.add_argument("--sequel-of", metavar="OTHER", help="the assignment that it goes on from")


def add_adopt(chosen: Any) -> None:
    """Add `autograder adopt`."""
    made = command(
        chosen,
        "adopt",
        "take a course that was made for plain nbgrader as it is",
        "Writes assignments/NAME/assignment.toml for each assignment in source/, and adds lines to "
        "nbgrader_config.py. Notebooks, submissions and the gradebook stay as they are: check cells with ordinary "
        "asserts give the points that nbgrader gives. Says which cells there are, and which are weaker than hidden "
        "tests. An assignment that was adopted before stays as it is.",
        ("adopt ~/course101", "all assignments of a course"),
        ("adopt . ps2", "one more assignment of the course in this folder"),
    )
    made.add_argument("course", type=Path, help="the course's folder, with nbgrader_config.py and source/")
    made.add_argument("assignment", nargs="?", default="", help="the assignment's name; all when left out")


def add_release(chosen: Any) -> None:
    """Add `autograder release`."""
    made = command(
        chosen,
        "release",
        "make the students' copy and the solutions from the source notebook",
        "Makes release/ and solutions/ from source/, in each language, and puts the assignment's cells into the "
        "gradebook. Both folders stay as they are when the source is not right: points that do not add up or that a "
        "text tells otherwise, languages that differ or whose English has changed since, a leak of a solution, a test "
        "or a mark scheme.",
        ("release ps1", "make them"),
        ("release --check", "compare all that is committed with the sources, before a commit"),
        ("release ps1 --translation-holds intro-text", "only a comma of the English changed"),
        ("release --check-folder ~/public_html", "look for leaks in what was published"),
    )
    add_assignment(made, optional=True)
    one_of = made.add_mutually_exclusive_group()
    one_of.add_argument(
        "--check",
        action="store_true",
        help="write nothing; name the files and cells that differ from what the source gives, and end with 1",
    )
    made.add_argument(
        "--layout",
        choices=("notebook", "modules"),
        default="notebook",
        help="modules: also a release in which students write module files, as in the original course; "
        "once it is there, it is made each time",
    )
    one_of.add_argument(
        "--translation-holds",
        action="append",
        default=[],
        metavar="PAIR",
        help="the translation of these text cells holds, though the English has changed; may be given many times",
    )
    one_of.add_argument(
        "--check-folder",
        type=Path,
        metavar="DIR",
        help="make nothing; look for leaks in what was published: notebooks, module files, pages, archives of them",
    )


def add_verify(chosen: Any) -> None:
    """Add `autograder verify`."""
    made = command(
        chosen,
        "verify",
        "prove that an assignment is right: its points and texts, its solution, its hidden tests",
        "Proves what can be proved without students, and prints a table of it: points and texts agree, the solution"
        " gets full marks and the release none, hidden tests are fair to right code, catch wrong code, and each is "
        "needed. It takes some minutes, most of them for mutants of the solution.",
        ("verify ps1", "all of it, before the assignment is set"),
        ("verify", "of every assignment, one after the other"),
        ("verify ps1 --quick", "without mutants, while tests are written"),
    )
    add_assignment(made, optional=True)
    made.add_argument(
        "--quick", action="store_true", help="make no mutants of the solution, which take most of the time"
    )
    made.add_argument(
        "--confusion", action="store_true", help="also show what is said of each misconception, test by test"
    )
    made.add_argument("--json", type=Path, metavar="FILE", help="write all that was found into this file")
    add_sandbox_options(made)


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


def add_collect(chosen: Any) -> None:
    """Add `autograder collect`."""
    made = command(
        chosen,
        "collect",
        "take in what students handed in on Canvas or Moodle",
        "Takes the download of an assignment apart, a folder for each student in classroom/submitted, where "
        "`autograder grade` finds it; who is new comes into the gradebook. Whose a hand-in is, the site's own list of "
        "students says; what is not certain is listed, and left out. A later download replaces what came from an "
        "earlier one. Exit code 1: something was left out.",
        ("collect canvas ps1 submissions.zip --roster Grades-CS101.csv", "Canvas' gradebook says who"),
        ("collect canvas submissions.zip --times submissions.json", "the one assignment that there is; with times"),
        ("collect moodle ps1 CS101-PS1-47.zip --roster Grades-PS1.csv --zone Asia/Shanghai", "Moodle"),
    )
    # Each site has them, so that they may stand where people write them.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("assignment", nargs="?", help="the assignment's name; may be left out where there is one alone")
    common.add_argument("path", type=Path, help="the download, a zip, or the folder that your browser made of it")
    common.add_argument(
        "--ids",
        default="",
        metavar="HEADER",
        help="new students get the ids of this column of the list; when left out, Canvas: SIS Login ID, Moodle: the "
        "address",
    )
    common.add_argument(
        "--replace", action="store_true", help="replace hand-ins too that were changed since, or put there otherwise"
    )
    sites = made.add_subparsers(dest="site", required=True, metavar="SITE", help="one of the following:")

    def site(name: str, title: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = sites.add_parser(name, help=title, description=title, parents=[common])
        added.set_defaults(groups=None, times=[], zone="")
        return added

    canvas = site("canvas", "take in Canvas' submissions.zip (the assignment, Download Submissions)")
    canvas.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="the gradebook that Canvas exports (Grades, Export); needed as long as nbgrader's does not know them",
    )
    canvas.add_argument(
        "--times",
        type=Path,
        action="append",
        metavar="FILE",
        help="what Canvas' API says of the submissions, for late days: the download does not say when; may be given "
        "many times, for the API answers in pages",
    )
    canvas.add_argument(
        "--groups", type=Path, metavar="FILE", help="where groups hand in: who is in them (People, Import, Download)"
    )
    moodle = site("moodle", "take in Moodle's download (Submissions, Download all submissions)")
    moodle.add_argument(
        "--roster",
        type=Path,
        required=True,
        metavar="FILE",
        help="the grading worksheet (Submissions, Download grading worksheet), downloaded at the same time",
    )
    moodle.add_argument(
        "--zone",
        default="",
        metavar="ZONE",
        help="the time zone of your Moodle account, such as Asia/Shanghai; that of handing_in.toml when left out",
    )


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
    )
    add_assignment(made)
    made.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="ID",
        help="mark this student's hand-in only, or those that a shell pattern names; may be given many times",
    )
    made.add_argument("--jobs", type=int, metavar="N", help="mark so many at once; one for each core when left out")
    made.add_argument(
        "--scheduler", metavar="ADDRESS", help="mark on the workers of the dask scheduler at this address, not here"
    )
    made.add_argument("--force", action="store_true", help="mark those again that have not changed, too")
    add_all_cells(made)
    made.add_argument(
        "--what-if", action="store_true", help="write nothing; show whose points would change, and by which tests"
    )
    made.add_argument(
        "--never-lower", action="store_true", help="where a problem would now get fewer points, keep those that it has"
    )
    add_sandbox_options(made)
    made.set_defaults(ahead=commands.start_forks)


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


def names(text: str) -> list[str]:
    """Return the names in a list with commas.

    Raises:
        argparse.ArgumentTypeError: One is empty, or stands there twice.
    """
    found = [name.strip() for name in text.split(",")]
    if not all(found) or len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of different names, such as ada,ben")
    return found


def add_explain(chosen: Any) -> None:
    """Add `autograder explain`."""
    made = command(
        chosen,
        "explain",
        "for staff: show why a hand-in's tests of one problem failed",
        "Runs one problem of a marked hand-in again and prints the calls of its failed tests, with hidden inputs, "
        "what the student's code returned and what the solution returns. For staff alone: it shows what hidden "
        "tests hide.",
        ("explain ps1 ada mean", "why ada lost points in mean"),
        ("explain ps1 ada mean --out ada", "with scripts that make the calls, and a reply to her"),
    )
    add_assignment(made)
    made.add_argument("student", help="the student's id, as in classroom/submitted")
    made.add_argument("problem", help="the problem's name, such as rnn_backward")
    made.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="also write scripts that make the calls again, and the draft of a reply",
    )
    add_sandbox_options(made)


def add_misconception(chosen: Any) -> None:
    """Add `autograder misconception`."""
    made = command(
        chosen,
        "misconception",
        "make a known mistake of what a student wrote, so that it is named for everybody",
        "new takes the answer of one student to one problem, as in classroom/submitted, without comments, names and "
        "docstrings, shows it, and makes a draft of a misconception of it once you have read it: from then on it is "
        "run as the course's own code, without a sandbox. Then it is tried, as by try: do hidden tests catch it, is "
        "it named as itself, is any other mistake or right solution taken for it, and whose hand-ins is it in? It is "
        "named to students and in reports as soon as its texts are written. Exit code 1: something does not hold, or "
        "you said no.",
        ("misconception new ps1 --from ada mean --name sum_halved", "make one of ada's answer"),
        ("misconception try ps1 --name sum_halved", "try it again, when its texts are written"),
        ("misconception try ps1", "try all that are drafts yet"),
    )
    made.add_argument("action", choices=("new", "try"), help="make a new one, or try one that is there")
    made.add_argument("assignment", nargs="?", help="the assignment's name; may be left out where there is one alone")
    made.add_argument(
        "--from",
        dest="source",
        nargs=2,
        metavar=("STUDENT", "PROBLEM"),
        help="for new: whose answer to take, and to which problem",
    )
    made.add_argument(
        "--name",
        help="what the code does in a few words joined by _; for new it may be left out and the file renamed later; "
        "for try: all drafts when left out",
    )
    made.add_argument(
        "--yes", action="store_true", help="do not ask: you have read the code, and it may be run without a sandbox"
    )


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
    )
    add_assignment(made, optional=True)
    made.add_argument("--json", type=Path, metavar="FILE", help="write what was found into this file")


def add_bundle(chosen: Any) -> None:
    """Add `autograder bundle`, with a command for each place that is bundled for."""
    made = command(
        chosen,
        "bundle",
        "pack an assignment with the kit, for where the course already is",
        "Makes what another place needs to mark an assignment with this kit: the same hidden tests, points, feedback "
        "and sandbox. It holds the solution, the hidden tests and the salt.",
        ("bundle gradescope ps1", "the zip that Gradescope takes"),
        ("bundle github ps1 --repository my-course/ps1-marking", "an action and a workflow for GitHub"),
        run="",
    )
    places = made.add_subparsers(dest="place", required=True, metavar="PLACE", help="where it will be marked")
    add_bundle_gradescope(places)
    add_bundle_github(places)


def add_bundle_gradescope(places: Any) -> None:
    """Add `autograder bundle gradescope`."""
    made = command(
        places,
        "gradescope",
        "make the zip that Gradescope takes",
        "Makes the zip that is uploaded at Gradescope's Configure Autograder: the kit, the exact versions of what it "
        "needs, and of the course the source, the hidden tests, the solution and the salt of this assignment. Give it "
        "to nobody else. The image is tried with the solution when it is built.",
        ("bundle gradescope ps1", "a small zip: what the kit needs is fetched when the image is built"),
        (
            "bundle gradescope ps1 --wheels --python 3.12",
            "with all that it needs: no network is needed there",
        ),
        run="run_bundle_gradescope",
    )
    add_assignment(made)
    made.add_argument(
        "--out", type=Path, metavar="FILE", help="write it into this file; ASSIGNMENT-gradescope.zip when left out"
    )
    made.add_argument(
        "--python",
        type=python_version,
        metavar="VERSION",
        help="the version of Python in the container, such as 3.12; the one that runs here when left out",
    )
    made.add_argument("--wheels", action="store_true", help="fetch all that is needed now, and pack it")
    made.add_argument(
        "--allow-unisolated",
        action="store_true",
        help="mark even where the container lets nothing be shut in: students could then read the tests, and write "
        "their own results",
    )


def add_bundle_github(places: Any) -> None:
    """Add `autograder bundle github`."""
    made = command(
        places,
        "github",
        "make an action and a workflow for GitHub and GitHub Classroom",
        "Makes two folders: one for a private repository of the staff's, with the kit, the solution, the hidden tests "
        "and the salt of this assignment; and the workflow for the students' template, which marks each push by it. "
        "docs/reference/github.md says what students can read and change there, and how that is prevented.",
        ("bundle github ps1 --repository my-course/ps1-marking", "both folders, in ps1-github"),
        run="run_bundle_github",
    )
    add_assignment(made)
    made.add_argument(
        "--repository", required=True, metavar="OWNER/NAME", help="the private repository that the first folder is for"
    )
    made.add_argument(
        "--out", type=Path, metavar="DIR", help="write both folders into this one; ASSIGNMENT-github when left out"
    )
    made.add_argument(
        "--python",
        type=python_version,
        metavar="VERSION",
        help="the version of Python in jobs, such as 3.12; the one that runs here when left out",
    )
    made.add_argument(
        "--allow-unisolated",
        action="store_true",
        help="mark even where a runner lets nothing be shut in: students could then read the tests, and write their "
        "own results",
    )


def python_version(text: str) -> str:
    """Return a version of Python that the kit runs on.

    Raises:
        argparse.ArgumentTypeError: It is no such version.
    """
    parts = text.split(".")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or tuple(map(int, parts)) < (3, 11):
        raise argparse.ArgumentTypeError(f"{text!r} is no version from 3.11 on: write it as 3.12")
    return text


def add_serve(chosen: Any) -> None:
    """Add `autograder serve`."""
    made = command(
        chosen,
        "serve",
        "run the grading server: students hand in, and read why within seconds",
        "Serves one course or several: people hand in from a browser, a terminal or JupyterLab, get a receipt, and "
        "read feedback when it is marked. What counts is written into the course's gradebook, as `autograder grade` "
        "does. SIGTERM or Ctrl-C stops it; what is being marked is finished first, and nothing is lost.",
        ("serve", "the course of this folder, on this machine alone"),
        ("serve --host 0.0.0.0 --url https://handin.example.edu", "for others, behind a proxy with TLS"),
        ("serve ../cs101 ../cs102 --data /srv/handin", "two courses"),
    )
    made.add_argument(
        "courses", nargs="*", type=Path, metavar="COURSE", help="folders of courses; this one when left out"
    )
    made.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the server keeps its files; classroom/server of the course when left out",
    )
    made.add_argument("--host", default="127.0.0.1", help="listen on this address; on this machine alone when left out")
    made.add_argument("--port", type=int, default=8765, help="listen on this port; 8765 when left out")
    made.add_argument(
        "--url", metavar="URL", help="the address by which people reach it, where a proxy stands before it"
    )
    made.add_argument(
        "--database", metavar="URL", help="for example postgresql+psycopg://user@host/name; SQLite when left out"
    )
    made.add_argument(
        "--jobs",
        type=int,
        metavar="N",
        help="mark so many at once, for each assignment; one for each core when left out",
    )
    made.add_argument(
        "--scheduler", metavar="ADDRESS", help="mark on the workers of the dask scheduler at this address, not here"
    )
    made.add_argument(
        "--log-to-stderr", action="store_true", help="write the log there, and not into the server's folder"
    )
    add_sandbox_options(made)


def add_client(chosen: Any) -> None:
    """Add what students use of a grading server; they have these commands without the kit, too."""
    add_commands(chosen, "autograder")


def add_people(chosen: Any) -> None:
    """Add `autograder people`."""
    made = command(
        chosen,
        "people",
        "set who is in the grading server's course, and make sign-in links",
        "Sets who may hand in, mark and set up at the server of `autograder serve`, for the course of this folder; the "
        "server may run meanwhile. A roster is a CSV file whose first line names its columns: student, name, email, "
        "section, role. A sign-in link is for one person, and is shown this once: only its digest is kept.",
        ("people import roster.csv", "students, assistants and instructors, as the file says"),
        ("people import --from-gradebook", "the students that nbgrader's gradebook has"),
        ("people set ina instructor", "one more person, or another role"),
        ("people links --all --out links.csv", "a sign-in link for each, to be sent by mail merge"),
        ("people links ada", "a new link for somebody who lost theirs"),
        ("people revoke ada", "end all of somebody's links and tokens, and sign their browsers out"),
    )
    # Each action has them, so that they may stand where people write them.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, metavar="DIR", help="the server's folder, as `autograder serve` got it")
    common.add_argument("--url", metavar="URL", help="the server's public address, for links")
    common.add_argument("--database", metavar="URL", help="the server's database, as `autograder serve` got it")
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION", help="one of the following:")

    def action(name: str, title: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=title, description=title, parents=[common])
        return added

    taken = action("import", "bring the course up to date with a CSV file or with the gradebook")
    one_of = taken.add_mutually_exclusive_group(required=True)
    one_of.add_argument("file", nargs="?", type=Path, help="the roster, a CSV file in UTF-8")
    one_of.add_argument("--from-gradebook", action="store_true", help="take the students of nbgrader's gradebook")
    taken.add_argument(
        "--end-missing",
        action="store_true",
        help="students who are not in it are no longer in the course; what they handed in stays",
    )
    action("list", "show who is in the course")
    given = action("set", "give somebody a role in the course; who is new is added")
    given.add_argument("login", help="the name by which they sign in")
    given.add_argument("role", choices=("student", "ta", "instructor"), help="what they are in the course")
    given.add_argument(
        "--student", default="", metavar="ID", help="a student's id in the gradebook; the login when left out"
    )
    given.add_argument("--name", default="", help="what they are called")
    given.add_argument("--email", default="", help="their address, for lists of links")
    add_login(action("remove", "put somebody out of the course; what they handed in stays"))
    linked = action("links", "make sign-in links, as CSV: login, name, email, link")
    linked.add_argument("login", nargs="*", help="for these people")
    linked.add_argument("--all", action="store_true", help="for everybody in the course")
    linked.add_argument(
        "--role", choices=("student", "ta", "instructor"), help="with --all: only for those of this role"
    )
    linked.add_argument(
        "--days", type=whole_number, default=180, metavar="N", help="they end after so many days; 180 when left out"
    )
    linked.add_argument("--out", type=Path, metavar="FILE", help="write them into this file, which only you can read")
    add_login(action("revoke", "end all links and tokens of somebody, and sign their browsers out"))
    for name, title in (
        ("disable", "let somebody in nowhere any more"),
        ("administrator", "let somebody see and set up all courses of the server"),
    ):
        changed = action(name, title)
        add_login(changed)
        changed.add_argument("--off", action="store_true", help="take it back again")


def add_server(chosen: Any) -> None:
    """Add `autograder server`."""
    made = command(
        chosen,
        "server",
        "back a grading server up, restore it, delete what is old",
        "Works on what `autograder serve` keeps, on the same machine, while it runs. A backup is one file, with the "
        "database, what was handed in, markings, settings, secrets and the key of the receipts: keep it where nobody "
        "else reads it. The courses' own folders, gradebooks among them, are not in it.",
        ("server backup /backup/handin.tar.gz", "all of the server of this folder's course"),
        (
            "server restore /backup/handin.tar.gz --data /srv/new",
            "into a new folder, which `autograder serve` then gets",
        ),
        ("server retention", "what is old, by server.toml's [retention]; nothing is deleted yet"),
        ("server retention --delete", "delete it; receipts, marks and the audit trail stay"),
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, metavar="DIR", help="the server's folder, as `autograder serve` got it")
    common.add_argument("--database", metavar="URL", help="the server's database, as `autograder serve` got it")
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION", help="one of the following:")

    def action(name: str, title: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=title, description=title, parents=[common])
        return added

    made_file = action("backup", "write all that the server has into a file; it may run meanwhile")
    made_file.add_argument("file", type=Path, help="the archive, such as handin.tar.gz; not there yet")
    restored = action("restore", "make a server of a backup, in an empty folder, after each receipt was checked")
    restored.add_argument("file", type=Path, help="the archive")
    old = action("retention", "show what is older than server.toml's [retention] lets it be")
    old.add_argument("--delete", action="store_true", help="delete it")


def add_login(made: argparse.ArgumentParser) -> None:
    """Add the login of one person."""
    made.add_argument("login", help="the name by which they sign in")


def whole_number(text: str) -> int:
    """Return a number of days or of attempts.

    Raises:
        argparse.ArgumentTypeError: It is none from 1 to 3660.
    """
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:5]) <= 3660:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 3660")
    return int(text)


def add_doctor(chosen: Any) -> None:
    """Add `autograder doctor`."""
    command(
        chosen,
        "doctor",
        "show what isolation this machine offers, and what to do",
        "Tries each part of the sandbox on this machine, says which level it comes to, and how to get what is missing.",
        ("doctor", "once on each machine that marks"),
    )


def add_all_cells(made: argparse.ArgumentParser) -> None:
    """Add the option that says which cells are run."""
    made.add_argument(
        "--all-cells", action="store_true", help="also run cells that no points depend on, such as long trainings"
    )


def add_sandbox_options(made: argparse.ArgumentParser) -> None:
    """Add the options that set the sandbox of a submission's code."""
    made.add_argument(
        "--level",
        choices=("full", "no-userns", "off"),
        help="how far the student's code is shut in; full when left out, off: not at all, for code that you trust",
    )
    made.add_argument(
        "--allow-weaker-isolation",
        action="store_true",
        help="go on at a lower level where this machine does not offer full; `autograder doctor` says what is missing",
    )


if __name__ == "__main__":
    sys.exit(main())
