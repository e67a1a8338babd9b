"""What students read of an exception: enough to find a mistake by, and nothing that carries a hidden input."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from autograder.testing.redaction import LINE_MAX, TEXT_MAX, SubmissionCode, shown_name, shown_text

LONG = "# " + "é" * 400
SOURCE = SubmissionCode(
    ["import numpy as np\n\ndef f(x):\n    return np.reshape(x, (7, 7))", "y = [z for z in 3]", "# " + "é" * 400]
)


@pytest.mark.parametrize(
    "text",
    [
        "operands could not be broadcast together with shapes (4,3) (5,) (1024,)",
        "cannot reshape array of size 3 into shape (7,7)",
        "index 10 is out of bounds for axis 0 with size 9.",
        "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?)",
        "module 'numpy' has no attribute 'int'",
        "隐藏状态的形状不对",
        "",
    ],
)
def test_what_python_and_numpy_say_is_shown(text):
    assert shown_text(text) == text


@pytest.mark.parametrize("hidden", [[0.123456], [-1.5e-7], [123456], [0.25, 0.5], [7.0e10]], ids=str)
def test_numbers_that_can_be_inputs_are_not_shown(hidden):
    text = shown_text(f"x is {hidden} and {np.array(hidden)!r} {float(hidden[0]).hex()}")
    assert not {str(value) for value in hidden} & set(text.replace("]", " ").replace("[", " ").split())
    assert "…" in text
    assert "123456" not in text


def test_a_row_of_small_numbers_is_not_shown_whole():
    captions = list(range(100, 130))
    assert sum(str(word) in shown_text(f"captions {captions}") for word in captions) == 12


def test_encoded_data_is_not_shown():
    encoded = base64.b64encode(np.ones(9).tobytes()).decode()
    assert encoded[:20] not in shown_text(encoded)


def test_long_texts_are_cut():
    assert len(shown_text("long words " * 1000)) <= TEXT_MAX + 1


@pytest.mark.parametrize("name", ["ValueError", "AxisError", "_UFuncNoLoopError", "MyError2"])
def test_names_of_classes_are_shown(name):
    assert shown_name(name) == name


@pytest.mark.parametrize("name", ["E0_123456", "x" * 61, "not a name", "", "E1.5", "E\n"])
def test_names_that_say_more_are_not_shown(name):
    assert shown_name(name) == "Exception"


@pytest.mark.parametrize(
    "line",
    [
        "f, line 4: return np.reshape(x, (7, 7))",
        "<module>, line 1: y = [z for z in 3]",
        "<listcomp>, line 1: y = [z for z in 3]",
        ("<module>, line 1: " + LONG)[:LINE_MAX],
    ],
)
def test_lines_of_the_hand_in_are_known(line):
    assert SOURCE.holds(line)


@pytest.mark.parametrize(
    "line",
    [
        "f, line 4: 0.123456",
        "f, line 3: return np.reshape(x, (7, 7))",
        "f0123456, line 4: return np.reshape(x, (7, 7))",
        "f, line 4: return np.reshape(x, (7, 7))\n0.123456",
        "0.123456",
        "",
        ("<module>, line 1: # " + "a" * 400)[:LINE_MAX],
    ],
)
def test_lines_that_are_made_up_are_not(line):
    assert not SOURCE.holds(line)
