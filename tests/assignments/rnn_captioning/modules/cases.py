"""Hand-ins in the original course's layout, in many styles: what each loses and what its record says."""

from __future__ import annotations

import re
import textwrap

from autograder.course.paths import ASSIGNMENTS
from tests.assignments.rnn_captioning.modules.hand_in import (
    ALONE,
    HEAD,
    LAYERS,
    MODEL,
    ORIGINAL,
    Case,
    edited,
    in_files,
    varied,
    without,
)
from tests.assignments.rnn_captioning.wrong_variants import WRONG as WRONG_VARIANTS

STYLE_FOLDER = ASSIGNMENTS / "rnn_captioning" / "right"
LAYER_POINTS = {
    "rnn_step_forward": 8.0, "rnn_step_backward": 12.0, "rnn_forward": 8.0, "rnn_backward": 14.0,
    "word_embedding_forward": 6.0, "word_embedding_backward": 8.0,
}  # fmt: skip
MODEL_POINTS = {"captioning_loss": 20.0, "captioning_sample": 10.0}
ALL_POINTS = {**LAYER_POINTS, **MODEL_POINTS}
# Right styles of the notebook that are the furthest apart; all of them are tried there.
STYLES = ("changes_arguments", "dict_caches", "object_caches", "recursion", "row_by_row", "stops_at_end")
# What these variants of the notebook lose in all problems together.
VARIANTS = {
    "rnn_step_forward__single_example_squeezed": {"rnn_step_forward": 1.0},
    "rnn_step_backward__bias_averaged": {"rnn_step_backward": 2.0},
    "rnn_backward__recurrence_lost": {"rnn_backward": 14.0},
    "word_embedding_backward__repeated_words_lost": {"word_embedding_backward": 4.0},
    "captioning_loss__no_mask": {"captioning_loss": 20.0},
    "captioning_sample__start_in_output": {"captioning_sample": 2.0},
}  # fmt: skip

layers, model = ORIGINAL[LAYERS], ORIGINAL[MODEL]
full = dict(ORIGINAL)


def styles() -> list[Case]:
    """Return right styles of the notebook as module files."""
    files = {name: STYLE_FOLDER / f"{name}.py" for name in STYLES}
    return [Case(f"style: {name}", in_files(file.read_text(encoding="utf-8"))) for name, file in files.items()]


def variants() -> list[Case]:
    """Return wrong variants of the notebook as module files; each loses here what it loses there."""
    return [Case(f"wrong: {name}", varied(WRONG_VARIANTS[name].code), lost) for name, lost in VARIANTS.items()]


PRODUCT = "import numpy as np\n\n\ndef product(x, w):\n    return np.dot(x, w)\n"
CAPTION = """    longest = 30

    def caption(self, features):
        return self.sample(features, max_length=self.longest)

    @staticmethod
    def best(scores):
        return np.argmax(scores, axis=1)

    def loss(self"""
LSTM = """

def lstm_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    return h, ()
"""
GIVEN = """
def affine_forward(x, w, b):
    raise AssertionError("not to be called")


def affine_backward(dout, cache):
    raise AssertionError("not to be called")
"""
RELU = "\n\ndef relu(x):\n    return x * (x > 0)\n"
STARS = "from cs231n.layers import *\nfrom cs231n.rnn_layers import *\n"
EACH_NAME = """from ..layers import affine_forward, affine_backward
from ..rnn_layers import rnn_step_forward, rnn_forward, rnn_backward, word_embedding_forward
from ..rnn_layers import word_embedding_backward, temporal_affine_forward, temporal_affine_backward
from ..rnn_layers import temporal_softmax_loss
"""
STEPS = "import numpy as np\n\n\n" + layers[layers.index("def rnn_step_forward") : layers.index("def rnn_forward")]
# The class's methods as functions of a file of their own.
METHODS = HEAD + textwrap.dedent(model[model.index("    def loss") :])
ATTACHED = """

from cs231n.classifiers.parts import loss, sample

CaptioningRNN.loss, CaptioningRNN.sample = loss, sample
"""
PASS = "        pass\n"
BODY_OF_LOSS = model[model.index("        h0, affine_cache =") : model.index("        return loss")]
BODY_OF_SAMPLE = model[model.index("        prev_h, _ =") : model.index("        return captions")]
UNFILLED = {
    LAYERS: re.sub(r"(?s)(    [\w, ]+ = None[\w, ]*\n).*?(    return )", r"\1    pass\n\2", layers),
    MODEL: edited(model, (BODY_OF_LOSS, PASS), (BODY_OF_SAMPLE, PASS)),
}

LSTM_FUNCTIONS = ("lstm_step_forward", "lstm_forward", "lstm_backward")

RIGHT = [
    Case("as in the original course: stars, `is 'rnn'`, LSTM unfilled, a constructor of its own", full),
    Case("LSTM functions absent", {**full, LAYERS: without(layers, *LSTM_FUNCTIONS)}),
    Case("LSTM functions written", {**full, LAYERS: layers + LSTM}),
    Case("relative imports, each name alone", {**full, MODEL: edited(model, (STARS, EACH_NAME))}),
    Case(
        "a module imported under another name",
        {
            **full,
            MODEL: edited(
                model,
                (STARS, STARS + "import cs231n.rnn_layers as rl\n"),
                ("= rnn_forward(", "= rl.rnn_forward("),
                ("= temporal_softmax_loss(", "= rl.temporal_softmax_loss("),
            ),
        },
    ),
    Case(
        "names of Python 2 from the package that the original course used",
        {
            LAYERS: edited(
                layers,
                ("import numpy as np\n", "import numpy as np\nfrom past.builtins import xrange\n"),
                (" range(T)", " xrange(T)"),
            ),
            MODEL: edited(model, ("builtins import range", "past.builtins import xrange")),
        },
    ),
    Case(
        "prints, also while it is imported, and progress bars",
        {
            LAYERS: edited(
                layers,
                ("import numpy as np\n", "import numpy as np\nfrom tqdm import tqdm\nprint(np.__version__)\n"),
                ("in range(T):", "in tqdm(range(T)):\n        print(t, h0.shape)"),
            ),
            MODEL: edited(model, ("loss, grads = 0.0, {}", "loss, grads = 0.0, {}\n        print(captions.shape)")),
        },
    ),
    Case(
        "a helper module in the package and one beside it",
        {
            **full,
            "cs231n/products.py": PRODUCT,
            "scaling.py": "from cs231n.products import product\n\n\ndef same(x):\n    return x\n",
            LAYERS: edited(
                layers,
                ("import numpy as np\n", "import numpy as np\nfrom .products import product\nimport scaling\n"),
                ("x.dot(Wx)", "scaling.same(product(x, Wx))"),
            ),
        },
        notes=("Its own modules came along: cs231n/products.py, scaling.py.",),
    ),
    Case(
        "functions written in a helper module, and only imported where they are asked for",
        {
            **full,
            "cs231n/steps.py": STEPS,
            LAYERS: edited(layers, (STEPS.removeprefix("import numpy as np\n\n\n"), "from .steps import *\n\n\n")),
        },
        notes=("Its own modules came along: cs231n/steps.py.",),
    ),
    Case(
        "a folder of helper modules in the package",
        {
            **full,
            "cs231n/own/__init__.py": "",
            "cs231n/own/products.py": PRODUCT,
            LAYERS: edited(
                layers,
                ("import numpy as np\n", "import numpy as np\nfrom cs231n.own.products import product\n"),
                ("x.dot(Wx)", "product(x, Wx)"),
            ),
        },
        notes=("cs231n/own/products.py",),
    ),
    Case(
        "attributes and methods of its own in the class",
        {
            **full,
            MODEL: edited(
                model,
                ("    def loss(self", CAPTION),
                ("np.squeeze(np.argmax(scores, axis=2), axis=1)", "self.best(scores[:, 0])"),
            ),
        },
    ),
    Case(
        "methods attached to the class below it, from another file",
        {**full, "cs231n/classifiers/parts.py": METHODS, MODEL: without(model, "loss", "sample") + ATTACHED},
        notes=("cs231n/classifiers/parts.py",),
    ),
    Case("wrong copies of provided functions", {**full, "cs231n/layers.py": GIVEN, "cs231n/optim.py": "1 / 0\n"}),
    Case(
        "a copy of layers.py in which more is defined, and used",
        {
            **full,
            "cs231n/layers.py": GIVEN + RELU,
            MODEL: edited(model, ("loss, grads = 0.0, {}", "loss, grads = 0.0, {}\n        relu(features)")),
        },
        notes=("Copies of provided modules came along, for what else they define: cs231n/layers.py.",),
    ),
    Case(
        "copies of provided modules that cannot be read or imported",
        {**full, "cs231n/layers.py": "print 'Python 2'\n", "cs231n/coco_utils.py": "import urllib2, h5py\n"},
    ),
    Case(
        "the zip of the original course's script, with notebooks and other files beside",
        {
            **{f"assignment3/{path}": text for path, text in full.items()},
            "assignment3/cs231n/__init__.py": "",
            "assignment3/RNN_Captioning.ipynb": '{"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": []}',
            "assignment3/cs231n/.ipynb_checkpoints/rnn_layers-checkpoint.py": "1 / 0",
            "__MACOSX/assignment3/cs231n/._rnn_layers.py": b"\x00\x05\x16\x07",
            "assignment3/styles/muse.jpg": b"\xff\xd8",
        },
        notes=("assignment3.zip/assignment3/cs231n/rnn_layers.py",),
        packed="assignment3.zip",
    ),
    Case(
        "only the two files, side by side",
        {"rnn_layers.py": layers, "rnn.py": model},
        notes=("rnn_layers.py, rnn.py.",),
    ),
    Case(
        "two copies, of which one is unfilled",
        {**{f"new/{path}": text for path, text in full.items()}, f"a/{LAYERS}": UNFILLED[LAYERS]},
        notes=("Of 2 files cs231n/rnn_layers.py the one in new/cs231n/rnn_layers.py was taken",),
    ),
    Case(
        "line ends of Windows and a byte-order mark",
        {path: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for path, text in full.items()},
    ),
    Case(
        "another encoding, which it names",
        {**full, LAYERS: ("# -*- coding: latin-1 -*-\n# Stra\xdfe\n" + layers).encode("latin-1")},
    ),
    Case(
        "code at the end that fails when it is imported",
        {LAYERS: layers + "\nplt.plot(rnn_step_forward)\n", MODEL: model + "\nimport sys\nsys.exit('done')\n"},
    ),
    Case("all in one class that calls no function of the other file", {**full, MODEL: ALONE}),
]

WRONG = [
    Case(
        "a name that numpy no longer has",
        {**full, MODEL: edited(model, ("np.int32", "np.int"))},
        {"captioning_sample": 10},
        ("classifiers/rnn.py: numpy no longer has np.int (write int).",),
    ),
    Case(
        "a name of Python 2, without the package that had it",
        {**full, MODEL: edited(model, ("in range(max_length)", "in xrange(max_length)"))},
        {"captioning_sample": 10},
    ),
    Case(
        "Python 2's print in one file",
        {**full, MODEL: edited(model, ("        loss, grads =", "        print 'loss'\n        loss, grads ="))},
        MODEL_POINTS,
        ("rnn.py, line 26 is no Python 3", "print(x). Nothing could be marked for captioning_loss, captioning_sample."),
    ),
    Case(
        "Python 2's print in the other file, which this one does not need",
        {LAYERS: edited(layers, ("    next_h, cache = None, None\n", "    print x.shape\n")), MODEL: ALONE},
        LAYER_POINTS,
        ("cs231n/rnn_layers.py, line 17 is no Python 3", "write print with parentheses"),
    ),
    Case(
        "Python 2's print in a file that the other one needs",
        {**full, LAYERS: edited(layers, ("    next_h, cache = None, None\n", "    print x.shape\n"))},
        LAYER_POINTS,
        ("cs231n/rnn_layers.py, line 17 is no Python 3",),
    ),
    Case("rnn_layers.py missing, though the other file needs it", {MODEL: model}, LAYER_POINTS),
    Case(
        "tabs and spaces mixed",
        {LAYERS: edited(layers, ("    N, T, D = x.shape\n", "\tN, T, D = x.shape\n")), MODEL: ALONE},
        LAYER_POINTS,
        ("indent with spaces only",),
    ),
    Case(
        "an encoding that it does not name",
        {LAYERS: ("# \u5faa\u73af\n" + layers).encode("gbk"), MODEL: ALONE},
        LAYER_POINTS,
        ("cs231n/rnn_layers.py, line 1 is not text that Python 3 reads: save the file as UTF-8",),
    ),
    Case(
        "other forms of Python 2",
        {LAYERS: layers + "\ntry:\n    pass\nexcept ValueError, fault:\n    raise fault\n", MODEL: ALONE},
        LAYER_POINTS,
        ("is no Python 3", "write except Error as name"),
    ),
    Case(
        "a conflict left by git",
        {LAYERS: "<<<<<<< HEAD\n" + layers, MODEL: ALONE},
        LAYER_POINTS,
        ("line 1 is no Python 3", "keep one of the two versions"),
    ),
    Case(
        "classifiers/rnn.py missing",
        {LAYERS: layers},
        MODEL_POINTS,
        ("There is no cs231n/classifiers/rnn.py: nothing could be marked for captioning_loss, captioning_sample.",),
    ),
    Case(
        "rnn_layers.py missing",
        {MODEL: ALONE},
        LAYER_POINTS,
        ("There is no cs231n/rnn_layers.py: nothing could be marked for rnn_step_forward",),
    ),
    Case(
        "one function missing",
        {LAYERS: without(layers, "word_embedding_backward"), MODEL: ALONE},
        {"word_embedding_backward": 8.0},
        ("cs231n/rnn_layers.py defines no word_embedding_backward.",),
    ),
    Case(
        "one method missing",
        {**full, MODEL: without(model, "sample")},
        {"captioning_sample": 10.0},
        ("cs231n/classifiers/rnn.py defines no sample.",),
    ),
    Case(
        "no class",
        {**full, MODEL: edited(model, ("class CaptioningRNN(object)", "class RNN(object)"))},
        MODEL_POINTS,
    ),
    Case(
        "a file that fails in the middle when it is imported",
        {
            LAYERS: edited(layers, ("def word_embedding_forward", "import not_there\n\n\ndef word_embedding_forward")),
            MODEL: ALONE,
        },
        {"word_embedding_forward": 6.0, "word_embedding_backward": 8.0},
    ),
    Case("a file that is never imported to its end", {LAYERS: layers + "\nwhile True:\n    pass\n", MODEL: ALONE}),
    Case(
        "a file that ends its process",
        {LAYERS: layers + "\nimport os\nos._exit(0)\n", MODEL: ALONE},
        LAYER_POINTS,
    ),
    Case("all unfilled, as the original course gave it", UNFILLED, ALL_POINTS, ("unfilled: rnn_step_forward",)),
    Case("nothing that has to do with it", {"cs231n/optim.py": "x = 1\n"}, None, ("holds no notebook",)),
    Case("a path that leads out of the zip", {f"../{LAYERS}": layers}, None, ("leads out of it",), "a.zip"),
]

CASES = [*styles(), *RIGHT, *variants(), *WRONG]
