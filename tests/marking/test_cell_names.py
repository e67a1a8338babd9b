"""What a cell binds, needs and may do is told from its text; where that is not sure, more is taken to be needed."""

from __future__ import annotations

import pytest

from autograder.marking.cell_names import LOOKED_MAX, known_of
from autograder.submissions.module_notebook import LOAD

STORES = "def f(x):\n    SEEN[0] = x"


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ("x = 1\nprint(x)", {"print"}),
        ("print(x)\nx = 1", {"print", "x"}),
        ("x += 1", {"x"}),
        ("del x", {"x"}),
        ("a, *b = c\nd = a + b", {"c"}),
        ("for i in r:\n    y = i\n    z = y", {"r"}),
        ("for i in r:\n    y = i\nz = y, i", {"r", "y", "i"}),  # there may be nothing in r
        ("if c:\n    x = 1\nprint(x)", {"c", "print", "x"}),
        ("with o() as f:\n    x = f\nx", {"o"}),
        ("try:\n    x = f()\nexcept E:\n    pass\nx", {"f", "E", "x"}),
        ("def f(a):\n    return a + n\nn = 1", {"n"}),  # f could be called before n is there
        ("n = 1\ndef f(a):\n    return a + n", set()),
        ("[q for q in r]\nprint(q)", {"r", "print", "q"}),
        ("x: int\nprint(x)", {"print", "x"}),  # binds nothing; at top level nor is a name read
    ],
)
def test_it_needs_what_it_does_not_surely_bind_itself_before(source, needs):
    assert known_of(source).needs - {"int"} == needs


@pytest.mark.parametrize(
    ("source", "binds"),
    [
        ("import os.path as p, sys\nfrom a import b", {"p", "sys", "b"}),
        ("for i in r:\n    (x, y), z = i", {"i", "x", "y", "z"}),
        ("plt.rcParams['a'] = 1", {"plt"}),
        ("def f(d):\n    d['a'] = 1", {"f"}),
        ("def f():\n    model.params = 1", {"f", "model"}),
        ("del data['x']", {"data"}),
        ("def f():\n    global n\n    n = 1", {"f", "n"}),
        ("from a import *", {"*"}),
    ],
)
def test_it_binds_what_it_gives_a_value_and_what_it_sets_something_of(source, binds):
    assert known_of(source).binds == binds


@pytest.mark.parametrize(
    "source",
    [
        "globals()['x']",
        "def f():\n    return eval('x')",
        "'x' in dir()",
        "print(_)",
        "Out[3]",
        "In[1]",
        "_i5",
        "_oh[1]",
        "get_ipython().run_cell('x')",
        "%run other.ipynb",
        "%time f(x)",
        "%matplotlib $x",
        "!ls",
        "x?",
        "%%capture\nf(x)",
        "%%time f(x)",
        "%%time\n%run other.py",
        "from IPython import get_ipython as g",
        "import IPython\nIPython.get_ipython()",
        "import __main__ as m\nm.x",
        "from __main__ import x",
        "import sys\nsys.modules['__main__'].x",
        "importlib.import_module('__ma' + 'in__')",
        "f.__globals__['x']",
        "sys._getframe().f_globals",
        "import inspect",
        "import builtins as b",
        "import doctest\ndoctest.testmod()",
        "timeit.timeit('f(x)', setup='from __main__ import f, x')",
        "x = 1\n" * LOOKED_MAX,
        "-" * 30_000 + "1",  # IPython may take what cannot be looked into
    ],
)
def test_what_may_read_any_name_or_the_history_is_told(source):
    assert known_of(source).reads_any


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\nimport numpy as np",
        "%%time\nx = f(1)",
        "for _ in range(3):\n    pass",
        "from IPython.display import display\ndisplay(x)",
        "if __name__ == '__main__':\n    main()",
        "x = np.modulus(evaluate(1), 2)",
        "def f(x:\n    globals()",  # no code: it does nothing
        "",
        f"{LOAD}.load('plan', 'file', globals())",
    ],
)
def test_what_everybody_writes_reads_no_name_but_its_own(source):
    assert not known_of(source).reads_any


def test_a_cell_that_imports_module_files_sees_no_name_of_the_notebook():
    assert known_of(f"{LOAD}.load('plan', 'file', globals())").uses == frozenset()


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    global n\n    n = 1",
        "def outer():\n    n = 0\n    def f():\n        nonlocal n\n        n += 1",
        STORES,
        "def f():\n    f.calls += 1",
        "class A:\n    def f(self):\n        A.calls = 1",
        "class A:\n    seen = []\n    def f(self, x):\n        self.seen.append(x)",
        "class A:\n    calls = 0\n    @classmethod\n    def f(cls):\n        cls.calls += 1",
        "class A:\n    calls = 0\n    def f(self):\n        type(self).calls += 1",
        "def f(x):\n    setattr(f, 'calls', 1)",
        "def f(x, seen=[]):\n    return x",
        "def f(x, *, seen=SEEN):\n    return x",
        "f = lambda x, rng=np.random.default_rng(0): rng.normal()",
        "def outer():\n    h = [0]\n    def f():\n        h[0] += 1\n        return [h[t] for t in h]",
    ],
)
def test_functions_that_keep_something_are_told(source):
    assert known_of(source).keeps


@pytest.mark.parametrize(
    "source",
    [
        "def f(x, n=-1, dtype=np.float32, shape=(1, 2)):\n    y = np.zeros(n)\n    y[0] = x\n    return y",
        "@method_of(Model)\ndef loss(self, x):\n    self.seen = x\n    grads = {}\n    grads['W'] = x",
        "SEEN[0] = 1",
        "class Layer:\n    size = 3\n    def __init__(self):\n        self.seen = []",
        "def f(x):\n    h = np.zeros(3)\n    h[0] = x\n    return [h[t] for t in x]",
    ],
)
def test_functions_that_keep_nothing_are_left_alone(source):
    assert not known_of(source).keeps


def test_names_of_what_may_change_are_told_and_what_functions_read():
    known = known_of("import a\nn = 1\nshape = (1, -2)\nrng = make()\nseen = []\ndef f():\n    return rng, n\n")
    assert known.data >= {"rng", "seen"}
    assert not known.data & {"n", "shape", "a", "f"}
    assert known.inner == {"rng", "n"}


@pytest.mark.parametrize(
    ("source", "data"),
    [
        ("step = lambda x: x + seen", set()),
        ("Result = namedtuple('Result', 'value cache')", set()),
        ("Result = collections.namedtuple('Result', ['value', 'cache'], defaults=[None])", set()),
        ("Result = namedtuple('Result', names())", {"Result"}),
        ("Result = namedtuple('Result', 'cache', defaults=[[]])", {"Result"}),
        ("Result = namedtuple('Result', 'cache')([])", {"Result"}),
        ("count = make(lambda: 0)", {"count"}),
        ("step, other = (lambda x: x), []", {"step", "other"}),
    ],
)
def test_a_lambda_and_a_named_tuple_are_definitions(source, data):
    assert known_of(source).data == data
