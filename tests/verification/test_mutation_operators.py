"""Each rule replaces a node by what it says, and by nothing else."""

from __future__ import annotations

import pytest

from autograder.verification.mutation_operators import RULES
from tests.verification.mutated import afters, of_expression


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
)
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
            {
                "break",
                "for t in reversed(range(n)):",
                "for t in range(0 + 1, n):",
                "for t in range(0, n - 1):",
                "for t in range(0, n + 1):",
            },
        ),
        (
            "call",
            "def f(n):\n    for t in reversed(range(n)):\n        g(t)",
            {"for t in range(n):", "t", "for t in reversed(n):"},
        ),
    ],
)
def test_a_rule_changes_statements(rule, source, made):
    assert afters(source, rule) == made


def test_every_rule_is_tried_here():
    tried = {
        mark.args[1][place][0]
        for test in (test_a_rule_makes_what_it_says, test_a_rule_changes_statements)
        for mark in test.pytestmark
        for place in range(len(mark.args[1]))
    }
    assert tried == set(RULES)
