"""The importer of a hand-in's module files, as it works in a kernel."""

from __future__ import annotations

import json
import linecache
import sys
import traceback

import pytest

from autograder.kernel import module_importer
from autograder.kernel.call_server import describe
from cs231n import layers as kit_layers
from cs231n.classifiers import rnn as kit_model
from cs231n.rnn_layers import temporal_affine_forward

# Python warns of `is` with a text, as solutions of the original course have it.
pytestmark = pytest.mark.filterwarnings("ignore:.is. with:SyntaxWarning")
LAYERS, MODEL = "cs231n/rnn_layers.py", "cs231n/classifiers/rnn.py"
FORWARD = "def forward(x):\n    return x\n"
CLASS = """
class CaptioningRNN:
    def __init__(self):
        raise AssertionError("not to be called")

    def loss(self):
        return self.helped(), self.cell_type is "rnn"

    def helped(self):
        return forward(1)
"""


@pytest.fixture
def load(monkeypatch):
    """Return a function that imports files as a kernel does, and returns what the notebook's globals get."""
    for name in [name for name in sys.modules if name.partition(".")[0] in ("cs231n", "past", "beside")]:
        monkeypatch.setitem(sys.modules, name, sys.modules[name])
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(module_importer, "_installed", {})
    loaded = set(sys.modules)

    def run(files, fault=None):
        parts = [
            {"file": LAYERS, "owner": None, "names": ["forward", "backward"], "fault": fault},
            {"file": MODEL, "owner": "CaptioningRNN", "names": ["loss", "sample"], "fault": None},
        ]
        plan, namespace = json.dumps({"package": "cs231n", "files": files, "parts": parts}), {}
        for part in parts:
            module_importer.load(plan, part["file"], namespace)
        return namespace

    yield run
    for name in set(sys.modules) - loaded:
        del sys.modules[name]
    for path in [path for path in linecache.cache if path.startswith("cs231n/")]:
        del linecache.cache[path]


def test_functions_and_the_class_reach_the_notebook(load):
    names = load({LAYERS: FORWARD, MODEL: f"from ..rnn_layers import *\n{CLASS}"})
    assert names["forward"](3) == 3
    model = names["CaptioningRNN"]({"<NULL>": 0})
    assert model.loss() == (1, True)
    assert model.params.keys() >= {"W_proj", "b"}


@pytest.mark.parametrize(
    "line",
    [
        "from cs231n.rnn_layers import *",
        "from ..rnn_layers import forward",
        "from cs231n.rnn_layers import forward",
        "from .. import rnn_layers\nforward = rnn_layers.forward",
        "import cs231n.rnn_layers as r\nforward = r.forward",
    ],
)
def test_the_other_file_is_imported_in_any_way(load, line):
    assert load({LAYERS: FORWARD, MODEL: f"{line}\n{CLASS}"})["CaptioningRNN"]({"<NULL>": 0}).loss()[0] == 1


def test_provided_functions_come_from_the_kit_whatever_the_file_says(load):
    text = f"{FORWARD}\ndef temporal_affine_forward(x, w, b): return 'copy'\ndef call(): return temporal_affine_forward"
    load({LAYERS: text, MODEL: CLASS})
    assert sys.modules["cs231n.rnn_layers"].call() is temporal_affine_forward


def test_a_copy_of_a_provided_module_gives_only_what_the_kit_does_not(load):
    copy = "def affine_forward(): return 'copy'\ndef relu(x): return max(x, 0)"
    text = "from .layers import *\ndef forward(x): return relu(x), affine_forward"
    names = load({LAYERS: text, MODEL: "", "cs231n/layers.py": copy})
    assert names["forward"](-1) == (0, kit_layers.affine_forward)


@pytest.mark.parametrize("copy", ["import not_there", "1 / 0", "import sys; sys.exit()", "print 'x'"])
def test_a_copy_of_a_provided_module_that_fails_is_the_kits(load, copy):
    load({LAYERS: "from .layers import affine_forward\n", MODEL: "", "cs231n/layers.py": copy})


def test_helpers_lie_in_the_package_in_folders_of_it_and_beside_it(load):
    files = {
        LAYERS: "import beside\nfrom . import helper\nfrom .own.deep import y\ndef forward(x): return x + y + helper.z",
        MODEL: "",
        "cs231n/helper.py": "from beside import z",
        "cs231n/own/deep.py": "y = 10",
        "beside.py": "z = 100",
    }
    assert load(files)["forward"](1) == 111


def test_a_file_beside_the_package_hides_nothing_that_is_installed(load):
    sys.modules.pop("tabnanny", None)
    names = load({LAYERS: "import tabnanny\ndef forward(): return tabnanny.check", MODEL: "", "tabnanny.py": "1 / 0"})
    assert names["forward"]().__module__ == "tabnanny"


def test_what_is_missing_raises_and_says_where_it_should_have_been(load):
    names = load({LAYERS: FORWARD, MODEL: "class CaptioningRNN:\n    def loss(self): return 1"})
    with pytest.raises(NotImplementedError, match=f"{LAYERS} defines no backward"):
        names["backward"](1)
    model = names["CaptioningRNN"]({"<NULL>": 0})
    assert model.loss() == 1
    with pytest.raises(NotImplementedError, match="the class CaptioningRNN defines no sample"):
        model.sample(1)


def test_a_file_that_cannot_be_read_costs_its_own_functions_only(load):
    text = f"from ..rnn_layers import forward, backward, temporal_affine_forward\n{CLASS}"
    names = load({MODEL: text}, fault="line 3 is bad")
    with pytest.raises(NotImplementedError, match="line 3 is bad"):
        names["forward"]()
    with pytest.raises(NotImplementedError, match="line 3 is bad"):
        names["CaptioningRNN"]({"<NULL>": 0}).loss()


@pytest.mark.parametrize("end", ["1 / 0", "import not_there", "import sys; sys.exit(0)", "raise MemoryError"])
def test_a_file_that_fails_keeps_what_it_has_defined_and_shows_why(load, end, capsys):
    names = load({LAYERS: f"{FORWARD}\n{end}\ndef backward(): pass", MODEL: ""})
    assert names["forward"](2) == 2
    with pytest.raises(NotImplementedError, match=rf"{LAYERS}, line 4, raised \w+ when it was imported"):
        names["backward"]()
    assert f'File "{LAYERS}", line 4' in capsys.readouterr().err


def test_what_was_defined_before_an_interrupt_is_bound(load):
    assert load({LAYERS: f"{FORWARD}\nraise KeyboardInterrupt", MODEL: ""})["forward"](2) == 2


def test_a_class_that_cannot_be_completed_costs_its_own_methods_and_shows_why(load, capsys):
    strict = "class Strict(type):\n    def __setattr__(cls, name, value): raise TypeError(name)\n"
    names = load({LAYERS: FORWARD, MODEL: f"{strict}\nclass CaptioningRNN(metaclass=Strict): pass"})
    assert names.keys() == {"forward", "backward"}
    assert capsys.readouterr().err.strip() == "TypeError: __init__"


def test_what_the_package_future_gave_is_there(load):
    text = "from past.builtins import xrange\ndef forward(): return xrange"
    assert load({LAYERS: text, MODEL: ""})["forward"]() is range


def test_names_that_numpy_and_python_no_longer_have_fail_as_the_exceptions_that_they_are(load):
    names = load({LAYERS: "import numpy as np\ndef forward(): np.float_\ndef backward(): xrange", MODEL: ""})
    with pytest.raises(AttributeError, match=r"np\.float64"):
        names["forward"]()
    with pytest.raises(NameError, match="xrange"):
        names["backward"]()


def test_a_traceback_shows_the_students_own_lines_with_their_files(load):
    names = load({LAYERS: "def forward(x):\n    return x['no']\n", MODEL: ""})
    with pytest.raises(TypeError) as caught:
        names["forward"](1)
    assert describe(caught.value)["lines"][-1] == f"forward in {LAYERS}, line 2: return x['no']"


def test_the_traceback_of_what_is_missing_shows_no_line_of_the_kit(load):
    names = load({LAYERS: "", MODEL: ""})
    with pytest.raises(NotImplementedError) as caught:
        names["forward"]()
    assert [frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)][1:] == [f"<{LAYERS}>"]


def test_the_kits_own_class_stays_as_it_is(load):
    before = dict(vars(kit_model.CaptioningRNN))
    load({LAYERS: FORWARD, MODEL: CLASS})
    assert dict(vars(kit_model.CaptioningRNN)) == before
