"""Hidden tests of CaptioningRNN.loss."""

import contextlib

import numpy as np
import pytest

from autograder.assignments.rnn_captioning.examples import (
    PARAMETERS,
    WORDS,
    build_model,
    gradient_rightness,
    loss_batch,
    solved_batch,
)
from autograder.testing import (
    TOLERANCE,
    Answer,
    CheckFailed,
    StudentError,
    array,
    close,
    distance,
    fail,
    fetch,
    is_close,
    keys,
    kind,
    mark,
    no_key,
    number,
    returned,
)

VALUE = "The loss is summed over time and averaged over the minibatch, as temporal_softmax_loss does it."
WORDS_READ = (
    "The words read are captions_in, all but the last word of each caption, and the words predicted are captions_out, "
    "all but the first."
)
GRADIENTS = (
    "The dictionary grads holds a gradient for each parameter, under the same key and of the same shape as in "
    "self.params: W_proj, b_proj, W_embed, Wx, Wh, b, W_vocab and b_vocab."
)
# Means in place of sums, and the like; beyond it, tiny gradients would be right whatever they are.
SCALES = (1e-3, 1e3)
SCALED = mark("The loss is the right one times a constant. It is summed over time and averaged over the minibatch.")


def gradient(grads, name):
    """Return the answer for the gradient of one parameter; a key that is missing fails."""
    if name not in names_in(grads):
        return no_key("grads", name)
    return Answer(f"grads['{name}']", grads.remote()[name])


def names_in(grads):
    """Return the keys of the dictionary of gradients; any class that works like a dict will do."""
    remote = grads.remote()
    if kind(remote) not in ("list", "tuple", "ndarray"):
        with contextlib.suppress(StudentError):
            return keys(remote)
    fail("grads is of type {type}; a dictionary is asked", type=kind(remote))


def run(student, parameters, features, captions):
    """Return the student's loss and gradients as answers."""
    return returned(build_model(student, parameters).loss(features, captions), "loss", "grads")


def scale_of(student, reference, rng):
    """Return the one constant by which all losses and gradients differ from the right ones, or None.

    Two batches, because on a single one any wrong loss is the right one times something.
    """
    batch = solved_batch(reference, rng)
    loss, grads = run(student, batch.parameters, batch.features, batch.captions)
    try:
        scale = number(loss) / batch.loss
    except CheckFailed:
        return None
    if not SCALES[0] < scale < SCALES[1]:
        return None
    agree = all(is_close(gradient(grads, name), scale * batch.grads[name]) for name in PARAMETERS)
    return scale if agree else None


def check_value(answer, right, student, reference, rng):
    """Check a loss; tell a loss that is right but for a constant from one that is wrong otherwise."""
    value = number(answer)
    error = float(distance(np.asarray(value), np.asarray(right)))
    if error > TOLERANCE:
        if scale_of(student, reference, rng) is not None:
            fail(SCALED, "Compare what temporal_softmax_loss divides by.", pattern="scaled")
        fail("loss: the relative error is {error:.1e} (allowed: {allowed:g})", error=error, allowed=TOLERANCE)


@pytest.mark.points(2, asks=VALUE, worked_example=True)
def test_reference_value(student, reference, rng):
    """The loss of the worked example in the notebook is right."""
    N, D, W, H, T = 10, 20, 30, 40, 13
    words = {"<NULL>": 0, "cat": 2, "dog": 3}
    V = len(words)
    shapes = {
        "W_proj": (D, H), "b_proj": (H,), "W_embed": (V, W), "Wx": (W, H), "Wh": (H, H), "b": (H,),
        "W_vocab": (H, V), "b_vocab": (V,),
    }  # fmt: skip
    parameters = {
        name: np.linspace(-1.4, 1.3, num=int(np.prod(shape))).reshape(shape) for name, shape in shapes.items()
    }
    features = np.linspace(-1.5, 0.3, num=N * D).reshape(N, D)
    captions = (np.arange(N * T) % V).reshape(N, T)
    loss, _ = returned(build_model(student, parameters, words).loss(features, captions), "loss", "grads")
    check_value(loss, 9.83235591003, student, reference, rng)


@pytest.mark.points(
    4, asks=WORDS_READ, stays="captions of all lengths, which the worked example lacks; wrong code fails there as well"
)
def test_value(student, reference, rng):
    """The loss is right for captions of all lengths."""
    for type in (np.int64, np.int32):
        # Another batch for each type: one number alone is now and then right by chance.
        batch = solved_batch(reference, rng)
        loss, _ = run(student, batch.parameters, batch.features, batch.captions.astype(type))
        check_value(loss, batch.loss, student, reference, rng)


@pytest.mark.points(1.5, asks=GRADIENTS)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_gradient(student, reference, rng, parameter):
    """The gradient of {parameter} is right."""
    batch = solved_batch(reference, rng)
    loss, grads = run(student, batch.parameters, batch.features, batch.captions)
    answer = gradient(grads, parameter)
    if is_close(answer, batch.grads[parameter]):
        return
    # A loss that differs by one constant costs its value alone: gradients that differ by the same one are right.
    scale = scale_of(student, reference, rng)
    own_scale = number(loss) / batch.loss if scale is not None else 1.0
    close(
        answer,
        own_scale * batch.grads[parameter],
        others={f"grads['{name}']": batch.grads[name] for name in PARAMETERS},
    )


@pytest.mark.points(1, asks="The parameters in self.params must not be changed.", gate=True)
def test_parameters_unchanged(student, rng):
    """The parameters are as before after the loss was computed."""
    parameters, features, captions = loss_batch(rng)
    model = build_model(student, parameters)
    model.loss(features, captions)
    for name, before in parameters.items():
        after = fetch(model.params[name], limit=before.nbytes * 2 + 4096)
        if not np.array_equal(after, before):
            fail("self.params['{name}'] is changed by loss()", name=name)


@pytest.mark.points(
    1,
    asks="A batch whose targets are all <NULL> has the loss 0 and gradients that are zero.",
    gate=True,
    stays="a loss averaged over words divides by zero here; it fails the tests of values as well",
)
def test_nothing_but_null(student, rng):
    """A batch whose targets are all <NULL> has the loss 0 and zero gradients."""
    parameters, features, captions = loss_batch(rng)
    _, usual = run(student, parameters, features, captions)
    # A gradient that is missing, or not even an array of the right shape, has lost its own share already.
    given = gradient_rightness(lambda name: array(gradient(usual, name), parameters[name].shape), PARAMETERS)
    captions[:, 1:] = WORDS["<NULL>"]
    loss, grads = run(student, parameters, features, captions)
    if abs(number(loss)) > TOLERANCE:
        fail("the loss is not 0 when all targets are <NULL>", "Targets that are <NULL> are masked.")
    for name in PARAMETERS:
        if given[name] and np.abs(array(gradient(grads, name), parameters[name].shape)).max() > TOLERANCE:
            fail("grads['{name}'] is not zero when all targets are <NULL>", name=name)
