"""Has the commands that a course and its assignments begin with: ``init``, ``new``, ``adopt``, ``docs``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from autograder.commands.common import command, importing


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
        run=run_init,
    )
    made.add_argument("folder", type=Path, metavar="COURSE", help="the folder; it is made where it is missing")
    made.add_argument("--id", default="", help="what nbgrader calls the course; the folder's name when left out")
    made.add_argument(
        "--roster", type=Path, metavar="CSV", help="students, in columns such as student,name,email; can be added later"
    )


def run_init(options: argparse.Namespace) -> int:
    """Run `autograder init`."""
    from autograder.authoring.course_folder import make_course
    from autograder.i18n.terminal import printable

    for made in make_course(options.folder, options.id, options.roster):
        print(printable(f"made {made}"))
    print("Next, in this folder: `autograder new NAME` writes an assignment.")
    return 0


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
        run=run_new,
    )
    made.add_argument("assignment", metavar="NAME", help="the assignment's name: small letters, digits and _")
    made.add_argument("--title", default="", help="what people call it; made of the name when left out")
    made.add_argument("--sequel-of", metavar="OTHER", help="the assignment that it goes on from")


def run_new(options: argparse.Namespace) -> int:
    """Run `autograder new`."""
    from autograder.authoring.new_assignment import new_assignment
    from autograder.course.course import find_course

    for made in new_assignment(find_course(), options.assignment, options.title, options.sequel_of):
        print(f"made {made}")
    name = options.assignment
    print(f"Next: `autograder release {name}`, then `autograder verify {name}`.")
    return 0


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
        run=run_adopt,
    )
    made.add_argument("course", type=Path, help="the course's folder, with nbgrader_config.py and source/")
    made.add_argument("assignment", nargs="?", default="", help="the assignment's name; all when left out")


def run_adopt(options: argparse.Namespace) -> int:
    """Run `autograder adopt`."""
    from rich.console import Console

    with importing():
        from autograder.release.adopt import adopt
        from autograder.release.adoption_report import print_adoption

    print_adoption(adopt(options.course, options.assignment), Console())
    return 0


def add_docs(chosen: Any) -> None:
    """Add `autograder docs`."""
    made = command(
        chosen,
        "docs",
        "show the documentation that came with the kit",
        "Lists the pages, or shows one: the same that a checkout of the kit has in its folder docs/.",
        ("docs", "which pages there are"),
        ("docs walkthrough", "from an empty folder to a marked class"),
        run=run_docs,
    )
    made.add_argument("page", nargs="?", metavar="PAGE", help="its name; all are listed when it is left out")


def run_docs(options: argparse.Namespace) -> int:
    """Run `autograder docs`."""
    from autograder.manual import show_docs

    show_docs(options.page)
    return 0
