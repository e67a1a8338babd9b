"""One wrong function, all else right, costs the points of its own problem; or the record says why not."""

from __future__ import annotations

import nbformat
import pytest

from tests.assignments.rnn_captioning.modules.hand_in import Case, lost_by, mark
from tests.support.course import cell_named
from tests.support.sampling import some

HEAD = "import numpy as np\n"
STEP = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh)
    return next_h, (x, prev_h, Wx, Wh, next_h)
"""
MISTAKES = {
    "rnn_step_forward": STEP,
    "rnn_step_backward": """
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(axis=0)
""",
    "rnn_forward": """
def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, caches)
""",
    "rnn_backward": """
def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    steps = [rnn_step_backward(dh[:, t], one) for t, one in enumerate(caches)]
    dx = np.stack([step[0] for step in steps], axis=1)
    return dx, steps[0][1], *(sum(step[k] for step in steps) for k in (2, 3, 4))
""",
    "word_embedding_forward": "def word_embedding_forward(x, W):\n    return W[x - 1], (x, W.shape)\n",
    "word_embedding_backward": """
def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW
""",
    "captioning_loss": """
right_loss = CaptioningRNN.loss
def loss(self, features, captions):
    loss, grads = right_loss(self, features, captions)
    return 2 * loss, {**grads, "b": grads["b"] * 3}
""",
    "captioning_sample": """
right_sample = CaptioningRNN.sample
def sample(self, features, max_length=30):
    return right_sample(self, features, max_length)[::-1]
""",
}


@pytest.mark.parametrize("problem", MISTAKES)
def test_one_wrong_function_costs_the_points_of_its_problem_alone(marker, problem):
    marks = marker.mark(HEAD + MISTAKES[problem])
    assert list(marks.lost) == [problem], marks.messages
    assert "grader_error" not in marks.verdicts.values()


def test_a_style_that_looks_into_the_caches_of_others_loses_and_the_record_says_why(marker):
    looks = """
def rnn_backward(dh, cache):
    x, Wx, Wh, b, caches = cache
    carried, totals = 0, [np.zeros_like(w) for w in (Wx, Wh, b)]
    dx = np.zeros_like(x)
    for t in reversed(range(x.shape[1])):
        before, after = caches[t][1], caches[t][4]
        da = (dh[:, t] + carried) * (1 - after**2)
        dx[:, t], carried = da @ Wx.T, da @ Wh.T
        totals = [total + part for total, part in zip(totals, (x[:, t].T @ da, before.T @ da, da.sum(axis=0)))]
    return dx, carried, *totals
"""
    marks = marker.mark(f"{HEAD}{looks}\ndef rnn_step_forward(x, prev_h, Wx, Wh, b):\n    return None, None")
    assert "rnn_backward" in marks.lost
    assert any("looks into the cache of rnn_step_forward" in str(note) for note in marks.results["rnn_backward"].notes)


@pytest.fixture(scope="module")
def solved(marker):
    course = marker.assignment.course
    return nbformat.read(course.solutions("rnn_captioning") / "rnn_captioning.ipynb", as_version=4)


@pytest.mark.parametrize("source", some([HEAD + STEP, "raise NotImplementedError"], 1), ids=["wrong", "not defined"])
def test_in_a_kernel_a_step_costs_its_own_points(solved, tmp_path, source):
    kept = cell_named(solved, "rnn_step_forward").source
    cell_named(solved, "rnn_step_forward").source = source
    record = mark(Case("notebook", {"rnn_captioning.ipynb": nbformat.writes(solved)}), tmp_path)
    cell_named(solved, "rnn_step_forward").source = kept
    without = {"rnn_step_backward": 12.0} if source.startswith("raise") else {}
    assert lost_by(record) == {"rnn_step_forward": 8.0, **without}
