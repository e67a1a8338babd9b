"""Runs in Gradescope's containers: once when the image is built, and then for each submission.

Only this program writes results. Gradescope starts it as root; a student's code runs as another user, in the strongest
sandbox that the container lets it have.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec.structs import replace

from autograder.bundles.gradescope.bundle import SETTINGS, Settings
from autograder.bundles.gradescope.handed import handed_in
from autograder.bundles.gradescope.metadata import Metadata, read_metadata
from autograder.bundles.gradescope.results import not_taken, results_of, unmarked, write_results
from autograder.bundles.isolation import level_here
from autograder.course.assignment import Assignment
from autograder.course.course import Course, CourseError
from autograder.course.score import Score
from autograder.kernel.sandbox.levels import best, probe
from autograder.marking.execution.isolation import WeakIsolationError
from autograder.marking.mark_file import mark_file
from autograder.reports.terminal import print_record

PRELIMINARY = "preliminary.json"
USAGE = "usage: python -m autograder.bundles.gradescope.container set-up|mark"


@dataclass(frozen=True)
class Place:
    """The folders and files that Gradescope makes.

    Attributes:
        root: The folder that all of them lie in.
    """

    root: Path = Path("/autograder")

    @property
    def source(self) -> Path:
        """What was uploaded, unpacked."""
        return self.root / "source"

    @property
    def course(self) -> Course:
        """The course with the one assignment."""
        return Course(self.source / "course")

    @property
    def submission(self) -> Path:
        """What a student handed in."""
        return self.root / "submission"

    @property
    def metadata(self) -> Path:
        """What Gradescope tells of it."""
        return self.root / "submission_metadata.json"

    @property
    def results(self) -> Path:
        """Where Gradescope looks for results."""
        return self.root / "results" / "results.json"

    @property
    def settings(self) -> Settings:
        """What was set when the bundle was made."""
        return msgspec.json.decode((self.source / SETTINGS).read_bytes(), type=Settings)


def set_up(place: Place) -> None:
    """Build the data, write what is shown until something is marked, and try all of it with the solution.

    Raises:
        CourseError: The solution does not get full marks here.
    """
    assignment = Assignment(place.course, place.settings.assignment)
    assignment.prepare_data()
    write_results(unmarked(assignment), place.source / PRELIMINARY)
    solved = place.course.solutions(assignment.name) / f"{assignment.name}.ipynb"
    for one in probe():
        if not one.works:
            print(f"not to be had while the image is built: {one.name} ({one.outcome})")
    print(f"isolation level while the image is built: {best()}")
    # The instructor's own code, which needs no walls.
    record, _ = mark_file(assignment, solved, level=best())
    print_record(record)
    score = Score.of_record(record)
    if score.points < score.marked:
        raise CourseError(
            f"the solution gets {score.points:g} of {score.marked:g} points in this image: see the table above, and "
            "whether `autograder verify` holds where the bundle was made"
        )


def mark(place: Place) -> None:
    """Mark what was handed in, and write its results.

    Raises:
        WeakIsolationError: There is no isolation here, and the instructor has not said that it may be marked without.
    """
    settings = place.settings
    assignment = Assignment(place.course, settings.assignment)
    metadata = told(place)
    handed = handed_in(metadata, settings.rules)
    if handed.refusal is not None:
        write_results(not_taken(assignment, handed), place.results)
        return
    level = level_here(settings.unisolated)
    keep_from_others(place)
    record, notebook = mark_file(assignment, place.submission, level=level)
    record = replace(record, student=metadata.who or record.student, attempt=handed.number)
    print(f"isolation level {level}")
    print_record(record)
    # Only now: no kernel of this submission lives any more.
    write_results(results_of(assignment, record, notebook, handed, level), place.results)


def told(place: Place) -> Metadata:
    """Return what Gradescope tells of a submission; nothing where that cannot be read, which staff are told."""
    try:
        return read_metadata(place.metadata)
    except CourseError as fault:
        # Marks do not depend on it; what lateness costs does, and a person can take that off.
        print(f"marked without what lateness costs: {fault}")
        return Metadata()


def keep_from_others(place: Place) -> None:
    """Close to all users but this one what student code, which is another, has nothing to do with.

    The sandbox closes it as well: this is a second wall.
    """
    if os.getuid() == 0:
        for path in (place.metadata, place.submission, place.results.parent):
            if path.exists():
                path.chmod(0o700 if path.is_dir() else 0o600)


def main(arguments: Sequence[str], place: Place) -> int:
    """Run a command and return the exit code.

    Args:
        arguments: The command line, without the program's name.
        place: Where the folders are.
    """
    commands = {"set-up": set_up, "mark": mark}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(USAGE, file=sys.stderr)
        return 2
    os.chdir(place.course.root)
    # nbgrader runs alembic by name.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        commands[arguments[0]](place)
    except Exception as fault:
        # What was there before is still there: that the grader failed, and no score. Only staff see what is printed.
        if not isinstance(fault, CourseError | WeakIsolationError):
            traceback.print_exc()
        print(f"autograder: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Place()))
