"""Hidden tests of training: ten Adam steps with the student's loss."""

import numpy as np
import pytest

from autograder.assignments.rnn_captioning.examples import build_model, loss_batch
from autograder.testing import Answer, array, distance, drawn_once, fail, number, returned
from cs231n.optim import adam

FALLS = (
    "ten Adam steps from fixed parameters are made, and the losses and the parameters after them are compared with the "
    "reference's."
)
STEPS = 10
RATE = 5e-3
# Ten steps carry rounding along; a wrong gradient is off by far more.
TOLERANCE = 1e-4


def train(step, parameters):
    """Make Adam steps and return the losses on the way and the parameters at the end.

    Args:
        step: Returns loss and gradients for parameters.
        parameters: To begin with.
    """
    settings = {name: {"learning_rate": RATE} for name in parameters}
    losses = []
    for _ in range(STEPS):
        loss, grads = step(parameters)
        losses.append(loss)
        updated = {}
        for name, values in parameters.items():
            updated[name], settings[name] = adam(values, grads[name], settings[name])
        parameters = updated
    return np.array(losses), parameters


@drawn_once
def right_training(reference, rng):
    """Return parameters, features and captions, and what the reference comes to on them: as `train` returns it."""
    parameters, features, captions = loss_batch(rng)

    def step(now):
        return build_model(reference, now).loss(features.copy(), captions.copy())

    return parameters, features, captions, train(step, parameters)


def run(student, reference, rng):
    """Return losses and parameters after the steps, the student's and the reference's."""
    parameters, features, captions, right = right_training(reference, rng)

    def step(now):
        loss, grads = returned(build_model(student, now).loss(features, captions), "loss", "grads")
        given = {name: Answer(f"grads['{name}']", grads.remote()[name]) for name in now}
        return number(loss), {name: array(answer, now[name].shape) for name, answer in given.items()}

    return train(step, parameters), right


@pytest.mark.points(
    4, asks=FALLS, stays="is run only when captioning_loss is right, so that all known mistakes end there"
)
def test_losses(student, reference, rng):
    """The losses of ten Adam steps are the right ones."""
    (losses, _), (right, _) = run(student, reference, rng)
    wrong = np.flatnonzero(~(distance(losses, right) <= TOLERANCE))  # a comparison with NaN is false
    if wrong.size:
        fail("the loss of step {step} of {steps} is off", step=int(wrong[0]) + 1, steps=STEPS)


@pytest.mark.points(
    2, asks=FALLS, stays="is run only when captioning_loss is right, so that all known mistakes end there"
)
def test_parameters(student, reference, rng):
    """The parameters after ten Adam steps are the right ones."""
    (_, parameters), (_, right) = run(student, reference, rng)
    for name, values in right.items():
        if not (distance(parameters[name], values) <= TOLERANCE).all():
            fail("self.params['{name}'] is off after {steps} steps", name=name, steps=STEPS)
