"""Answers that are not what was asked: each costs what it must and nothing else, and the student reads why."""

import re

import numpy as np
import pytest

from tests.assignments.rnn_captioning.wrong_variants import WRONG
from tests.support.sampling import some

GRADIENTS = {"dx": 0, "dprev_h": 1, "dWx": 2, "dWh": 3, "db": 4}


@pytest.fixture
def mark_step_backward(marker):
    """Mark rnn_step_backward with one function applied to the right gradients."""
    right = marker.namespace()["rnn_step_backward"]

    def mark(change):
        def rnn_step_backward(dnext_h, cache):
            return change(*right(dnext_h, cache))

        return marker.mark({"rnn_step_backward": rnn_step_backward}, "rnn_step_backward")

    return mark


def spoil(array, value):
    array = array.copy()
    array.flat[array.size // 2] = value
    return array


ODD_ARRAYS = {
    "NaN": (lambda a: spoil(a, np.nan), "holds nan, first at ["),
    "infinity": (lambda a: spoil(a, -np.inf), "holds -inf, first at ["),
    "nothing but NaN": (lambda a: a * np.nan, "holds nan, first at ["),
    "no elements": (lambda a: a[:0], "has shape (0,"),
    "one number": (lambda a: a.sum(), "has shape ()"),
    "an axis more": (lambda a: a[None], "has shape (1,"),
    "objects": (lambda a: np.array([None] * a.size).reshape(a.shape), "cannot be read: an array of numbers is asked"),
    "text": (lambda a: a.astype(str), "cannot be read: an array of numbers is asked"),
    "complex numbers": (lambda a: a + 0j, "cannot be read: an array of numbers is asked"),
    "a huge array": (lambda a: np.broadcast_to(0.0, (10**6, 10**6)), "is larger than what is asked"),
    "ragged lists": (lambda a: [[1.0], [1.0, 2.0]], "cannot be read: setting an array element with a sequence"),
    "None": (lambda a: None, "is None"),
    "a function": (lambda a: np.tanh, "cannot be read: an array of numbers is asked"),
    "truth values": (lambda a: a > 0, "elements are off"),
    "another sign": (lambda a: -a, "elements are off"),
}


@pytest.mark.parametrize(("change", "text"), ODD_ARRAYS.values(), ids=ODD_ARRAYS)
def test_one_odd_array_fails_alone_and_says_what_was_seen(mark_step_backward, change, text):
    marks = mark_step_backward(lambda dx, dprev_h, dWx, dWh, db: (dx, dprev_h, change(dWx), dWh, db))
    assert marks.lost == {"rnn_step_backward": 2.0}
    assert list(marks.messages) == ["test_gradient[dWx]"]
    assert re.match(rf"dWx:? .*{re.escape(text)}", marks.messages["test_gradient[dWx]"])


def test_a_transposed_gradient_fails_alone_and_both_shapes_are_named(mark_step_backward):
    marks = mark_step_backward(lambda dx, dprev_h, dWx, dWh, db: (dx, dprev_h, dWx.T, dWh, db))
    assert marks.messages == {"test_gradient[dWx]": "dWx has shape (5, 3); (3, 5) is asked"}


@pytest.mark.parametrize("gradient", GRADIENTS)
def test_every_gradient_can_fail_alone(mark_step_backward, gradient):
    def change(*gradients):
        return tuple(2 * g if place == GRADIENTS[gradient] else g for place, g in enumerate(gradients))

    assert list(mark_step_backward(change).messages) == [f"test_gradient[{gradient}]"]


def test_one_value_more_than_asked_costs_one_share_whatever_it_is(mark_step_backward):
    marks = mark_step_backward(lambda *gradients: (*gradients, "extra"))
    assert marks.lost == {"rnn_step_backward": 1.0}
    assert marks.deductions == ["6 values returned, 5 asked: dx, dprev_h, dWx, dWh, db"]
    assert not marks.messages


def test_values_that_are_not_returned_fail_alone_and_are_named(mark_step_backward):
    marks = mark_step_backward(lambda dx, dprev_h, dWx, dWh, db: (dx, dprev_h, dWx))
    assert marks.lost == {"rnn_step_backward": 4.0}
    assert list(marks.messages) == ["test_gradient[dWh]", "test_gradient[db]"]
    assert marks.messages["test_gradient[db]"].startswith("db is missing: returned 3 of the 5 values that are asked")


def test_a_function_that_returns_nothing_gets_nothing_and_is_told_so(mark_step_backward):
    marks = mark_step_backward(lambda *gradients: None)
    assert marks.lost == {"rnn_step_backward": 12.0}
    assert marks.messages["test_gradient[dx]"] == "The function returned None: is its return missing?"


def test_one_value_more_from_forward_costs_its_share_once_and_nothing_in_backward(marker):
    right = marker.namespace()["rnn_step_forward"]
    extra = {"rnn_step_forward": lambda *inputs: (*right(*inputs), 0)}
    marks = marker.mark(extra, "rnn_step_forward", "rnn_step_backward")
    assert marks.lost == {"rnn_step_forward": 1.0}


@pytest.mark.parametrize("pieces", [("dW", "None"), ("dW", "dW", "x")], ids=["two", "three"])
def test_more_than_the_one_gradient_of_the_embedding_costs_one_share(marker, pieces):
    source = f"""
import numpy as np
def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return {", ".join(pieces)}
"""
    marks = marker.mark(source, "word_embedding_backward")
    assert marks.lost == {"word_embedding_backward": 1.0}
    assert marks.deductions == [f"{len(pieces)} values returned, 1 asked: dW"]


def test_float64_for_float32_input_is_noted_and_free(marker):
    marks = marker.mark("""
import numpy as np
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.tanh(x @ Wx + prev_h @ Wh + b).astype(float), None
""", "rnn_step_forward")  # fmt: skip
    assert not marks.lost
    assert marks.notes == ["next_h is float64 for float32 input"]


def test_a_removed_numpy_name_fails_as_what_it_raises_and_the_replacement_is_named(marker):
    marks = marker.mark("""
import numpy as np
def word_embedding_forward(x, W):
    return W[x.astype(np.int)], None
""", "word_embedding_forward")  # fmt: skip
    message = marks.messages["test_one_word"]
    assert message.startswith("Your code raised AttributeError: module 'numpy' has no attribute 'int'")
    assert "word_embedding_forward, line 4" in message
    assert "use `int` by itself" in message


@pytest.mark.parametrize("name", ["W_proj", "b"])
@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("grads.pop(name)", "grads has no key '{name}'"),
        ("grads[name] = None", "grads['{name}'] is None"),
        ("grads[name] = grads[name][None]", "grads['{name}'] has shape (1,"),
        ("grads[name] = grads[name] * np.nan", "grads['{name}'] holds nan, first at [0"),
        ("grads[name] = grads[name].astype(object)", "grads['{name}'] cannot be read: an array of numbers is asked"),
    ],
)
def test_a_gradient_that_is_missing_or_odd_costs_its_own_share_alone(marker, name, change, text):
    right = marker.namespace()["CaptioningRNN"].loss

    def loss(self, features, captions):
        value, grads = right(self, features, captions)
        exec(change, {"grads": grads, "name": name, "np": np})
        return value, grads

    marks = marker.mark({"loss": loss}, "captioning_loss")
    assert marks.lost == {"captioning_loss": 1.5}
    assert marks.messages[f"test_gradient[{name}]"].startswith(text.format(name=name))


@pytest.mark.parametrize("grads", some(["None", "[]", "3", "np.zeros(3)", "list(grads.values())"], 2))
def test_gradients_that_are_no_dictionary_cost_their_shares_and_say_so(marker, grads):
    right = marker.namespace()["CaptioningRNN"].loss

    def loss(self, features, captions):
        value, given = right(self, features, captions)
        return value, eval(grads, {"grads": given, "np": np})

    marks = marker.mark({"loss": loss}, "captioning_loss")
    assert marks.lost == {"captioning_loss": 12.0}
    assert "a dictionary is asked" in marks.messages["test_gradient[b]"]


def test_ragged_captions_fail_and_the_reason_is_said(marker):
    source = """
def sample(self, features, max_length=30):
    return [[3] * (n + 1) for n in range(len(features))]
"""
    messages = marker.mark(source, "captioning_sample").messages
    assert messages["test_whole_sequence"].startswith("captions cannot be read: setting an array element")


def test_parameters_that_loss_changes_are_named(marker):
    variant = marker.namespace(WRONG["captioning_loss__parameters_changed"].file)
    messages = marker.mark({"loss": variant["loss"]}, "captioning_loss").messages
    assert messages == {"test_parameters_unchanged": "self.params['W_proj'] is changed by loss()"}
