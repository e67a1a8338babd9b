"""A withheld statement is named once for its lines, and a function that students are to write when it is written."""

from __future__ import annotations

import ast

import pytest

from autograder.release.leaks.code_rule import code_leaks, stubbed
from autograder.release.leaks.findings import Piece, Where
from autograder.release.leaks.sequences import sequence_of
from autograder.release.leaks.statements import atoms_of
from autograder.release.leaks.withheld import Withheld

SECRET = "total = total + step(x, weights) * rate"
(WHOLE, *PARTS) = atoms_of(SECRET) or ()
WITHHELD = Withheld(
    {atom.form: "a staff file" for atom in PARTS} | {WHOLE.form: "the solution of f"},
    {WHOLE.renamed: "the solution of f"},
    {sequence_of("rare = thing[0]"): "the solution of g"},
    {},
    {"double": "double"},
)


def found(text: str, *, code: bool = True) -> list[tuple[int | None, str]]:
    return [(leak.line, leak.kind) for leak in code_leaks(Piece(Where("a"), text, code), WITHHELD)]


@pytest.mark.parametrize("text", [SECRET, "total += step(x, weights) * rate", "a = a + step(b, c) * d"])
def test_a_statement_is_named_once_by_its_solution_not_by_its_parts(text):
    assert found(f"x = 1\n{text}") == [(2, "a statement of the solution of f")]


def test_it_is_found_in_comments_and_in_prose_as_well():
    assert found(f"x = 1\n# {SECRET}") == [(2, "a statement of the solution of f")]
    assert found(f"Try this:\n> `{SECRET}`", code=False) == [(2, "a statement of the solution of f")]
    assert found("where rare = thing[0] it is (say)", code=False) == [(1, "a statement of the solution of g")]


def test_other_statements_are_fine():
    assert found("y = total + step(x, weights) * rate") == [(1, "a statement of a staff file")], "its part is withheld"
    assert found("total = total + step(x, weights)") == []


def test_a_written_function_is_a_leak_and_a_stub_is_none():
    assert found("def double(x):\n    return 2 * x") == [(1, "a written double, which is asked for in double")]
    assert found("def double(x):\n    raise NotImplementedError") == []
    assert found("def double(x):\n    return 2 * x", code=False) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("raise NotImplementedError('later')", True),
        ("x = 1\n    raise NotImplementedError", True),
        ("if x:\n        return 1\n    raise NotImplementedError", False),
        ("return x", False),
        ("pass", False),
    ],
)
def test_a_stub_raises_before_it_can_return(body, expected):
    (function,) = ast.parse(f"def f(x):\n    {body}").body
    assert isinstance(function, ast.FunctionDef)
    assert stubbed(function) is expected
