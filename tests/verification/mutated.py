"""What mutants of a piece of code have in the place of which lines."""

from __future__ import annotations

import ast
import textwrap

from autograder.verification.mutants import mutants_of


def function_of(source):
    (function,) = ast.parse(textwrap.dedent(source)).body
    assert isinstance(function, ast.FunctionDef)
    return function


def changes(source, rule=None):
    """Return what the mutants of a function have in the place of which lines."""
    function = function_of(source)
    return {(mutant.before, mutant.after) for mutant in mutants_of(function) if rule in (None, mutant.rule)}


def afters(source, rule=None):
    return {after for _, after in changes(source, rule)}


def of_expression(expression, rule):
    return {after.removeprefix("return ") for after in afters(f"def f(a, b, n):\n    return {expression}", rule)}
