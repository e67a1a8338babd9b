"""Statements are the same whatever their layout, quotes, annotations and, where asked, names of variables."""

from __future__ import annotations

import pytest

from autograder.release.leaks.statements import LIGHTEST, atoms_of, weight


def forms(source: str) -> set[str]:
    return {atom.form for atom in atoms_of(source) or ()}


def renamed(source: str) -> set[str]:
    return {atom.renamed for atom in atoms_of(source) or ()}


@pytest.mark.parametrize(
    "other",
    [
        "y  =  f( x )[ 'a' ]*2",
        'y = (f((x))["a"]) * 2  # the end',
        "y = \\\n    f(x)['a'] * 2",
        "y: float = f(x)['a'] * 2",
        "%matplotlib inline\ny = f(x)['a'] * 2",
    ],
)
def test_layout_quotes_brackets_comments_and_annotations_do_not_matter(other):
    assert forms(other) == forms('y = f(x)["a"] * 2')


@pytest.mark.parametrize("other", ["y = f(x)['b'] * 2", "y = f(x)['a'] + 2", "z = f(x)['a'] * 2"])
def test_what_is_done_and_to_what_matters(other):
    assert not {atom.form for atom in atoms_of(other) if atom.whole} & forms("y = f(x)['a'] * 2")


def test_adding_to_a_name_is_the_same_however_it_is_written():
    assert forms("total[i] += f(x) * 2") <= forms("total[i] = total[i] + f(x) * 2")


def test_arguments_by_name_are_the_same_in_any_order():
    assert forms("y = f(x, a=1, b=2)") == forms("y = f(x, b=2, a=1)")


def test_other_names_are_the_same_only_when_they_are_used_alike():
    assert renamed("da = dh * (1 - h**2)") == renamed("g = up * (1 - s**2)")
    assert renamed("f(a) * b") != renamed("f(a) * a")


def test_names_of_modules_and_functions_are_kept():
    known = frozenset({"np", "step"})
    both = (atoms_of(f"y = np.{name}(x) + step(x)", known) or () for name in ("tanh", "sin"))
    one, other = (atoms[0].renamed for atoms in both)
    assert "np" in one
    assert one != other


def test_compound_statements_are_their_headers_and_their_bodies():
    found = {atom.text for atom in atoms_of("for a in f(x, y=1):\n    if g(a)[0]:\n        b = h(a) * 2") if atom.whole}
    assert found == {"for a in f(x, y=1):", "if g(a)[0]:", "b = h(a) * 2"}


@pytest.mark.parametrize(
    "idiom",
    [
        "return out, cache",
        "parts.append(part)",
        "for t in range(x.shape[1]): pass",
        "N, D = x.shape",
        "y = np.zeros(n, dtype=x.dtype)",
    ],
)
def test_what_all_code_is_full_of_has_no_substance(idiom):
    assert not atoms_of(f"def f():\n    {idiom}".replace("def f():\n    for", "for"))


@pytest.mark.parametrize("telling", ["m = a != self.b", "y = x.T @ d", "W[x], (x, W.shape)", "np.add.at(w, x, d)"])
def test_one_operation_on_another_has_substance(telling):
    import ast

    assert weight(ast.parse(telling)) >= LIGHTEST


def test_code_as_deep_as_python_takes_is_compared_all_the_same():
    assert atoms_of("x = " + "-".join(["a"] * 3000)) is None or atoms_of("x = " + "-".join(["a"] * 900))
    assert atoms_of("x = " + "(" * 5000) is None
