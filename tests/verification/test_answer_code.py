"""Of a hand-in, the code of one answer is taken: all that it needs, nothing that says whose it is, nothing odd."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.course.course import CourseError
from autograder.verification.answer_code import UnfitAnswer, answer_codes

WRITTEN = '''
import os
import numpy as np
from math import pi as circle

# by Ada Lovelace
UNUSED = os.getcwd()
FACTOR = 3  # ada was here


def helper(values: np.ndarray) -> np.ndarray:
    """Ada's own."""
    print("ada", values)
    return FACTOR * values


def double(x: np.ndarray) -> np.ndarray:
    """Return x times two."""
    "a text of ada's"
    return helper(np.asarray(x)) + 0 * circle
'''

TAKEN = """FACTOR = 3


def helper(values):
    return FACTOR * values


def double(x):
    return helper(np.asarray(x)) + 0 * circle
"""


@pytest.fixture
def taken(assignment, hand_in):
    """Return the code of what is written into the stub of double."""

    def taken(source, problem="double", **more):
        hand_in(**{problem: source}, **more)
        return answer_codes(assignment, "ada", assignment.problems[problem])

    return taken


def test_what_an_answer_needs_is_kept_and_what_says_whose_it_is_is_not(taken):
    (code,) = taken(WRITTEN)
    assert code.imports == "import numpy as np\nfrom math import pi as circle\n"
    assert code.functions == TAKEN


def test_the_last_definition_counts(taken):
    (code,) = taken("def double(x):\n    return x\n\ndef double(x):\n    return x + x")
    assert code.functions == "def double(x):\n    return x + x\n"


def test_functions_of_other_problems_are_the_solutions(taken):
    (code,) = taken("def halve(x):\n    return 7\n\ndef double(x):\n    return 4 * halve(x)[0]")
    assert code.functions == "def double(x):\n    return 4 * halve(x)[0]\n"


def test_a_backward_function_comes_with_its_own_forward_function_too(taken, assignment):
    """It reads the cache that this one makes."""
    assert assignment.reference  # loaded before, when what is declared is tried on it
    assignment.__dict__["stand_ins"] = (SimpleNamespace(forward="double", backward="halve"),)
    short, long = taken("def halve(x):\n    return x / 3, 1", "halve", double="def double(x):\n    return x + x")
    assert short.functions == "def halve(x):\n    return (x / 3, 1)\n"
    assert long.functions == "def double(x):\n    return x + x\n\n\ndef halve(x):\n    return (x / 3, 1)\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import os; return os.getpid() + x", "imports os"),
        ("from subprocess import run; return run(x)", "imports from subprocess"),
        ("from numpy import load; return load(x)", "imports load"),
        ("return np.load(x)", "uses .load"),
        ("return x.tofile('y')", "uses .tofile"),
        ("return x.__class__", "uses .__class__"),
        ("return '{0}'.format(x)", "uses .format"),
        ("import collections; return collections._sys.modules", "uses ._sys"),
        ("from collections import _sys; return _sys", "imports _sys"),
        ("return __import__('os')", "uses __import__"),
        ("return eval('x')", "calls 'eval'"),
        ("return open('x')", "calls 'open'"),
        ("return getattr(x, 'y')", "calls 'getattr'"),
        ("f = exec; return f('x')", "calls 'exec'"),
        ("class A: pass\n    return A()", "defines classes"),
        ("return nowhere(x)", "needs 'nowhere', which nothing defines"),
    ],
)
def test_code_that_no_answer_needs_is_refused(taken, line, said):
    with pytest.raises(UnfitAnswer, match=said):
        taken(f"def double(x):\n    {line}")


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("if x is None:\n        print(x)", "if x is None:\n        pass"),
        ("for one in x:\n        print(one)\n    else:\n        print(x)", "for one in x:\n        pass"),
        ("try:\n        print(x)\n    finally:\n        print(x)", "try:\n        pass\n    finally:\n        pass"),
        ("match x:\n        case 1:\n            print(x)", "match x:\n        case 1:\n            pass"),
    ],
)
def test_a_block_that_was_nothing_but_prints_is_empty(taken, written, left):
    (code,) = taken(f"def double(x):\n    {written}\n    return x")
    assert code.functions == f"def double(x):\n    {left}\n    return x\n"


CLASS = """
class double:
    '''Of ada.'''

    def __init__(self, x: int):
        self.x = FACTOR * x  # hers

    @property
    def value(self) -> int:
        print(self.x)
        return self.x
"""


def test_a_class_that_is_asked_for_is_taken_with_what_its_methods_are(taken):
    (code,) = taken(f"FACTOR = 3\n{CLASS}")
    namespace = {}
    exec(code.functions, namespace)  # written above
    assert namespace["double"](2).value == 6
    assert not [word for word in ("ada", "hers", "print", "int") if word in code.functions]


@pytest.mark.parametrize(
    "more", ["    y = open('x')", "    class Inner: pass", "    def f(self): return self.__class__"]
)
def test_what_a_class_holds_is_looked_at_as_well(taken, more):
    with pytest.raises(UnfitAnswer):
        taken(f"FACTOR = 3\n{CLASS}\n{more}")


def test_a_helper_is_looked_at_as_well(taken):
    with pytest.raises(UnfitAnswer, match="imports socket"):
        taken("def help(x):\n    import socket\n    return x\n\ndef double(x):\n    return help(x)")


def test_what_is_very_long_is_refused(taken):
    with pytest.raises(UnfitAnswer, match="more than 200 lines"):
        taken("def double(x):\n" + "    x = x + 1\n" * 300 + "    return x")


def test_what_nests_too_deep_is_refused(taken):
    with pytest.raises(CourseError):
        taken(f"def double(x):\n    return {'-' * 3000}x")


def test_nothing_of_it_is_run(taken, tmp_path):
    taken(f"open({str(tmp_path / 'ran')!r}, 'w')\n\ndef double(x):\n    return x")
    assert not (tmp_path / "ran").exists()


def test_a_hand_in_without_the_function_says_so(taken):
    with pytest.raises(CourseError, match="ada defines no double"):
        taken("twice = 2")


@pytest.mark.parametrize("student", ["nobody", "../ada", "", ".."])
def test_who_has_handed_in_nothing_is_named(assignment, student):
    with pytest.raises(CourseError, match="no hand-in"):
        answer_codes(assignment, student, assignment.problems["double"])
