"""Mutants of a function are all that its rules give: each can be compiled, differs, and says what was changed."""

from __future__ import annotations

import ast
import textwrap

import pytest

from autograder.verification.mutants import fingerprint, mutants, mutants_of
from autograder.verification.mutation_operators import RULES


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


@pytest.mark.parametrize(
    ("rule", "expression", "made"),
    [
        ("operator", "a + b", {"a - b", "a * b"}),
        ("operator", "a @ b", {"a * b"}),
        ("operator", "a ** b", {"a * b"}),
        ("operator", "a / b", {"a * b"}),
        ("term", "a - b", {"a", "b", "-(a - b)"}),
        ("term", "-a", {"a"}),
        ("condition", "a < b", {"a <= b", "a >= b"}),
        ("condition", "a and b", {"a or b", "a", "b"}),
        ("condition", "not a", {"a"}),
        ("condition", "a if b else n", {"a if not b else n"}),
        ("constant", "a == 3", {"a == 0", "a == 1", "a == -1", "a == 4", "a == 2"}),
        ("constant", "a is True", {"a is False"}),
        ("constant", "a.sum(axis=0)", {"a.sum(axis=1)", "a.sum(axis=-1)"}),
        ("name", "f(a)", {"f(b)", "f(n)"}),
        ("key", "a['u'] + b['v']", {"a['v'] + b['v']", "a['u'] + b['u']"}),
        ("index", "a[:, n]", {"a", "a[n, :]", "a[:, n + 1]", "a[:, n - 1]", "a[1:, n]", "a[:1, n]", "a[::-1, n]"}),
        ("index", "a[:n]", {"a", "a[:]", "a[:n + 1]", "a[:n - 1]", "a[:n:-1]"}),
        ("index", "a[::n]", {"a", "a[:]", "a[1::n]", "a[:1:n]"}),
        ("transpose", "a.T @ b", {"a @ b"}),
        ("call", "f(a, b)", {"f(b, a)", "a"}),
        ("call", "a.sum(axis=0)", {"a.sum()", "a.mean(axis=0)", "a"}),
        ("call", "np.add.at(a, b)", {"np.add.at(b, a)", "a", "np.subtract.at(a, b)"}),
        ("result", "a, b", {"(b, a)", "(b,)", "(a,)"}),
    ],
)  # fmt: skip
def test_a_rule_makes_what_it_says(rule, expression, made):
    assert of_expression(expression, rule) == made


@pytest.mark.parametrize(
    ("rule", "source", "made"),
    [
        ("operator", "def f(a, b):\n    a += b\n    return a", {"a -= b", "a *= b", "a = b"}),
        ("statement", "def f(a):\n    g(a)\n    return a", {"pass"}),
        ("statement", "def f(a):\n    for b in a:\n        continue\n    return a", {"break", "pass"}),
        ("target", "def f(a):\n    b, c = a\n    return b", {"c, b = a"}),
        ("condition", "def f(a):\n    while a:\n        a -= 1", {"while not a:"}),
        (
            "loop",
            "def f(n):\n    for t in range(n):\n        g(t)",
            {"break", "for t in reversed(range(n)):", "for t in range(0 + 1, n):", "for t in range(0, n - 1):",
             "for t in range(0, n + 1):"},
        ),
        (
            "call",
            "def f(n):\n    for t in reversed(range(n)):\n        g(t)",
            {"for t in range(n):", "t", "for t in reversed(n):"},
        ),
    ],
)  # fmt: skip
def test_a_rule_changes_statements(rule, source, made):
    assert afters(source, rule) == made


def test_every_rule_is_tried_here():
    tried = {mark.args[1][place][0] for test in (test_a_rule_makes_what_it_says, test_a_rule_changes_statements)
             for mark in test.pytestmark for place in range(len(mark.args[1]))}  # fmt: skip
    assert tried == set(RULES)


SOURCE = '''
@decorated("once")
def f(self, a: np.ndarray, limit: int = 30) -> tuple:
    """Says 1 + 1."""
    b = a[:limit] * 2
    return f"{a + b}", b.sum(axis=0)
'''


def test_mutants_can_be_compiled_differ_and_change_the_body_alone():
    made = list(mutants_of(function_of(SOURCE)))
    codes = [fingerprint(mutant.source) for mutant in made]
    assert None not in codes
    assert len(set(codes)) == len(codes) > 15
    assert all(mutant.source.startswith("def f(self, a, limit=30):") for mutant in made)
    assert all("{a + b}" in mutant.source for mutant in made if "return" in mutant.before and "f'" in mutant.after)


def test_what_compiles_to_the_same_code_as_the_original_is_no_mutant():
    made = of_expression("a * (1 + 0)", "operator")
    assert made == {"a * (1 * 0)", "a / (1 + 0)", "a + (1 + 0)"}, "1 - 0 is 1 + 0"
    assert fingerprint("def f(a): return a * (1 + 0)") == fingerprint("def f(a): return a * 1")
    assert fingerprint("def f(a): return a * 1") != fingerprint("def f(a): return a * 1.0")
    assert fingerprint("def f(:") is None


def test_a_mutant_tells_the_lines_that_are_changed():
    source = """
    def f(a):
        if a:
            a = a + 1
        return a
    """
    found = changes(source)
    assert ("a = a + 1", "a = a - 1") in found
    assert ("if a:", "if not a:") in found
    assert ("if a:\na = a + 1", "pass") in found


def test_the_mutants_of_an_assignment_are_of_the_functions_that_problems_ask_for(assignment):
    made = list(mutants(assignment))
    assert {(mutant.problem, mutant.function) for mutant in made} == {("double", "double"), ("halve", "halve")}
    assert ("double", "return 2 * x", "return 2 + x") in {(one.problem, one.before, one.after) for one in made}


def test_methods_are_found_in_their_class(assignment):
    file = assignment.course.solutions(assignment.name) / "cs231n" / "rnn_layers.py"
    with file.open("a", encoding="utf-8") as stream:
        stream.write("\n\nclass Model:\n    def double(self, x):\n        return x - x\n")
    entry = assignment.modules[0]
    assignment.modules = [type(entry)(entry.file, ("double",), "Model")]
    assert {mutant.before for mutant in mutants(assignment)} == {"return x - x"}
