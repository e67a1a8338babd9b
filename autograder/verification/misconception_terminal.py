"""Prints what `autograder misconception` made and tried, and asks before code becomes the course's own."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.misconceptions import Misconception
from autograder.course.results import Confidence
from autograder.i18n.terminal import printable
from autograder.verification.confusion import print_confusion
from autograder.verification.new_misconception import Draft, Tried
from autograder.verification.proof import print_proofs

SHOWN_MAX = 12


def show_draft(draft: Draft, console: Console) -> None:
    """Print the file that is to be written, as text in which every character shows."""
    console.print(Text(f"{draft.file}:"))
    # Not folded or cut to the terminal's width: a person has to see all of it.
    console.print(
        Syntax("", "python", background_color="default").highlight(printable(draft.texts[-1])), soft_wrap=True
    )
    if draft.traces:
        console.print(Text(f"The student is named in it: {', '.join(draft.traces)}. Take that out."), style="bold")


def say_yes(console: Console) -> bool:
    """Return whether a person has read the code and vouches for it.

    Raises:
        CourseError: There is nobody to ask.
    """
    if not sys.stdin.isatty():
        raise CourseError("nobody can be asked here whether the code above may run: read it, and add --yes")
    console.print(
        "A student wrote this code. From now on it runs as the course's own, outside of the sandbox, on every machine "
        "that marks. Read it."
    )
    return console.input("Write it into the catalogue? \\[y/N] ").strip().lower() in ("y", "yes")


def print_tried(assignment: Assignment, tried: Tried, console: Console) -> bool:
    """Print what trials came to and what to do next, and return whether everything holds."""
    known = tried.trial.subject
    assert isinstance(known, Misconception), "only misconceptions are tried one by one"
    print_confusion([tried.trial], console)
    holds = print_proofs(tried.proofs, console)
    sure = [student for student, confidence in tried.students if confidence is Confidence.CERTAIN]
    likely = [student for student, confidence in tried.students if confidence is not Confidence.CERTAIN]
    when = "is named" if not known.unwritten else "will be named, once its texts are written,"
    console.print(Text(f"In the marked class it {when} for {len(tried.students)}{_whose(sure, likely)}."))
    if known.unwritten:
        console.print(
            Text(
                f"Next: write {', '.join(known.unwritten)} in {known.file}; give the file a better name if it has none."
            ),
            soft_wrap=True,
        )
        steps = [f"autograder misconception try {assignment.name} --name {known.name}"]
        if len(assignment.languages) > 1:
            steps.insert(0, "python -m autograder.release.extract_messages, and translate the four texts")
        console.print(Text(f"Then: {'; then '.join(steps)}."), soft_wrap=True)
    elif holds:
        console.print(
            Text(f"autograder report {assignment.name} and feedback name it; nothing is marked again for it.")
        )
    return holds


def _whose(sure: list[str], likely: list[str]) -> str:
    parts = [*sure, *(f"{student} (likely)" for student in likely)]
    shown = ", ".join(printable(one) for one in parts[:SHOWN_MAX])
    more = f" and {len(parts) - SHOWN_MAX} more" if len(parts) > SHOWN_MAX else ""
    return f": {shown}{more}" if parts else ""
