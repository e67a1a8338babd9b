"""Names are told from a cell's text; where that is not sure, every word is taken for one."""

from __future__ import annotations

import pytest

from autograder.course.cell_names import PARSED_MAX, names_in


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("x = 1\nprint(x)", {"print", "x"}),
        ("def f(a, n=m):\n    b = a\n    return a + b + size", {"m", "size"}),
        ("class A:\n    def f(self):\n        return [data for _ in range(3)]", {"data", "range"}),
        ("def f(data):\n    return [data for _ in data]", set()),
        ("x += 1", {"x"}),
        ("del x", {"x"}),
        ("    x = y\n    print(x)", {"x", "y", "print"}),
        ("def f(x: data", set()),  # no code: it does nothing
        ("# data\nx = '\0'", set()),
        ("'data'  # data", set()),
        ("%time f(data)\ny = 1", {"time", "f", "data"}),
        ("%%time\nx = f(1)", {"time", "f"}),
        ("!ls data", {"ls", "data"}),
    ],
)
def test_a_cell_uses_what_it_reads_at_top_level_and_as_a_global_name(source, uses):
    assert names_in(source).uses == uses


@pytest.mark.parametrize(
    ("source", "binds"),
    [
        ("import os.path as p, sys\nfrom a import b", {"p", "sys", "b"}),
        ("for i in r:\n    (x, y), z = i", {"i", "x", "y", "z"}),
        ("x = [y for y in z]", {"x"}),
        ("x = [y for y in z]\ny = 1", {"x", "y"}),
        ("plt.rcParams['a'] = 1", {"plt"}),
        ("def f():\n    model.params = 1", {"f", "model"}),
        ("def f():\n    global n\n    n = 1", {"f", "n"}),
        ("@method_of(Model)\ndef loss(self): pass", {"loss", "method_of", "Model"}),
        ("setattr(Model, 'loss', f)", {"Model"}),
        ("from a import batch\nx = [batch for batch in z]", {"batch", "x"}),
        ("def f(x):\n    return x\nx = [f for f in z]", {"f", "x"}),
        ("x = [y := 1 for _ in z]", {"x", "y"}),
        ("try:\n    pass\nexcept E as e:\n    pass", {"e"}),
        ("match x:\n    case [a, *b]: pass\n    case {'k': c, **d}: pass", {"a", "b", "c", "d"}),
        ("@method_of(Model)\nasync def loss(self): pass", {"loss", "method_of", "Model"}),
        ("from a import *\nx = 1", None),
    ],
)
def test_a_cell_binds_what_it_gives_a_value_and_what_it_puts_something_into(source, binds):
    assert names_in(source).binds == binds


@pytest.mark.parametrize(
    "source",
    [
        "data?",
        "x = !ls data",
        ">>> data",
        "%%time\ndef f(x: data",
        "# data\n" + "x = 1\n" * PARSED_MAX,
        "-" * 30_000 + "data",
    ],
    ids=range(6),
)
def test_of_what_ipython_alone_may_understand_and_what_is_not_parsed_all_words_are_names(source):
    names = names_in(source)
    assert "data" in names.uses
    assert names.binds is None
    assert not names.only_defines


@pytest.mark.parametrize(
    ("source", "defines"),
    [
        ("import a\nclass A:\n    x = f()\ndef g(): pass", True),
        ("", True),
        ("import a\nx = 1", False),
        ("%matplotlib inline\nimport a", False),
    ],
)
def test_cells_of_definitions_and_imports_are_told(source, defines):
    assert names_in(source).only_defines is defines
