"""What hidden tests look at in a captioning model's loss and gradients.

N pictures, D features, W numbers in a word's vector, H in a state, V words; a step's weights have G = gates * H
columns.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np

from autograder.assignments.rnn_captioning.examples import (
    PARAMETERS,
    WORDS,
    build_model,
    loss_batch,
    solved_batch,
)
from autograder.testing import (
    TOLERANCE,
    Answer,
    CheckFailed,
    Student,
    StudentError,
    array,
    close,
    distance,
    fail,
    fetch,
    gradient_rightness,
    is_close,
    keys,
    kind,
    look,
    mark,
    no_key,
    number,
    returned,
)

# With another word in place 0: code that takes <NULL> for the number 0 is right everywhere else.
RENUMBERED = {word: (index + 1) % len(WORDS) for word, index in WORDS.items()}
# Means in place of sums, and the like; beyond it, tiny gradients would be right whatever they are.
SCALES = (1e-3, 1e3)
SCALED = mark("The loss is the right one times a constant. It is summed over time and averaged over the minibatch.")


def gradient(grads: Answer, name: str) -> Answer:
    """Return the answer for the gradient of one parameter; a key that is missing fails."""
    if name not in names_in(grads):
        return no_key("grads", name)
    return Answer(f"grads['{name}']", grads.remote()[name])


def names_in(grads: Answer) -> list[str]:
    """Return the keys of the dictionary of gradients; any class that works like a dict will do."""
    remote = grads.remote()
    if kind(remote) not in ("list", "tuple", "ndarray"):
        with contextlib.suppress(StudentError):
            return keys(remote)
    fail("grads is of type {type}; a dictionary is asked", type=kind(remote))


def run(
    student: Student,
    parameters: dict[str, np.ndarray],
    features: np.ndarray,
    captions: np.ndarray,
    words: dict[str, int] = WORDS,
) -> tuple[Answer, ...]:
    """Return the student's loss and gradients as answers."""
    return returned(build_model(student, parameters, words).loss(features, captions), "loss", "grads")


def scale_of(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int) -> float | None:
    """Return the one constant by which all losses and gradients differ from the right ones, or None.

    Two batches, because on a single one any wrong loss is the right one times something.
    """
    batch = solved_batch(reference, rng, gates=gates)
    loss, grads = run(student, batch.parameters, batch.features, batch.captions)
    try:
        scale = number(loss) / batch.loss
    except CheckFailed:
        return None
    if not SCALES[0] < scale < SCALES[1]:
        return None
    agree = all(is_close(gradient(grads, name), scale * batch.grads[name]) for name in PARAMETERS)
    return scale if agree else None


def check_value(
    answer: Answer, right: float, student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int = 1
) -> None:
    """Check a loss; tell a loss that is right but for a constant from one that is wrong otherwise."""
    value = number(answer)
    error = float(distance(np.asarray(value), np.asarray(right)))
    if error > TOLERANCE:
        if scale_of(student, reference, rng, gates) is not None:
            fail(SCALED, "Compare what temporal_softmax_loss divides by.", pattern="scaled")
        fail("loss: the relative error is {error:.1e} (allowed: {allowed:g})", error=error, allowed=TOLERANCE)


def check_worked_example(
    student: Student,
    reference: SimpleNamespace,
    rng: np.random.Generator,
    right: float,
    spans: Sequence[tuple[float, float]],
    gates: int = 1,
) -> None:
    """Check the loss of parameters, features and captions that are evenly spaced numbers.

    Args:
        student: The student's code.
        reference: The solution.
        rng: Random numbers.
        right: The loss.
        spans: The first and the last number of each parameter, and those of the features.
        gates: Of a step.
    """
    N, D, W, H, T = 10, 20, 30, 40, 13
    words = {"<NULL>": 0, "cat": 2, "dog": 3}
    V = len(words)
    G = gates * H
    shapes = {
        "W_proj": (D, H), "b_proj": (H,), "W_embed": (V, W), "Wx": (W, G), "Wh": (H, G), "b": (G,),
        "W_vocab": (H, V), "b_vocab": (V,),
    }  # fmt: skip
    of_parameters, of_features = spans
    parameters = {
        name: np.linspace(*of_parameters, num=int(np.prod(shape))).reshape(shape) for name, shape in shapes.items()
    }
    features = np.linspace(*of_features, num=N * D).reshape(N, D)
    captions = (np.arange(N * T) % V).reshape(N, T)
    loss, _ = returned(build_model(student, parameters, words).loss(features, captions), "loss", "grads")
    check_value(loss, right, student, reference, rng, gates)


def check_values(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int = 1) -> None:
    """Check the loss for captions of all lengths."""
    for type in (np.int64, np.int32):
        # Another batch for each type: one number alone is now and then right by chance.
        batch = solved_batch(reference, rng, gates=gates)
        loss, _ = run(student, batch.parameters, batch.features, batch.captions.astype(type))
        check_value(loss, batch.loss, student, reference, rng, gates)


def check_gradient(
    student: Student, reference: SimpleNamespace, rng: np.random.Generator, parameter: str, gates: int = 1
) -> None:
    """Check the gradient of one parameter."""
    batch = solved_batch(reference, rng, gates=gates)
    loss, grads = run(student, batch.parameters, batch.features, batch.captions)
    answer = gradient(grads, parameter)
    if is_close(answer, batch.grads[parameter]):
        return
    # A loss that differs by one constant costs its value alone: gradients that differ by the same one are right.
    scale = scale_of(student, reference, rng, gates)
    own_scale = number(loss) / batch.loss if scale is not None else 1.0
    close(
        answer,
        own_scale * batch.grads[parameter],
        others={f"grads['{name}']": batch.grads[name] for name in PARAMETERS},
    )


def check_parameters_unchanged(student: Student, rng: np.random.Generator, gates: int = 1) -> None:
    """Check that loss() leaves the parameters as they are."""
    parameters, features, captions = loss_batch(rng, gates)
    model = build_model(student, parameters)
    model.loss(features, captions)
    for name, before in parameters.items():
        after = fetch(model.params[name], limit=before.nbytes * 2 + 4096)
        if not np.array_equal(after, before):
            # A step against the gradient is known by its direction: each student chooses a rate.
            step = after - before
            look(f"the step of {name}", step / np.abs(step).max())
            fail("self.params['{name}'] is changed by loss()", name=name)


def check_nothing_but_null(student: Student, rng: np.random.Generator, gates: int = 1) -> None:
    """Check that targets that are all <NULL> give the loss 0 and gradients of zero."""
    parameters, features, captions = loss_batch(rng, gates)
    _, usual = run(student, parameters, features, captions, RENUMBERED)
    # A gradient that is missing, or not even an array of the right shape, has lost its own share already.
    given = gradient_rightness(lambda name: array(gradient(usual, name), parameters[name].shape), PARAMETERS)
    captions[:, 1:] = RENUMBERED["<NULL>"]
    loss, grads = run(student, parameters, features, captions, RENUMBERED)
    if abs(number(loss)) > TOLERANCE:
        fail(
            "the loss is not 0 when all targets are <NULL>",
            "Targets that are <NULL> are masked. Its number is self._null, and need not be 0.",
        )
    for name in PARAMETERS:
        if given[name] and np.abs(array(gradient(grads, name), parameters[name].shape)).max() > TOLERANCE:
            fail("grads['{name}'] is not zero when all targets are <NULL>", name=name)
