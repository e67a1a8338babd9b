"""One attack on this kit: what it gained, hit and cost, and whether the next hand-in was marked as ever."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache

import nbformat

from autograder.course.limits import Limits
from autograder.course.results import Record, Status, dump_record
from autograder.feedback.page import feedback_page
from autograder.kernel.sandbox import levels
from autograder.marking.feedback import problem_output
from autograder.marking.mark_file import mark_file
from tests.hostile.attack import FOLDER, NOTEBOOK, Attack, Part
from tests.hostile.handing_in import alive_in, cell_named, shown_in
from tests.hostile.layouts import hand_in
from tests.hostile.memory import MEMORY_MB, Peak
from tests.hostile.yard import REAL, Yard

# So short that everything that hangs can be waited for.
LIMITS = Limits(cell=1.0, test=0.4, idle=0.6, wall_factor=10.0, wall_extra=0.6, grace=0.3, startup=60.0, deaths=2)
ROOMY = Limits(cell=10.0, test=5.0)
SECONDS = 40
RIGHT = Attack("honest", "right", "Right code.", (Part("double", "def double(x): return 2 * x"),))


@dataclass(frozen=True)
class Trial:
    """What came of an attack here.

    Attributes:
        gained: Points over the honest same code.
        harm: What it hit.
        megabytes: By how much the grader's memory grew at most.
        seconds: How long the marking and the feedback page took.
        status: The record's.
        neighbour: Whether a right hand-in, marked next, got its full points, or none was.
        fair: Whether what it gained is earned.
    """

    gained: float
    harm: tuple[str, ...]
    megabytes: float
    seconds: float
    status: Status
    neighbour: bool
    fair: bool

    @property
    def held(self) -> bool:
        """Whether the kit held."""
        bounded = self.megabytes <= MEMORY_MB and self.seconds <= SECONDS
        marked = self.status is not Status.GRADER_ERROR and self.neighbour
        return bounded and marked and (self.fair or self.gained <= 0) and not self.harm


def attempt(attack: Attack, yard: Yard, *, neighbour: bool = True) -> Trial:
    """Mark an attack, and then a right hand-in in the same process: a notebook, or module files after module files.

    Args:
        attack: What is tried.
        yard: Where.
        neighbour: Whether the right hand-in is marked too.
    """
    expected = honest_score(attack.honest(), yard)
    file = hand_in(attack, yard, "ada")
    yard.look()
    memory, started = Peak(), time.monotonic()
    limits = ROOMY if attack.assignment == REAL else LIMITS
    assignment = yard.assignment_of(attack.assignment)
    record, notebook = mark_file(assignment, file, limits, levels.best())
    page = feedback_page(assignment, record, notebook)
    seconds = time.monotonic() - started
    grown = memory.grown()
    shown = shown_in(notebook) + dump_record(record).decode() + page
    harm = [*yard.harm(shown), *alive_in(notebook), *tables_changed(notebook, record)]
    return Trial(
        gained=round(record.score - expected, 4),
        harm=tuple(harm),
        megabytes=grown,
        seconds=seconds,
        status=record.status,
        neighbour=not neighbour or full_points(yard, NOTEBOOK if attack.layout == NOTEBOOK else FOLDER),
        fair=bool(attack.fair),
    )


def tables_changed(notebook: nbformat.NotebookNode | None, record: Record) -> list[str]:
    """Return the problems whose table in the marked notebook is not the one that the record gives."""
    if notebook is None:
        return []
    names = {problem.id: f"test_{problem.id}" for problem in record.problems}
    present = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells}
    outputs = {name: cell_named(notebook, cell).outputs for name, cell in names.items() if cell in present}
    return [
        f"changed the table of {problem.id}"
        for problem in record.problems
        if problem.id in outputs and outputs[problem.id][:1] != [problem_output(problem)]
    ]


@cache
def honest_score(attack: Attack, yard: Yard) -> float:
    """Return what the code without the attack gets here."""
    return marked(attack, yard).score


def full_points(yard: Yard, layout: str) -> bool:
    """Return whether a right hand-in gets its full points."""
    record = marked(replace(RIGHT, layout=layout), yard)
    return record.score == record.max_score


def marked(attack: Attack, yard: Yard) -> Record:
    """Return the record of a hand-in."""
    return mark_file(yard.assignment_of(attack.assignment), hand_in(attack, yard, "ben"), ROOMY, levels.best())[0]
