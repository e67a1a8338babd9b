"""Reads the command line of ``autograder``, runs its command and says how it ended."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder import __version__
from autograder.commands import assignments, authoring, marking, places, reports, server
from autograder.commands.common import BAD_USAGE, GRADER_ERROR
from autograder_client.cli import STOPPED, Help


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
        ended = int(options.run(options))
        sys.stdout.flush()
        return ended
    except BrokenPipeError:  # whoever read what is printed, as `head` does, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED
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
        authoring.add_init,
        authoring.add_new,
        authoring.add_adopt,
        assignments.add_release,
        assignments.add_verify,
        marking.add_mark,
        places.add_collect,
        marking.add_grade,
        reports.add_report,
        reports.add_similarity,
        reports.add_explain,
        assignments.add_misconception,
        reports.add_audit,
        places.add_bundle,
        server.add_serve,
        server.add_people,
        server.add_server,
        server.add_client,
        marking.add_doctor,
        authoring.add_docs,
    ):
        add(chosen)
    return made


if __name__ == "__main__":
    sys.exit(main())
