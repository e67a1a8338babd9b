"""A function that only gives back what it began with is told by its text from one that somebody has begun."""

from __future__ import annotations

import pytest

from autograder.submissions import initial_values
from autograder.submissions.initial_values import has_content

NOTHING = [
    "'''Doc.'''\n    raise NotImplementedError('f')",
    "pass",
    "return",
    "return None",
    "h, cache = None, None\n    # here\n    return h, cache",
    "N, T, D = x.shape\n    h = np.zeros((N, T, W.shape[1] + 0))\n    return h, None",
    "dW: object = None\n    return dW",
    "mask = x[:, 1:] != self._null\n    loss, grads = 0.0, {}\n    return loss, grads",
    "captions = self._null * np.ones((len(x), 3), dtype=np.int32)\n    return captions",
    "print('todo')\n    return np.zeros_like(x)",
]
SOMETHING = [
    "h = np.zeros(3)\n    h[0] = 1\n    return h",
    "h = np.zeros(3)\n    for t in range(3):\n        pass\n    return h",
    "dW = np.zeros(3)\n    np.add.at(dW, x, W)\n    return dW",
    "h = x @ W\n    return h",
    "h = x.dot(W)\n    return None",
    "h = np.zeros(3)\n    h += W\n    return h",
    "h = step(x)\n    return None, None",
    "raise ValueError",
    "out = W[x]\n    cache = x, W",
    "out = W[x, :]",
]


@pytest.mark.parametrize("body", NOTHING)
def test_initial_values_are_no_content(body):
    assert has_content([f"def f(self, x, W):\n    {body}"], ("f",)) is False
    assert has_content([f"@method_of(Model)\ndef f(self, x, W):\n    {body}"], ("f",)) is False


@pytest.mark.parametrize("body", SOMETHING)
def test_whatever_computes_is_content(body):
    assert has_content([f"def f(self, x, W):\n    {body}"], ("f",)) is True


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ("'Doc.'\n    raise NotImplementedError('f')", False),
        ("def __init__(self):\n        pass\n    def add(self, x):\n        return None", False),
        ("def __init__(self):\n        self.towns = {}", True),
        ("limit = 3\n    def add(self, x):\n        return step(x)", True),
    ],
)
def test_a_class_is_content_where_one_of_its_methods_is(body, content):
    assert has_content([f"class F:\n    {body}"], ("F",)) is content


def test_one_written_function_of_a_problem_is_enough_in_whichever_cell():
    begun, stub = "def f(x):\n    return step(x)", "def g(x):\n    return None"
    assert has_content([stub, begun], ("f", "g")) is True
    assert has_content([stub, begun], ("g",)) is False
    assert has_content([stub, "def g(x):\n    return step(x)"], ("g",)) is True


def test_it_is_unknown_what_no_text_defines_and_what_cannot_be_read_may_be_anything():
    assert has_content(["y = f(2)", "f = 3"], ("f",)) is None
    assert has_content(["def f(x:\n    broken"], ("f",)) is True


def test_a_text_that_many_names_share_is_read_once(monkeypatch):
    read = []
    monkeypatch.setattr(initial_values, "parsed", read.append)
    assert has_content(["@of(A)\ndef f(): pass\n@of(B)\ndef f(): pass\n)"], ("f",)) is True
    assert len(read) == 1
