"""Has the commands for places where a course already is: ``collect`` from them, ``bundle`` for them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from autograder.commands.common import add_assignment, command, importing, one_assignment_of, print_note, steps


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
        run=run_collect,
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


def run_collect(options: argparse.Namespace) -> int:
    """Run `autograder collect`; its exit code is 1 when something was left out."""
    with importing():
        from autograder.lms.collect import CollectRequest, collect_from
        from autograder.lms.terminal import print_collected

    assignment = one_assignment_of(options)
    request = CollectRequest(
        site=options.site,
        path=options.path,
        roster=options.roster,
        times=tuple(options.times or ()),
        groups=options.groups,
        id_column=options.ids,
        zone=options.zone,
        replace=options.replace,
    )
    report = collect_from(assignment, request)
    print_collected(assignment.name, report)
    return 1 if report.left else 0


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
        run=None,
    )
    places = made.add_subparsers(dest="place", required=True, metavar="PLACE", help="where it will be marked")
    add_bundle_gradescope(places)
    add_bundle_github(places)


def add_bundle_options(made: argparse.ArgumentParser) -> None:
    """Add what can be set of the machines that mark in each of these places."""
    made.add_argument(
        "--python",
        type=python_version,
        default="{}.{}".format(*sys.version_info),
        metavar="VERSION",
        help="the version of Python there, such as 3.12; the one that runs here when left out",
    )
    made.add_argument(
        "--allow-unisolated",
        action="store_true",
        help="mark even where nothing can be shut in: students could then read the tests, and write their own results",
    )


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
        run=run_bundle_gradescope,
    )
    add_assignment(made)
    made.add_argument(
        "--out", type=Path, metavar="FILE", help="write it into this file; ASSIGNMENT-gradescope.zip when left out"
    )
    made.add_argument("--wheels", action="store_true", help="fetch all that is needed now, and pack it")
    add_bundle_options(made)


def run_bundle_gradescope(options: argparse.Namespace) -> int:
    """Run `autograder bundle gradescope`."""
    from autograder.bundles.course_files import salt_remark
    from autograder.bundles.gradescope.bundle import BundleRequest, write_bundle
    from autograder.course.assignment import Assignment

    assignment = Assignment.here(options.assignment)
    request = BundleRequest(options.python, options.wheels, options.allow_unisolated)
    file = options.out or Path(f"{assignment.name}-gradescope.zip")
    with steps(assignment.name) as tell:
        write_bundle(assignment, file, request, tell)
    if remark := salt_remark(assignment):
        print_note(remark)
    print(f"{assignment.name}: made {file} ({file.stat().st_size / 1e6:.1f} MB), for Python {request.python}")
    print("It holds the solution, the hidden tests and the salt: keep it, and give it to Gradescope alone.")
    return 0


def add_bundle_github(places: Any) -> None:
    """Add `autograder bundle github`."""
    made = command(
        places,
        "github",
        "make an action and a workflow for GitHub and GitHub Classroom",
        "Makes two folders: one for a private repository of the staff's, with the kit, the solution, the hidden tests "
        "and the salt of this assignment; and the workflow for the students' template, which marks each push by it. "
        "`autograder docs github` says what students can read and change there, and how that is prevented.",
        ("bundle github ps1 --repository my-course/ps1-marking", "both folders, in ps1-github"),
        run=run_bundle_github,
    )
    add_assignment(made)
    made.add_argument(
        "--repository", required=True, metavar="OWNER/NAME", help="the private repository that the first folder is for"
    )
    made.add_argument(
        "--out", type=Path, metavar="DIR", help="write both folders into this one; ASSIGNMENT-github when left out"
    )
    add_bundle_options(made)


def run_bundle_github(options: argparse.Namespace) -> int:
    """Run `autograder bundle github`."""
    from autograder.bundles.course_files import salt_remark
    from autograder.bundles.github.bundle import BundleRequest, write_bundle
    from autograder.course.assignment import Assignment

    assignment = Assignment.here(options.assignment)
    request = BundleRequest(options.repository, options.python, options.allow_unisolated)
    folder = options.out or Path(f"{assignment.name}-github")
    private, template = write_bundle(assignment, folder, request)
    if remark := salt_remark(assignment):
        print_note(remark)
    print(f"{assignment.name}: made {private}, for {options.repository}, and {template}, for the students' template")
    print(f"{private} holds the solution, the hidden tests and the salt: give it to nobody. Its README.md says on.")
    return 0


def python_version(text: str) -> str:
    """Return a version of Python that the kit runs on.

    Raises:
        argparse.ArgumentTypeError: It is no such version.
    """
    parts = text.split(".")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or tuple(map(int, parts)) < (3, 11):
        raise argparse.ArgumentTypeError(f"{text!r} is no version from 3.11 on: write it as 3.12")
    return text
