"""Runs a writer whose process is killed at a chosen moment: ``python -m tests.grading.killed PLAN``.

The plan is a pickled `Plan` of the tests' own. All writers of a plan are forked from one process, which has loaded what
they need.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from autograder.course.course import Course
from autograder.grading import autograded_tree, writer
from autograder.grading.gradebook.audit import Audit
from autograder.grading.gradebook.rows import StudentRows
from autograder.grading.task import Reply

# Where a process is killed: a function of the writer's, and whether it has done its work by then.
MOMENTS: dict[str, tuple[Any, str, bool]] = {
    "with the earlier record kept": (writer, "keep_earlier", True),
    "before the draft": (writer, "draft_record", False),
    "after the draft": (writer, "draft_record", True),
    "with half a folder": (autograded_tree.MarkedTree, "_permit", False),
    "with the old folder moved": (autograded_tree, "_make_way", True),
    "with the new folder in place": (autograded_tree.MarkedTree, "_share", False),
    "after the folder": (writer.GradebookWriter, "_write_tree", True),
    "after the audit": (Audit, "note", True),
    "with half of the rows": (StudentRows, "seconds_late", False),
    "before the commit": (writer, "enter", True),
    "after the commit": (Path, "replace", False),
    "after the record": (Path, "replace", True),
    "before it is set aside": (writer, "set_submission_aside", False),
}


@dataclass(frozen=True)
class Plan:
    """What is killed when.

    Attributes:
        deaths: Which course, which student, what is written of that, and at which moment.
    """

    deaths: list[tuple[Course, str, Reply, str]]


def main(file: str) -> None:
    """Carry out a plan."""
    plan: Plan = pickle.loads(Path(file).read_bytes())
    configure_mappers()  # once, not in each that is forked
    for course, student, reply, moment in plan.deaths:
        process = os.fork()
        if not process:
            try:
                die_at(*MOMENTS[moment])
                os.chdir(course.root)
                write(course, student, reply)
            finally:
                os._exit(0)  # it was not killed
        _, status = os.waitpid(process, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(f"{moment}: {student}'s writer was not killed")


def write(course: Course, student: str, reply: Reply) -> None:
    """Write one hand-in."""
    with writer.GradebookWriter(course, reply.record.assignment) as made:
        made.write(student, course.submitted / student / reply.record.assignment, reply)


def die_at(owner: Any, name: str, done: bool) -> None:
    """Let a function kill the process, before or after its work; one of `Path` only where the writer calls it."""
    original: Callable[..., Any] = getattr(owner, name)

    def killing(*arguments: Any, **named: Any) -> Any:
        # Others replace files too: the record that there was is kept before anything is written.
        if owner is Path and sys._getframe(1).f_globals["__name__"] != writer.__name__:
            return original(*arguments, **named)
        if done:
            original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, killing)


if __name__ == "__main__":
    main(*sys.argv[1:])
