"""Holds what commands share: how one is added, common options, whose assignment it is, what is shown meanwhile."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autograder_client.cli import EXAMPLES, Help

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment

BAD_USAGE, GRADER_ERROR = 2, 3


def command(
    chosen: Any,
    name: str,
    title: str,
    description: str,
    *examples: tuple[str, str],
    run: Callable[[argparse.Namespace], int] | None,
) -> argparse.ArgumentParser:
    """Add a command and return its parser.

    Args:
        chosen: The commands so far.
        name: Its name.
        title: What it does, for the list of commands.
        description: What it does, in sentences.
        examples: Command lines, each with what it is for.
        run: Runs it and returns the exit code; None where commands below it have their own.
    """
    shown = "\n".join(f"  # {purpose}\n  autograder {line}" for line, purpose in examples)
    made: argparse.ArgumentParser = chosen.add_parser(
        name, help=title, description=description, epilog=f"{EXAMPLES}\n{shown}", formatter_class=Help
    )
    if run is not None:
        made.set_defaults(run=run)
    return made


@contextmanager
def importing() -> Iterator[None]:
    """Import in the context what stays for good; the collector does not look through it, then or later."""
    # While a command imports nbgrader, it would do so again and again: a tenth of all the time.
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def assignments_of(options: argparse.Namespace) -> list[Assignment]:
    """Return the assignment that a command names, or all of the course where it names none.

    Raises:
        CourseError: There is none.
    """
    from autograder.course.assignment import Assignment, assignment_names
    from autograder.course.course import CourseError, find_course

    course = find_course()
    if options.assignment:
        return [Assignment(course, options.assignment)]
    made = [Assignment(course, name) for name in assignment_names(course)]
    if not made:
        raise CourseError(
            f"{course.root} has no assignment: make one in {course.assignments}, or go to the folder of your course"
        )
    return made


def one_assignment_of(options: argparse.Namespace) -> Assignment:
    """Return the assignment that a command names, or the course's only one.

    Raises:
        CourseError: There is none, or there are several.
    """
    from autograder.course.course import CourseError

    assignments = assignments_of(options)
    if len(assignments) > 1:
        raise CourseError(f"say of which assignment: {', '.join(one.name for one in assignments)}")
    return assignments[0]


@contextmanager
def steps(name: str) -> Iterator[Callable[[str], None]]:
    """Yield a function that says what is done next: in a line that goes away on a terminal, elsewhere in one each."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: print(f"{name}: {text} ...", file=sys.stderr, flush=True)
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(name)
        yield lambda text: progress.update(task, description=f"{name}: {text} ...")


def print_note(text: str) -> None:
    """Print what a person may want to know, beside the command's results."""
    from autograder.i18n.terminal import printable

    print(printable(f"note: {text}"), file=sys.stderr)


def add_assignment(made: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """Add the assignment's name."""
    if optional:
        made.add_argument("assignment", nargs="?", help="the assignment's name; all assignments when left out")
    else:
        made.add_argument("assignment", help="the assignment's name, such as ps1")


def add_all_cells(made: argparse.ArgumentParser) -> None:
    """Add the option that says which cells are run."""
    made.add_argument(
        "--all-cells", action="store_true", help="also run cells that no points depend on, such as long trainings"
    )


def add_workers(made: argparse.ArgumentParser, of: str = "") -> None:
    """Add the options that say where hand-ins are marked, and how many at once: of what, where that is not all."""
    made.add_argument(
        "--jobs", type=int, metavar="N", help=f"mark so many at once{of}; one for each core when left out"
    )
    made.add_argument(
        "--scheduler", metavar="ADDRESS", help="mark on the workers of the dask scheduler at this address, not here"
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


def whole_number(text: str) -> int:
    """Return a number of days or of attempts.

    Raises:
        argparse.ArgumentTypeError: It is none from 1 to 3660.
    """
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:5]) <= 3660:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 3660")
    return int(text)
