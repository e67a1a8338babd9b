"""What is said to be behind wrong code: the mistake that it makes, however it is written, or nothing."""

import re

import numpy as np
import pytest

from autograder.assignments.rnn_captioning.sampling_checks import read
from autograder.course.misconceptions import misconceptions
from autograder.course.results import Confidence, Kind
from autograder.kernel.call_server import Server
from autograder.testing.case import Answer, Case, open_case
from autograder.testing.faults import CheckFailed
from autograder.testing.link import LocalLink
from autograder.testing.student import Student
from tests.assignments.rnn_captioning.wrong_variants import WRONG

STEP = """
import numpy as np
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, {"x": x, "before": prev_h, "Wx": Wx, "Wh": Wh, "after": next_h}
"""
# The derivative of tanh is left out in all of them.
STYLES = {
    "plain": "da = dnext_h\n    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(axis=0)",
    "float32": "da = dnext_h.astype('f')\n    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(axis=0)",
    "list": "da = dnext_h\n    return [(da @ Wx.T).tolist(), da @ Wh.T, x.T @ da, h.T @ da, list(da.sum(axis=0))]",
    "loops": (
        "N = len(x)\n    rows = range(N)\n    return (np.array([Wx @ dnext_h[n] for n in rows]), "
        "np.array([Wh @ dnext_h[n] for n in rows]), sum(np.outer(x[n], dnext_h[n]) for n in rows), "
        "sum(np.outer(h[n], dnext_h[n]) for n in rows), sum(dnext_h))"
    ),
}
FROM_CACHE = 'x, h, Wx, Wh, after = (cache[key] for key in ("x", "before", "Wx", "Wh", "after"))'


def step_backward(body):
    return f"{STEP}\ndef rnn_step_backward(dnext_h, cache):\n    {FROM_CACHE}\n    {body}\n"


def named(marks, problem):
    return {(one.name, one.confidence) for one in marks.results[problem].diagnoses}


@pytest.mark.parametrize("body", STYLES.values(), ids=STYLES)
def test_a_mistake_has_the_same_name_however_it_is_written(marker, body):
    marks = marker.mark(step_backward(body), "rnn_step_backward")
    assert named(marks, "rnn_step_backward") == {("no_tanh_derivative", Confidence.CERTAIN)}


def test_two_mistakes_are_both_named_each_with_its_own_tests_and_less_surely(marker):
    body = "da = dnext_h * (1 - after ** 2)\n    return da @ Wx.T, da @ Wh, x.T @ da, h.T @ da, da.mean(axis=0)"
    (bias, transpose) = sorted(
        marker.mark(step_backward(body), "rnn_step_backward").results["rnn_step_backward"].diagnoses,
        key=lambda one: one.name,
    )
    assert (bias.name, transpose.name) == ("bias_averaged", "transpose_forgotten")
    assert {bias.confidence, transpose.confidence} == {Confidence.LIKELY}
    assert [test.split("::")[1] for test in bias.tests] == ["test_gradient[db]"]
    assert [test.split("::")[1] for test in transpose.tests] == ["test_gradient[dprev_h]"]


def test_half_of_a_mistake_is_named_for_the_tests_that_it_explains(marker):
    body = (
        "da = dnext_h * (1 - after ** 2)\n    return da @ Wx.T, da @ Wh.T, x.T @ dnext_h, h.T @ dnext_h, da.sum(axis=0)"
    )
    (found,) = marker.mark(step_backward(body), "rnn_step_backward").results["rnn_step_backward"].diagnoses
    assert (found.name, found.confidence) == ("no_tanh_derivative", Confidence.LIKELY)
    assert [test.split("::")[1] for test in found.tests] == ["test_gradient[dWx]", "test_gradient[dWh]"]


UNKNOWN = [
    "da = dnext_h * (1 - after ** 3)\n    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(axis=0)",
    "da = dnext_h * np.exp(-after)\n    return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(axis=0)",
    "return tuple(np.ones(1) * len(x) for _ in range(5))",
    "raise ValueError('shapes')",
    "return None",
]


@pytest.mark.parametrize("body", UNKNOWN, ids=range(len(UNKNOWN)))
def test_a_mistake_that_nobody_knows_has_no_name(marker, body):
    assert not named(marker.mark(step_backward(body), "rnn_step_backward"), "rnn_step_backward")


def test_what_no_known_mistake_gives_is_told_as_a_pattern_and_each_test_bears_its_name(marker):
    body = "da = dnext_h * (1 - after ** 2)\n    return da @ Wx.T, da @ Wh.T, -x.T @ da, -h.T @ da, da.sum(axis=0)"
    result = marker.mark(step_backward(body), "rnn_step_backward").results["rnn_step_backward"]
    (found,) = result.diagnoses
    assert (found.name, found.kind) == ("sign_flipped", Kind.PATTERN)
    assert {test.id.split("::")[1]: test.pattern for test in result.tests if test.pattern} == {
        "test_gradient[dWx]": "sign_flipped",
        "test_gradient[dWh]": "sign_flipped",
    }


def test_a_mistake_upon_an_earlier_one_is_recognised_when_the_earlier_one_is(marker):
    source = """
import numpy as np
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh)
    return next_h, (x, prev_h, Wx, Wh, next_h)
def rnn_forward(x, h0, Wx, Wh, b):
    h = np.stack([rnn_step_forward(x[:, t], h0, Wx, Wh, b)[0] for t in range(x.shape[1])], axis=1)
    return h, None
"""
    marks = marker.mark(source, "rnn_step_forward", "rnn_forward")
    assert named(marks, "rnn_step_forward") == {("no_bias", Confidence.CERTAIN)}
    assert named(marks, "rnn_forward") == {("state_not_carried", Confidence.CERTAIN)}


@pytest.mark.parametrize("after_end", ["go on", "null", "narrow"])
def test_what_stands_behind_end_does_not_hide_a_mistake(marker, after_end):
    source = f"""
import numpy as np
def sample(self, features, max_length=30):
    p = self.params
    h = features @ p["W_proj"] + p["b_proj"]
    before = np.full(len(features), self._start)
    captions = np.full((len(features), max_length), self._null)
    ended = np.zeros(len(features), dtype=bool)
    for t in range(max_length):
        h, _ = rnn_step_forward(p["W_embed"][before], h, p["Wx"], p["Wh"], p["b"])
        chosen = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
        captions[:, t] = chosen if {after_end!r} == "go on" else np.where(ended, self._null, chosen)
        ended |= chosen == self._end
        if {after_end!r} == "narrow" and ended.all():
            return captions[:, :t + 1]
    return captions
"""
    marks = marker.mark(source, "captioning_sample")
    assert named(marks, "captioning_sample") == {("word_not_fed_back", Confidence.CERTAIN)}


SAMPLED = {
    "text": "[[str(word) for word in row] for row in captions]",
    "ragged": "[[1], *captions[1:, :3].tolist()]",
    "one row": "captions.ravel()",
    "halves": "captions + 0.5",
    "turned": "captions.T",
    "turned, and narrow": "captions.T[: len(captions.T) - (max_length > 2)]",
}


@pytest.mark.parametrize("name", SAMPLED)
def test_only_captions_that_are_turned_are_said_to_be(marker, name):
    right = marker.namespace()["CaptioningRNN"].sample

    def sample(self, features, max_length=30):
        captions = right(self, features, max_length)
        return eval(SAMPLED[name], {"captions": captions, "max_length": max_length})

    marks = marker.mark({"sample": sample}, "captioning_sample")
    assert marks.lost == {"captioning_sample": 10.0}
    assert {found for found, _ in named(marks, "captioning_sample")} <= {"words_transposed"}
    assert bool(named(marks, "captioning_sample")) is ("turned" in name)


@pytest.mark.parametrize("value", [np.zeros((4, 3)), np.zeros((4, 3)) + 0.5, np.zeros(12), np.zeros((3, 4)) + 0.5])
def test_captions_that_are_none_leave_a_look(value):
    link = LocalLink(Server({"sample": lambda: value}))
    with open_case(Case()) as case, pytest.raises(CheckFailed):
        read(Answer("captions", Student(lambda: link).sample()), rows=3, length=4)
    assert [look.values.shape for look in case.looks] == [value.shape]


LOSS = """
import numpy as np
def loss(self, features, captions):
    p, grads = self.params, {}
    before, after = captions[:, :-1], captions[:, 1:]
    h0, projected = affine_forward(features, p["W_proj"], p["b_proj"])
    vectors, looked_up = word_embedding_forward(before, p["W_embed"])
    h, steps = rnn_forward(vectors, h0, p["Wx"], p["Wh"], p["b"])
    scores, scored = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    value, dscores = temporal_softmax_loss(scores, after, after != self._null)
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, scored)
    dvectors, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, steps)
    grads["W_embed"] = word_embedding_backward(dvectors, looked_up)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, projected)
    {change}
    return value, grads
"""
DESCENT = "for name in grads: p[name] = p[name] - {rate} * grads[name]"


@pytest.mark.parametrize("rate", [1e-3, 0.5])
def test_a_step_of_gradient_descent_is_known_at_any_rate(marker, rate):
    marks = marker.mark(LOSS.replace("{change}", DESCENT.format(rate=rate)), "captioning_loss")
    assert named(marks, "captioning_loss") == {("parameters_changed", Confidence.CERTAIN)}


@pytest.mark.parametrize("change", ["p['W_proj'] *= 0.5", "p['W_embed'][0] = 0", "p['b'] += 1"])
def test_parameters_that_are_changed_otherwise_are_no_step_of_gradient_descent(marker, change):
    marks = marker.mark(LOSS.replace("{change}", change), "captioning_loss")
    assert marks.lost == {"captioning_loss": 1.0}
    assert not named(marks, "captioning_loss")


def test_a_backward_function_without_a_return_is_not_one_that_returns_none_for_the_words(marker):
    source = """
import numpy as np
def word_embedding_backward(dout, cache):
    x, shape = cache
    return np.add.at(np.zeros(shape), x, dout)
"""
    marks = marker.mark(source, "word_embedding_backward")
    assert set(marks.messages.values()) == {"The function returned None: is its return missing?"}
    assert not named(marks, "word_embedding_backward")


def test_no_text_holds_a_number_that_could_be_a_hidden_value(marker):
    known = [one for several in misconceptions(marker.assignment).values() for one in several]
    found = [one.file for one in known if re.search(r"\d\.\d\d|\d{5}", f"{one.title}{one.belief}{one.hint}")]
    assert len(known) > 100
    assert found == []


def test_every_failed_test_says_what_was_seen_and_what_to_look_at(marker):
    for name in ("rnn_forward__one_step_squeezed", "word_embedding_forward__int64_only"):
        problem = name.split("__")[0]
        result = marker.mark(WRONG[name].file, problem).results[problem]
        failed = [test for test in result.tests if test.verdict == "failed"]
        assert failed
        assert all(test.message and (test.hint or test.asks) for test in failed)


def test_steps_that_are_off_are_told(marker):
    marks = marker.mark(WRONG["rnn_forward__state_not_carried"].file, "rnn_forward")
    assert "in the steps 1, 2 of 3 (counted from 0)" in marks.messages["test_reference_values"]


def test_a_loss_that_is_scaled_in_a_way_that_nobody_knows_is_told_as_scaled(marker):
    right = marker.namespace()["CaptioningRNN"].loss

    def loss(self, features, captions):
        value, grads = right(self, features, captions)
        return 7 * value, {name: 7 * grad for name, grad in grads.items()}

    marks = marker.mark({"loss": loss}, "captioning_loss")
    assert marks.lost == {"captioning_loss": 6.0}
    assert named(marks, "captioning_loss") == {("scaled", Confidence.CERTAIN)}


def test_a_fault_in_the_diagnosis_costs_nothing_and_is_logged(marker, monkeypatch, caplog):
    def broken(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr("autograder.testing.diagnosis.diagnose.by_replay", broken)
    variant = WRONG["rnn_forward__state_not_carried"]
    marks = marker.mark(variant.file, variant.problem)
    variant.check(marks, 8)
    assert not marks.results[variant.problem].diagnoses
    assert "rnn_forward: no diagnosis" in caplog.text
