"""What hidden tests look at in a training: ten Adam steps with the student's loss; `gates` as in the examples."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.assignments.rnn_captioning.examples import build_model, loss_batch
from autograder.testing import Answer, Student, array, distance, drawn_once, fail, number, returned
from cs231n.optim import adam

STEPS = 10
RATE = 5e-3
# Ten steps carry rounding along; a wrong gradient is off by far more.
TOLERANCE = 1e-4
Parameters = dict[str, np.ndarray]
Trained = tuple[np.ndarray, Parameters]
Step = Callable[[Parameters], tuple[float, Any]]


def train(step: Step, parameters: Parameters) -> tuple[np.ndarray, Parameters]:
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
def right_training(
    reference: SimpleNamespace, rng: np.random.Generator, *, gates: int
) -> tuple[Parameters, np.ndarray, np.ndarray, Trained]:
    """Return parameters, features and captions, and what the reference comes to on them: as `train` returns it."""
    parameters, features, captions = loss_batch(rng, gates)

    def step(now: Parameters) -> tuple[float, Any]:
        loss, grads = build_model(reference, now).loss(features.copy(), captions.copy())
        return loss, grads

    return parameters, features, captions, train(step, parameters)


def run(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int) -> tuple[Trained, Trained]:
    """Return losses and parameters after the steps, the student's and the reference's."""
    parameters, features, captions, right = right_training(reference, rng, gates=gates)

    def step(now: Parameters) -> tuple[float, Any]:
        loss, grads = returned(build_model(student, now).loss(features, captions), "loss", "grads")
        given = {name: Answer(f"grads['{name}']", grads.remote()[name]) for name in now}
        return number(loss), {name: array(answer, now[name].shape) for name, answer in given.items()}

    return train(step, parameters), right


def check_losses(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int = 1) -> None:
    """Check the losses on the way."""
    (losses, _), (right, _) = run(student, reference, rng, gates)
    wrong = np.flatnonzero(~(distance(losses, right) <= TOLERANCE))  # a comparison with NaN is false
    if wrong.size:
        fail("the loss of step {step} of {steps} is off", step=int(wrong[0]) + 1, steps=STEPS)


def check_parameters(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int = 1) -> None:
    """Check the parameters at the end."""
    (_, parameters), (_, right) = run(student, reference, rng, gates)
    for name, values in right.items():
        if not (distance(parameters[name], values) <= TOLERANCE).all():
            fail("self.params['{name}'] is off after {steps} steps", name=name, steps=STEPS)
