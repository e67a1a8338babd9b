"""Edits that give nothing away, each made by a function whose docstring says what was done."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import nbformat

from tests.release.leaks.planted import append, cell, insert, replace
from tests.release.leaks.workshop import base64_of, jpeg, png

PROSE = """

## Hidden tests

The autograder runs hidden tests on your solution in the end. The solution begins with its signature; begin each
solution early. Mark schemes are for people."""
VISIBLE_CHECK = """\
h, cache = rnn_forward(*copies(x, h0, Wx, Wh, b))
assert h.shape == (N, T, H), "h has another shape"
"""
PLOT = """\
figure, axes = plt.subplots(1, 3)
for i in range(features.shape[1]):
    axes[i % 3].plot(features[:, i])
plt.show()"""
HELPERS = '''

def moving_average(values: np.ndarray, width: int = 5) -> np.ndarray:
    """Return the mean of each `width` values."""
    sums = np.cumsum(np.insert(values, 0, 0.0))
    return (sums[width:] - sums[:-width]) / width


def collected(arrays):
    """Return the columns of an array, and a product."""
    parts = []
    for t in range(arrays.shape[1]):
        parts.append(arrays[:, t])
    out = np.zeros_like(arrays)
    out[:, 0] = 1
    return np.stack(parts), out.T @ out'''


@dataclass(frozen=True)
class Innocent:
    """One edit.

    Attributes:
        name: The function's.
        make: Makes it.
        source: Whether it is made in the source notebook; else in the files that are made of it.
        runs: Whether it changes how stubs and checks run.
    """

    name: str
    make: Callable[[Any], object]
    source: bool
    runs: bool

    @property
    def done(self) -> str:
        """What was done."""
        return " ".join((self.make.__doc__ or "").split())


@dataclass
class Innocents:
    """All edits, in the order of this file."""

    all: list[Innocent] = field(default_factory=list)

    def take(self, *, source: bool = True, runs: bool = False) -> Callable[..., Callable[[Any], object]]:
        """Return a decorator that takes an edit down."""

        def taking(make: Callable[[Any], object]) -> Callable[[Any], object]:
            self.all.append(Innocent(make.__name__, make, source, runs))
            return make

        return taking


INNOCENTS = Innocents()


@INNOCENTS.take()
def nothing(nb):
    """Nothing."""


@INNOCENTS.take()
def reworded(nb):
    """A text was reworded; it speaks of solutions, hidden tests, marks and the autograder."""
    append(nb, "marking", PROSE)


@INNOCENTS.take()
def names_and_signatures(nb):
    """A hint names variables, a signature and what is returned."""
    append(
        nb,
        "rnn-step-backward-text",
        "`rnn_step_backward(dnext_h, cache)` ends with `return dx, dprev_h, dWx, dWh, db`, and `x.shape` is (N, D).",
    )


@INNOCENTS.take(runs=True)
def visible_check(nb):
    """A visible check was added."""
    replace(nb, "test_rnn_forward", "### BEGIN HIDDEN", VISIBLE_CHECK + "### BEGIN HIDDEN")


@INNOCENTS.take(runs=True)
def renamed(nb):
    """A variable of provided code was renamed."""
    for name in ("tools", "test_rnn_step_forward"):
        found = cell(nb, name)
        found.source = found.source.replace("results", "measured").replace("expected_next_h", "right_next_h")


@INNOCENTS.take()
def plot(nb):
    """A cell that plots was added, with a loop over columns."""
    insert(nb, nbformat.v4.new_code_cell(PLOT, id="plot"))


@INNOCENTS.take()
def image(nb):
    """A picture, as matplotlib saves it, is shown in a text cell."""
    data = png((b"tEXt", b"Software\0Matplotlib version3.10.0, https://matplotlib.org/"), (b"pHYs", bytes(9)))
    found = cell(nb, "look-text")
    found.source += (
        "\n![the data](attachment:plot.png)\n<img alt='x' src='data:image/png;base64," + base64_of(data) + "'>"
    )
    found["attachments"] = {"plot.png": {"image/png": base64_of(data)}}


@INNOCENTS.take(runs=True)
def helper(nb):
    """A helper was added to the tools, with loops, sums and the derivative of something."""
    append(nb, "tools", HELPERS)


@INNOCENTS.take()
def links(nb):
    """Links, a temporary folder, a placeholder for a home folder, a web address with /home/ in it, a formula."""
    append(
        nb,
        "data-text",
        "See https://example.org/home/ann/rnn.html and <https://example.org/Users/ann>. Files go to `/tmp/coco` or "
        r"`/home/you/coco`, `~/data`, `/usr/share/coco`. $f: X\to Y$, $C:\alpha\beta$, `D:\n`.",
    )


@INNOCENTS.take()
def table(nb):
    """A table of shapes was added."""
    append(
        nb, "rnn-text", "\n| array | shape |\n| --- | --- |\n| `x` | (N, D) |\n| `Wx` | (D, H) |\n| `Wx.T` | (H, D) |"
    )


@INNOCENTS.take(runs=True)
def signature(nb):
    """A stub has got a new signature and a longer docstring."""
    replace(
        nb,
        "word_embedding_forward",
        "(x: np.ndarray, W: np.ndarray)",
        "(x: np.ndarray, W: np.ndarray, *, check: bool = False)",
    )
    replace(
        nb,
        "word_embedding_forward",
        "    What is marked:",
        "    Example:\n        >>> word_embedding_forward(x, W)[0].shape\n\n    What is marked:",
    )


@INNOCENTS.take(runs=True)
def scaffold(nb):
    """A stub gives a first and a last line."""
    replace(nb, "word_embedding_backward", "    ### BEGIN SOLUTION", "    dW = None\n    ### BEGIN SOLUTION")
    replace(nb, "word_embedding_backward", "    return dW\n    ### END SOLUTION", "    ### END SOLUTION\n    return dW")


@INNOCENTS.take()
def tags(nb):
    """Cells have tags, slides and collapsed inputs."""
    cell(nb, "look-text").metadata.update(tags=["optional", "raises-exception"], slideshow={"slide_type": "slide"})
    cell(nb, "tools").metadata.update(jupyter={"source_hidden": True}, collapsed=False, editable=False)


@INNOCENTS.take()
def digest(nb):
    """A text names a file's SHA-256 digest, a commit and a long identifier."""
    append(
        nb,
        "data-text",
        f"`{hashlib.sha256(b'coco').hexdigest()}`, `{'ab12' * 10}`, `{'very_long_name_of_a_function_' * 3}`",
    )


@INNOCENTS.take(source=False)
def requirement(files):
    """Another requirement."""
    files["requirements.txt"] += b"seaborn>=0.13\n"


@INNOCENTS.take(source=False)
def provided_module(files):
    """A provided module has got another function, a comment and a renamed variable."""
    text = files["cs231n/layers.py"].replace(b"dout", b"upstream")
    files["cs231n/layers.py"] = (
        text + b"\n\ndef relu_forward(x):\n    # Keep what is positive.\n    return np.maximum(0, x), x\n"
    )


@INNOCENTS.take(source=False)
def pictures_and_data(files):
    """A photograph, a drawing, a table and numpy's arrays lie beside the notebook."""
    import numpy as np

    stream = io.BytesIO()
    np.savez(stream, features=np.arange(12.0).reshape(3, 4))
    files["photo.jpg"] = jpeg(b"Created with GIMP")
    files["unrolled.svg"] = b'<svg xmlns="http://www.w3.org/2000/svg"><text>h1 = tanh(a1)</text></svg>'
    files["words.csv"] = b"word,count\na,812\nred,97\n"
    files["toy.npz"] = stream.getvalue()
