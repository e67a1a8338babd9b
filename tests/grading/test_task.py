"""What marks depend on besides the submission has a digest."""

from __future__ import annotations

from dataclasses import replace

from autograder.course.limits import Limits
from autograder.grading.task import RunSettings
from autograder.kernel.sandbox.levels import Level
from autograder.marking.provided_cells import ProvidedCell, ProvidedCells

CELLS = ProvidedCells((ProvidedCell("double", "code", False, "def double(x): ...", None, solution=True),), None)
SETTINGS = RunSettings(
    assignment="arithmetic",
    cells=CELLS,
    limits=Limits(),
    level=None,
    weaker=False,
    all_cells=False,
    kit_version="1",
    tests_sha256="a",
    salt_fingerprint="b",
)


def test_other_tests_another_salt_kit_or_cells_change_the_digest():
    others = [
        replace(SETTINGS, kit_version="x"),
        replace(SETTINGS, tests_sha256="x"),
        replace(SETTINGS, salt_fingerprint="x"),
        replace(SETTINGS, cells=ProvidedCells((), None)),
    ]
    assert len({SETTINGS.basis, *(other.basis for other in others)}) == 5


def test_how_long_code_may_run_and_in_what_sandbox_does_not_change_it():
    assert replace(SETTINGS, limits=Limits(cell=1), level=Level.FULL, weaker=True).basis == SETTINGS.basis
