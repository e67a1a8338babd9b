"""What was never written gets nothing, even where nothing is the right answer, and is called so."""

import pytest

from autograder.submissions.initial_values import has_content
from autograder.testing.variants import VariantAccess


class Unfilled(VariantAccess):
    """Reaches functions in source code, whose text is known as it is in a hand-in."""

    def __init__(self, assignment, source):
        super().__init__(assignment, source)
        self._source = source

    def written(self, functions):
        return has_content([self._source], functions)


PROBLEMS = ("captioning_loss", "overfit_small_data")


def test_the_unfilled_loss_of_the_original_course_gets_nothing(marker):
    marks = marker.mark(
        "def loss(self, features, captions):\n    loss, grads = 0.0, {}\n    return loss, grads", *PROBLEMS
    )
    assert marks.results["captioning_loss"].score == 0
    assert (marks.results["overfit_small_data"].score, marks.results["overfit_small_data"].max_score) == (0, 6)
    gated = "Counts only once a test of values of this problem passes."
    assert marks.messages["test_nothing_but_null"] == marks.messages["test_parameters_unchanged"] == gated


def test_the_unfilled_sample_of_the_original_course_gets_nothing(marker):
    source = """
import numpy as np
def sample(self, features, max_length=30):
    return self._null * np.ones((features.shape[0], max_length), dtype=np.int32)
"""
    assert marker.mark(source, "captioning_sample").results["captioning_sample"].score == 0


# They are written, and get their points when right layers stand in for those that are not.
BUILT_ON_THEM = ["captioning_loss", "overfit_small_data", "captioning_sample"]


def test_unfilled_functions_of_the_original_course_get_nothing(marker):
    steps = "dx, dprev_h, dWx, dWh, db", "dx, dh0, dWx, dWh, db"
    source = f"""
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h, cache = None, None
    return next_h, cache
def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = None, None
    return h, cache
def word_embedding_forward(x, W):
    out, cache = None, None
    return out, cache
def rnn_step_backward(dnext_h, cache):
    {steps[0]} = None, None, None, None, None
    return {steps[0]}
def rnn_backward(dh, cache):
    {steps[1]} = None, None, None, None, None
    return {steps[1]}
def word_embedding_backward(dout, cache):
    dW = None
    return dW
"""
    marks = marker.mark_with(Unfilled(marker.assignment, source))
    assert [name for name, result in marks.results.items() if result.score] == BUILT_ON_THEM
    assert "grader_error" not in marks.verdicts.values()
    assert {name for name, result in marks.results.items() if not result.not_attempted} == {*BUILT_ON_THEM}


@pytest.mark.parametrize(
    ("problem", "source"),
    [
        (
            "captioning_loss",
            "def loss(self, features, captions):\n    captions_in = captions[:, :-1]\n"
            "    mask = captions[:, 1:] != self._null\n    loss, grads = 0.0, {}\n    return loss, grads\n",
        ),
        (
            "captioning_sample",
            "import numpy as np\ndef sample(self, features, max_length=30):\n    N = features.shape[0]\n"
            "    captions = self._null * np.ones((N, max_length), dtype=np.int32)\n    return captions\n",
        ),
    ],
)
def test_methods_that_give_back_what_they_began_with_are_not_attempted(marker, problem, source):
    (result,) = marker.mark_with(Unfilled(marker.assignment, source), problem).results.values()
    assert (result.score, result.not_attempted) == (0, True)


def test_zeros_after_an_attempt_are_a_mistake(marker):
    source = """
import numpy as np
def rnn_forward(x, h0, Wx, Wh, b):
    h, prev_h = np.zeros((x.shape[0], x.shape[1], h0.shape[1])), h0
    for t in range(x.shape[1]):
        prev_h, _ = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
    return h, None
"""
    (result,) = marker.mark_with(Unfilled(marker.assignment, source), "rnn_forward").results.values()
    assert (result.score, result.not_attempted) == (0, False)


def test_zeros_get_nothing_although_they_are_the_gradients_of_a_constant(marker):
    source = """
import numpy as np
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.ones_like(prev_h), (x, prev_h, Wx, Wh, b)
def rnn_step_backward(dnext_h, cache):
    return tuple(np.zeros_like(a) for a in cache)
def rnn_forward(x, h0, Wx, Wh, b):
    return np.ones((*x.shape[:2], h0.shape[1])), (x, h0, Wx, Wh, b)
def rnn_backward(dh, cache):
    return tuple(np.zeros_like(a) for a in cache)
def word_embedding_forward(x, W):
    return np.zeros((*x.shape, W.shape[1])), W
def word_embedding_backward(dout, cache):
    return np.zeros_like(cache)
"""
    marks = marker.mark(source)
    assert [name for name, result in marks.results.items() if result.score] == BUILT_ON_THEM
