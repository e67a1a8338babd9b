"""Inputs for the hidden tests, and what is right given what a forward function returned.

N examples, T steps, D inputs, H states, V words, as in the handout. What makes weights is given how many gates a step
has, each with H columns of the weights: 1 for the vanilla RNN, and 4 in the assignment that goes on from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.testing import Student, drawn_once

# By the positions of the arguments that they belong to.
STEP_GRADIENTS = {"dx": 0, "dprev_h": 1, "dWx": 2, "dWh": 3, "db": 4}
SEQUENCE_GRADIENTS = {"dx": 0, "dh0": 1, "dWx": 2, "dWh": 3, "db": 4}
PARAMETERS = ("W_proj", "b_proj", "W_embed", "Wx", "Wh", "b", "W_vocab", "b_vocab")
WORDS = {
    word: index for index, word in enumerate(("<NULL>", "<START>", "<END>", "a", "red", "blue", "dog", "cat", "runs"))
}
# Scores closer than this could change places by rounding.
MARGIN = 1e-3
# Scores are this small a part of those that the margin is asked of: words drawn by their probability are then hardly
# ever the best ones.
SOFTNESS = 0.1
# Pictures that a sampling example is chosen from, and how many it has at least.
PICTURES = 60
CLEAR_ROWS = 8


def weights(rng: np.random.Generator, D: int, H: int, gates: int = 1) -> list[np.ndarray]:
    """Return Wx (D, G), Wh (H, G) and b (G,) with G = gates * H, small enough that tanh does not saturate."""
    G = gates * H
    return [rng.normal(size=(D, G)) / np.sqrt(D), rng.normal(size=(H, G)) / np.sqrt(H), rng.normal(size=G) / 2]


def step_inputs(rng: np.random.Generator, N: int, D: int, H: int) -> list[np.ndarray]:
    """Return x (N, D), prev_h (N, H), Wx, Wh and b for one step."""
    return [rng.normal(size=(N, D)), rng.normal(size=(N, H)), *weights(rng, D, H)]


def sequence_inputs(rng: np.random.Generator, N: int, T: int, D: int, H: int, gates: int = 1) -> list[np.ndarray]:
    """Return x (N, T, D), h0 (N, H), Wx, Wh and b for a sequence; h0 is far from zero."""
    return [rng.normal(size=(N, T, D)), rng.normal(size=(N, H)) + 1.0, *weights(rng, D, H, gates)]


def step_gradients_at(next_h: np.ndarray, inputs: list[np.ndarray], dnext_h: np.ndarray) -> list[np.ndarray]:
    """Return the gradients of one step if its output was ``next_h``, right or wrong."""
    x, prev_h, Wx, Wh, _ = inputs
    dscore = dnext_h * (1 - next_h**2)
    return [dscore @ Wx.T, dscore @ Wh.T, x.T @ dscore, prev_h.T @ dscore, dscore.sum(axis=0)]


def sequence_gradients_at(
    h: np.ndarray, inputs: list[np.ndarray], dh: np.ndarray, before: np.ndarray | None = None
) -> list[np.ndarray]:
    """Return the gradients of a sequence if its states were ``h``, right or wrong.

    Args:
        h: States after each step, (N, T, H).
        inputs: As from `sequence_inputs`.
        dh: Upstream gradient, (N, T, H).
        before: The state that each step started from, (N, T, H); when None, what a right forward pass starts from.
    """
    x, h0, Wx, Wh, b = inputs
    if before is None:
        before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    dx, totals, carried = np.zeros_like(x), [np.zeros_like(w) for w in (Wx, Wh, b)], np.zeros_like(h0)
    for t in reversed(range(x.shape[1])):
        dx[:, t], carried, *parts = step_gradients_at(h[:, t], [x[:, t], before[:, t], Wx, Wh, b], dh[:, t] + carried)
        totals = [total + part for total, part in zip(totals, parts, strict=True)]
    return [dx, carried, *totals]


def captions_of_all_lengths(rng: np.random.Generator, longest: int) -> np.ndarray:
    """Return one caption of each length from 0 words to ``longest``, as rows of ids, padded with ``<NULL>``."""
    rows = np.zeros((longest + 1, longest + 2), dtype=np.int64)
    for words, row in enumerate(rows):
        row[0], row[1 + words] = WORDS["<START>"], WORDS["<END>"]
        row[1 : 1 + words] = rng.integers(3, len(WORDS), size=words)
    return rows


def model_parameters(rng: np.random.Generator, D: int, W: int, H: int, gates: int = 1) -> dict[str, np.ndarray]:
    """Return parameters of order one for a captioning model with the words `WORDS`; no bias is zero."""
    V = len(WORDS)
    Wx, Wh, b = weights(rng, W, H, gates)
    return {
        "W_proj": rng.normal(size=(D, H)) / np.sqrt(D),
        "b_proj": rng.normal(size=H) / 2,
        "W_embed": rng.normal(size=(V, W)),
        "Wx": Wx,
        "Wh": Wh,
        "b": b,
        "W_vocab": rng.normal(size=(H, V)),
        "b_vocab": rng.normal(size=V) / 2,
    }


def build_model(
    code: Student | SimpleNamespace, parameters: dict[str, np.ndarray], words: dict[str, int] = WORDS
) -> Any:
    """Return a captioning model of the student's or of the reference, with fixed parameters (copies)."""
    D, H = parameters["W_proj"].shape
    model = code.CaptioningRNN(
        words,
        input_dim=D,
        wordvec_dim=parameters["W_embed"].shape[1],
        hidden_dim=H,
        cell_type="rnn" if parameters["b"].size == H else "lstm",
        dtype="float64",
    )
    params = model.params
    for name, values in parameters.items():
        params[name] = values.copy()
    return model


def loss_batch(rng: np.random.Generator, gates: int = 1) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Return parameters, features (N, D) and captions (N, T + 1) with captions of all lengths."""
    parameters = model_parameters(rng, D=6, W=5, H=7, gates=gates)
    captions = captions_of_all_lengths(rng, longest=4)
    return parameters, rng.normal(size=(len(captions), 6)), captions


@dataclass(frozen=True)
class SolvedBatch:
    """A batch, parameters, and what the right loss function returns for them.

    Attributes:
        parameters: Of the model.
        features: (N, D).
        captions: (N, T + 1), of all lengths.
        loss: The loss.
        grads: Gradients by parameter.
    """

    parameters: dict[str, np.ndarray]
    features: np.ndarray
    captions: np.ndarray
    loss: float
    grads: dict[str, np.ndarray]


@drawn_once
def solved_batch(reference: SimpleNamespace, rng: np.random.Generator, *, gates: int = 1) -> SolvedBatch:
    """Return a batch as from `loss_batch`, with the right loss and gradients."""
    parameters, features, captions = loss_batch(rng, gates)
    loss, grads = build_model(reference, parameters).loss(features.copy(), captions.copy())
    return SolvedBatch(parameters, features, captions, float(loss), grads)


@dataclass(frozen=True)
class SamplingExample:
    """A model and pictures whose captions are known, and known by a clear margin.

    Attributes:
        parameters: Of the model.
        features: (N, D).
        captions: The right ones, (N, max_length).
    """

    parameters: dict[str, np.ndarray]
    features: np.ndarray
    captions: np.ndarray

    def only(self, rows: np.ndarray) -> SamplingExample:
        """Return the example with some of the pictures, in that order."""
        return replace(self, features=self.features[rows], captions=self.captions[rows])


@drawn_once
def sampling_example(
    reference: SimpleNamespace, rng: np.random.Generator, *, ends: bool, max_length: int, gates: int = 1
) -> SamplingExample:
    """Return eight pictures or more for which the scores of a random model leave no doubt.

    Args:
        reference: The solution.
        rng: Random numbers.
        ends: Whether captions end, at four different steps or more; otherwise ``<END>`` never comes.
        max_length: Words at most.
        gates: Of a step.
    """
    for _ in range(1000):
        parameters = model_parameters(rng, D=6, W=5, H=7, gates=gates)
        parameters["W_vocab"] *= 3
        parameters["b_vocab"][WORDS["<END>"]] += 1.0 if ends else -1e3
        parameters["b_vocab"][WORDS["<START>"]] -= 1e3
        features = rng.normal(size=(PICTURES, 6)) * 2
        captions = build_model(reference, parameters).sample(features, max_length)
        rows = _clear_rows(margins(reference, parameters, features, captions), captions, ends)
        example = SamplingExample(softened(parameters), features, captions).only(rows)
        if len(rows) >= CLEAR_ROWS and _every_parameter_matters(reference, example):
            return example
    raise RuntimeError("no sampling example in 1000 draws: loosen its conditions")


@drawn_once
def first_word_example(
    reference: SimpleNamespace, rng: np.random.Generator, *, max_length: int, gates: int = 1
) -> SamplingExample:
    """Return many pictures whose first word leaves no doubt; what follows it may.

    They are so many that a mistake before the first word changes the word of some.
    """
    parameters = sampling_example(reference, rng, ends=True, max_length=max_length, gates=gates).parameters
    features = rng.normal(size=(PICTURES, 6)) * 2
    captions = build_model(reference, parameters).sample(features, max_length)
    clear = margins(reference, parameters, features, captions)[:, 0] > MARGIN * SOFTNESS
    return SamplingExample(parameters, features, captions).only(np.flatnonzero(clear))


def softened(parameters: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return parameters that give the same best words with scores closer together."""
    return {name: values * SOFTNESS if name.endswith("_vocab") else values for name, values in parameters.items()}


def _clear_rows(margin: np.ndarray, captions: np.ndarray, ends: bool) -> np.ndarray:
    """Return rows with captions of clear margins and several words; none when they are not varied enough.

    The longest caption is neither in the first row nor in the last: code that stops for all rows when one of these
    ends is then always seen to be wrong.
    """
    chosen: dict[bytes, int] = {}
    lengths = np.array([caption_length(words) for words in captions])
    for row, (words, length) in enumerate(zip(captions, lengths, strict=True)):
        fits = (2 <= length < len(words)) if ends else length == len(words)
        varied = len(set(words[:length].tolist())) > 2
        if fits and varied and margin[row, :length].min() > MARGIN:
            chosen.setdefault(words[:length].tobytes(), row)
    rows = np.array(sorted(chosen.values(), key=lambda row: lengths[row]), dtype=int)
    # A caption that lacks its last word is padded with <NULL>, which must not always be right.
    ending = len(set(lengths[rows].tolist())) >= 4 if ends else captions[rows, -1].any()
    if len(set(captions[rows, 0].tolist())) < 3 or not ending:
        return rows[:0]
    return np.concatenate([rows[0::2], rows[1::2][::-1]])


def _every_parameter_matters(reference: SimpleNamespace, example: SamplingExample) -> bool:
    """Return whether leaving out any one of the parameters would change a caption."""
    length = example.captions.shape[1]
    for name, values in example.parameters.items():
        without = build_model(reference, {**example.parameters, name: np.zeros_like(values)})
        written = without.sample(example.features, length)
        pairs = zip(written, example.captions, strict=True)
        if all(
            np.array_equal(words[:count], right[:count]) for words, right in pairs if (count := caption_length(right))
        ):
            return False
    return True


def margins(
    reference: SimpleNamespace, parameters: dict[str, np.ndarray], features: np.ndarray, captions: np.ndarray
) -> np.ndarray:
    """Return by how much the best word's score exceeds the next best, (N, T), when ``captions`` are fed back."""
    p = parameters
    before, closest = np.full(len(features), WORDS["<START>"]), []
    states = [features @ p["W_proj"] + p["b_proj"]]
    step = reference.rnn_step_forward
    if p["b"].size > states[0].shape[1]:
        step = reference.lstm_step_forward
        states.append(np.zeros_like(states[0]))
    for words in captions.T:
        *states, _ = step(p["W_embed"][before], *states, p["Wx"], p["Wh"], p["b"])
        second, first = np.sort(states[0] @ p["W_vocab"] + p["b_vocab"], axis=1)[:, -2:].T
        closest.append(first - second)
        before = words
    return np.stack(closest, axis=1)


def caption_length(words: np.ndarray) -> int:
    """Return how many words of a caption count: up to and including the first ``<END>``."""
    ends = np.flatnonzero(words == WORDS["<END>"])
    return int(ends[0]) + 1 if ends.size else len(words)
