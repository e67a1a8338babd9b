"""Stubs are run against their own checks, with the solution as a control; only what they need is run."""

from __future__ import annotations

import pytest

from autograder.kernel.sandbox.levels import best
from autograder.release.leaks import stubs
from autograder.release.leaks.stubs import Run, StubFault, emptied, try_stubs, unraising

DOUBLE = 'def double(x):\n    """Return x times two."""\n    raise NotImplementedError("double")'
HALVE = DOUBLE.replace("double", "halve")


def stubs_of(*, double: str = DOUBLE, halve: str = HALVE) -> dict[str, str]:
    return {"double": double, "halve": halve}


def test_a_stub_that_raises_fails_its_check_and_nothing_is_said(assignment):
    assert try_stubs(assignment, stubs_of(), best()) == []


def test_a_stub_that_passes_is_named(assignment):
    passing = "def double(x):\n    return x + x"
    assert StubFault("double", Run.STUB) in try_stubs(assignment, stubs_of(double=passing), best())


def test_a_stub_that_needs_only_its_line_taken_out_is_named(assignment):
    stub = DOUBLE.replace("    raise", "    y = x + x\n    raise") + "\n    return y"
    assert try_stubs(assignment, stubs_of(double=stub), best()) == [StubFault("double", Run.EMPTIED)]


def test_a_check_that_fails_on_the_solution_too_is_named(assignment):
    for cell in assignment.notebook.cells:
        if cell.id == "test-double":
            cell.source = "three = 3\nassert double(three) == 7, f'{three} is doubled'\n" + cell.source
    seen = "AssertionError: 3 is doubled (line 2: assert double(three) == 7, f'{three} is doubled')"
    assert try_stubs(assignment, stubs_of(), best()) == [StubFault("double", Run.SOLVED, seen)]


def test_code_that_ends_its_kernel_has_not_passed_and_the_next_stub_is_tried_all_the_same(assignment):
    ending = "import os\ndef double(x):\n    os._exit(0)"
    passing = "def halve(x):\n    return 1, 2"
    verdicts = try_stubs(assignment, stubs_of(double=ending, halve=passing), best())
    assert {(verdict.problem, verdict.run) for verdict in verdicts} == {("halve", Run.STUB), ("halve", Run.EMPTIED)}


def test_the_same_stubs_are_run_once(assignment, monkeypatch):
    try_stubs(assignment, stubs_of(), best())
    monkeypatch.setattr(stubs, "Session", None)
    assert try_stubs(assignment, stubs_of(), best()) == []


def test_a_check_that_does_not_use_its_function_is_not_run(assignment):
    for cell in assignment.notebook.cells:
        if cell.id in ("test-double", "test-halve"):
            cell.source = "print('nothing')"
    assert try_stubs(assignment, stubs_of(), best()) == []


@pytest.mark.parametrize(
    ("body", "raises"),
    [
        ("raise NotImplementedError", True),
        ("y = 1\n    raise NotImplementedError('x')\n    return y", True),
        ("if x:\n        return 2\n    raise NotImplementedError", False),
        ("pass", False),
    ],
)
def test_whether_a_stub_raises_is_told_from_its_text(body, raises):
    assert (not list(unraising(f"def double(x):\n    {body}", ("double",)))) is raises


def test_a_stub_is_emptied_line_by_line():
    assert emptied('def f():\n    raise NotImplementedError(\n        "f"\n    )') == "def f():\n    pass\n\n"


def test_a_check_that_needs_what_another_check_defines_is_run_behind_it(assignment):
    for cell in assignment.notebook.cells:
        if cell.id == "test-double":
            cell.source = "size = 3"
        if cell.id == "test-halve":
            cell.source = "assert halve(np.ones(size)) is not None"
    assert try_stubs(assignment, stubs_of(), best()) == []
    assert StubFault("halve", Run.STUB) in try_stubs(assignment, stubs_of(halve="def halve(x):\n    return x"), best())


def test_each_check_is_run_on_the_stub_the_emptied_stub_and_the_solution_and_no_more(assignment):
    steps = list(stubs._steps(assignment, stubs_of()))
    for name in ("double", "halve"):
        assert [step.run for step in steps if f"visible check of {name}" in step.source] == list(Run)[1:]
