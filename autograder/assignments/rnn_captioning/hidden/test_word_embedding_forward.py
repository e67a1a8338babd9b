"""Hidden tests of word_embedding_forward."""

import numpy as np
import pytest

from autograder.testing import close, returned


@pytest.mark.points(
    2,
    asks="The output has shape (N, T, D), and out[n, t] = W[x[n, t]].",
    worked_example=True,
)
def test_reference_values(student):
    """Gives the values of the worked example in the notebook."""
    V, D = 5, 3
    x = np.asarray([[0, 3, 1, 2], [2, 1, 0, 3]])
    out, _ = returned(student.word_embedding_forward(x, np.linspace(0, 1, num=V * D).reshape(V, D)), "out", "cache")
    rows = {
        0: [0.0, 0.07142857, 0.14285714],
        1: [0.21428571, 0.28571429, 0.35714286],
        2: [0.42857143, 0.5, 0.57142857],
        3: [0.64285714, 0.71428571, 0.78571429],
    }
    close(out, [[rows[word] for word in line] for line in x.tolist()])


@pytest.mark.points(
    1.5,
    asks="The words x may be of any integer type (int32 and int64 are tried).",
    stays="each type has its own share: code for int64 alone is an odd answer, for int32 alone has not been met",
)
@pytest.mark.parametrize("type", ["int32", "int64"])
def test_integer_types(student, rng, type):
    """Looks up the right rows for words of type {type}."""
    # More words than a byte can count, the first and the last among them.
    V = 300
    W = rng.normal(size=(V, 4))
    x = rng.permutation([0, 1, *range(V - 5, V), *rng.integers(2, V - 5, size=8)]).reshape(3, 5).astype(type)
    out, _ = returned(student.word_embedding_forward(x, W), "out", "cache")
    close(out, W[x])


@pytest.mark.points(1, asks="The shapes may be any, also N = T = 1.")
def test_one_word(student, rng):
    """Is right for a single word (N = T = 1), also the last of the vocabulary."""
    W = rng.normal(size=(6, 3))
    for word in (2, 5):
        out, _ = returned(student.word_embedding_forward(np.array([[word]]), W), "out", "cache")
        close(out, W[[[word]]])
