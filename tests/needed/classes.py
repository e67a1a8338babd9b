"""The classes that are marked both ways, as hand-ins with a function that marks each."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import nbformat

from autograder.course.assignment import NOT_FOR_MARKING, Assignment
from autograder.course.limits import Limits
from autograder.course.results import Record
from autograder.demo import pupils_of, write_submission
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from tests.hostile.__main__ import quiet_kernels
from tests.hostile.attack import attacks
from tests.hostile.layouts import hand_in
from tests.hostile.trial import LIMITS, ROOMY
from tests.hostile.yard import REAL, Yard, open_yard
from tests.mangled.cases import CASES
from tests.mangled.classroom import make_assignment, solved
from tests.mangled.trial import mark, written
from tests.support.course import code

# A name, and what marks the hand-in: it takes ``all_cells``.
HandedIn = tuple[str, Callable[..., Record]]


def practice() -> nbformat.NotebookNode:
    """Return a tagged cell for the hostile class: it calls students' functions, as a training does."""
    source = (
        "practised = [double(np.arange(float(n))) for n in range(9)] + [halve(np.arange(float(n))) for n in range(9)]"
    )
    cell = code("practice", source)
    cell.metadata["tags"] = [NOT_FOR_MARKING]
    return cell


@contextlib.contextmanager
def demo() -> Iterator[Iterator[HandedIn]]:
    """Yield the demo's class."""
    assignment = Assignment.here("rnn_captioning")
    limits = Limits()
    with tempfile.TemporaryDirectory() as scratch:
        yield (
            (
                pupil.name,
                functools.partial(_marked, assignment, write_submission(assignment, pupil, Path(scratch)), limits),
            )
            for pupil in pupils_of(assignment)
        )


@contextlib.contextmanager
def mangled() -> Iterator[Iterator[HandedIn]]:
    """Yield the mangled class."""
    with tempfile.TemporaryDirectory() as scratch:
        assignment = make_assignment(Path(scratch, "course"))
        yield (
            (case.name, functools.partial(mark, assignment, written(case, solved(), Path(scratch, "class"))))
            for case in CASES.all
        )


@contextlib.contextmanager
def hostile() -> Iterator[Iterator[HandedIn]]:
    """Yield the hostile class; the attacks' notebook has a cell besides that is tagged."""
    with open_yard([practice()]) as yard, quiet_kernels():
        yield _attacks(yard)


def _attacks(yard: Yard) -> Iterator[HandedIn]:
    for attack in attacks():
        limits = ROOMY if attack.assignment == REAL else LIMITS
        assignment = yard.assignment_of(attack.assignment)
        yield attack.id, functools.partial(_marked, assignment, hand_in(attack, yard, "ada"), limits)


def _marked(assignment: Assignment, file: Path, limits: Limits, *, all_cells: bool) -> Record:
    return mark_file(assignment, file, limits, best(), all_cells=all_cells)[0]


CLASSES: dict[str, Callable[[], AbstractContextManager[Iterator[HandedIn]]]] = {
    "demo": demo,
    "mangled": mangled,
    "hostile": hostile,
}
