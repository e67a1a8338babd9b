"""Prints what became of a download."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

from autograder.i18n.terminal import on_one_line
from autograder.lms.collect import CollectReport

# How many are named of a list that may be the whole class.
NAMED = 20


def print_collected(assignment: str, report: CollectReport) -> None:
    """Print what was taken in, and after it everything that was not, each with the reason."""
    counts = Counter(report.became.values())
    said = ", ".join(f"{count} {became}" for became, count in sorted(counts.items()))
    print(f"{assignment}: {len(report.became)} hand-ins collected{f' ({said})' if said else ''}")
    if report.entered:
        print(f"new in the gradebook: {_named(report.entered)}")
    if report.missing:
        print(f"handed in nothing: {_named(report.missing)}")
    if report.late:
        print(
            f"late, and nobody knows by how much: {_named(report.late)}. No late days are counted for them: "
            f"{report.untimed or 'no time was given for them'}."
        )
    elif report.untimed:
        print(f"No late days are counted: {report.untimed}.")
    for called, why in sorted(report.left.items()):
        print(f"left out: {on_one_line(called)}: {on_one_line(why)}", file=sys.stderr)
    if report.became:
        print(f"Next: `autograder grade {assignment}`.")


def _named(students: Sequence[str]) -> str:
    more = f" and {len(students) - NAMED} more" if len(students) > NAMED else ""
    return f"{len(students)}: " + ", ".join(map(on_one_line, students[:NAMED])) + more
