"""An earlier mistake costs its own points only; the record says what a mark rests on."""

import pytest

from autograder.testing.scoring import GATE_CLOSED
from tests.assignments.rnn_captioning.wrong_variants import WRONG


def test_a_backward_that_fits_its_own_wrong_forward_gets_its_points_on_follow_through(marker):
    source = """
import numpy as np
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    s = 1 / (1 + np.exp(-(x @ Wx + prev_h @ Wh + b)))
    return s, (x, prev_h, Wx, Wh, s)
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, s = cache
    da = dnext_h * s * (1 - s)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)
"""
    marks = marker.mark(source, "rnn_step_forward", "rnn_step_backward", "rnn_backward")
    assert marks.lost == {"rnn_step_forward": 8.0}
    bases = {test.basis for name in ("rnn_step_backward", "rnn_backward") for test in marks.results[name].tests}
    assert bases == {"follow_through"}


def test_a_backward_whose_forward_raises_is_not_run_and_the_forward_is_named(marker):
    marks = marker.mark("def rnn_step_forward(*inputs):\n    raise NotImplementedError", "rnn_step_backward")
    assert set(marks.verdicts.values()) == {"not_run"}
    assert all("rnn_step_forward raised NotImplementedError" in message for message in marks.messages.values())


@pytest.mark.parametrize(
    "wrong",
    ["next_h.T", "next_h * np.nan", "next_h[:, :2]", "None", "'text'", "next_h[0]", "[[1], [1, 2]]"],
)
def test_a_forward_output_of_any_kind_is_no_fault_of_the_backward_nor_of_the_grader(marker, wrong):
    source = f"""
import numpy as np
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return {wrong}, (x, prev_h, Wx, Wh, next_h)
"""
    assert not marker.mark(source, "rnn_step_backward").lost
    also_wrong = source + "def rnn_step_backward(dnext_h, cache):\n    return (dnext_h,) * 5\n"
    marks = marker.mark(also_wrong, "rnn_step_backward")
    assert marks.results["rnn_step_backward"].score == 0
    assert set(marks.verdicts.values()) == {"failed"}


def test_callers_of_a_function_that_returned_a_list_of_arrays_get_the_array_that_was_asked(marker):
    source = """
def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [h0], []
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], states[-1], Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return states[1:], (x, Wx, Wh, b, caches)
"""
    marks = marker.mark(source, "rnn_forward", "rnn_backward", "captioning_loss", "captioning_sample")
    assert marks.lost == {"rnn_forward": 8.0}


def test_start_in_the_output_shifts_the_basis_of_what_follows(marker):
    variant = marker.namespace(WRONG["captioning_sample__start_in_output"].file)
    marks = marker.mark({"sample": variant["sample"]}, "captioning_sample")
    bases = {test.id.split("::")[1]: test.basis for test in marks.results["captioning_sample"].tests}
    assert bases["test_whole_sequence"] == bases["test_without_end"] == bases["test_rows_are_independent"] == "shifted"
    assert bases["test_first_word"] == "own"


def test_what_only_its_gate_keeps_from_counting_is_not_blamed_for_an_earlier_mistake(marker):
    source = """
import numpy as np
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b).round(4)
    return next_h, (x, prev_h, Wx, Wh, next_h)
def rnn_forward(x, h0, Wx, Wh, b):
    steps = [rnn_step_forward(x[:, t], h0 if t < 1 else np.cos(h0 + t), Wx, Wh, b) for t in range(x.shape[1])]
    return np.stack([h for h, _ in steps], axis=1), [cache for _, cache in steps]
"""
    result = marker.mark(source, "rnn_step_forward", "rnn_forward").results["rnn_forward"]
    (single,) = (test for test in result.tests if test.id.endswith("test_one_step"))
    assert single.message.template == GATE_CLOSED
    assert "elements are off" in str(single.own)
    assert all(single.id not in one.tests for one in result.diagnoses)
