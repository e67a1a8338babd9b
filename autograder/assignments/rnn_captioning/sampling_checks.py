"""What hidden tests look at in captions that were written for pictures; `gates` as in the examples."""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from autograder.assignments.rnn_captioning.examples import (
    WORDS,
    SamplingExample,
    build_model,
    caption_length,
    first_word_example,
    sampling_example,
)
from autograder.testing import Answer, Basis, Student, fail, look, mark, note, numbers, rest_on, returned

LENGTH = 12
FEWEST_ROWS = 3
SAME_FOR_ALL = mark("All pictures get the same caption.")
FIRST_ROW = mark("The first picture alone gets its right caption.")
OF_ANOTHER = mark("Pictures get the captions of other pictures.")
WHOSE = mark("Along which axis is each picture's word chosen, and what does a picture take from the others?")
FIRST_WORD = mark("In every caption the first word is right, and the second is wrong.")
SECOND_STEP = mark("What is read in the second step, and which state does that step start from?")
LATE = mark("The captions are the right ones, one place late.")
EARLY = mark("The captions are the right ones without their first words.")
OFF = mark("What is written in the first round of your loop, and where?")


class Sampled(NamedTuple):
    """What the student's function wrote."""

    words: np.ndarray  # (N, width) integers, without a <START> that every row begins with
    shifted: bool  # whether there was one
    type: np.dtype
    width: int  # as returned


def sample(student: Student, example: SamplingExample, length: int = LENGTH) -> Sampled:
    """Return what the student's function writes for an example."""
    result = build_model(student, example.parameters).sample(example.features, length)
    (answer,) = returned(result, "captions", dimensions=2)
    return read(answer, len(example.features), length)


def read(answer: Answer, rows: int, length: int) -> Sampled:
    """Return captions as (N, width) integers: narrower ones are allowed, and axes of length 1 may be left out."""
    values = numbers(answer, room=16 * rows * (length + 8) + 65_536, telling=False)
    if values.ndim < 2 and 1 in (rows, length) and values.size % rows == 0:
        note("captions come without their axes of length 1")
        values = values.reshape(rows, -1)
    whole = np.isfinite(values).all() and (values == np.round(values)).all()
    if values.ndim != 2 or len(values) != rows:
        # What columns hold counts up to its end, too: a loop that stops early writes fewer of them.
        columns = whole and values.ndim == 2 and values.shape[1] == rows
        look(answer.name, up_to_end(values.T.astype(np.int64), length).T if columns else values)
        fail("captions have shape {shape}; {asked} is asked", shape=str(values.shape), asked=str((rows, length)))
    if not whole:
        look(answer.name, values)
        fail("captions hold numbers that are not whole")
    words = values.astype(np.int64)
    look(answer.name, up_to_end(words, length))
    starts = words == WORDS["<START>"]
    # Captions of nothing but <START> come from another mistake, such as taking the lowest score.
    shifted = words.shape[1] > 0 and starts[:, 0].all() and not starts.all()
    return Sampled(words[:, 1:] if shifted else words, bool(shifted), values.dtype, values.shape[1])


def up_to_end(words: np.ndarray, length: int) -> np.ndarray:
    """Return captions of ``length`` words or more, with <NULL> behind their first <END>: what follows it is free."""
    kept = padded(words, max(length, words.shape[1]))
    for row in kept:
        row[caption_length(row) :] = WORDS["<NULL>"]
    return kept


def padded(words: np.ndarray, length: int) -> np.ndarray:
    """Return rows of exactly ``length`` words: cut, or filled with <NULL>."""
    room = np.full((len(words), length), WORDS["<NULL>"])
    width = min(length, words.shape[1])
    room[:, :width] = words[:, :width]
    return room


def compare(student: Student, example: SamplingExample, length: int = LENGTH) -> None:
    """Fail where a row differs from the right one up to its first <END>.

    With <START> at the front the last word may be lost by the shift; that is the same mistake, not another.
    """
    sampled = sample(student, example, length)
    compared = length - 1 if sampled.shifted and sampled.width <= length else length
    if sampled.shifted:
        rest_on(Basis.SHIFTED)
    got = padded(sampled.words, length)
    for row, right in enumerate(example.captions):
        count = min(caption_length(right), compared)
        if not np.array_equal(got[row, :count], right[:count]):
            blame(student, example, got, length, row, int(np.argmax(got[row, :count] != right[:count])))


def blame(student: Student, example: SamplingExample, got: np.ndarray, length: int, row: int, place: int) -> None:
    """Fail with what can be said about a wrong caption."""
    if not np.array_equal(padded(sample(student, example, length).words, length), got):
        fail(
            "Two calls for the same pictures wrote different captions.",
            "Take the word with the highest score; nothing is drawn at random.",
            "drawn_at_random",
        )
    likeness = resemblance(got, example.captions)
    if likeness is not None:
        fail(*likeness[:2], pattern=likeness[2])
    fail(
        "caption {row} of {count} is wrong from word {place} on (counted from 0)",
        row=row,
        count=len(got),
        place=place,
    )


def resemblance(got: np.ndarray, captions: np.ndarray) -> tuple[str, str, str] | None:
    """Return what can be said of wrong captions, what to look at, and the pattern's name; None where nothing can."""
    pairs = [(row, right, caption_length(right)) for row, right in zip(got, captions, strict=True)]
    # How far each caption is right, up to its second word.
    begun = [int((row[:2] == right[:2]).cumprod().sum()) for row, right, _ in pairs]
    alike = [np.array_equal(row[:count], right[:count]) for row, right, count in pairs]
    taken = [any(np.array_equal(row[:count], right[:count]) for _, right, count in pairs) for row in got]
    # By the first that holds. Of two captions, what they have in common may be chance.
    found = (
        ((got == got[0]).all(), (SAME_FOR_ALL, WHOSE, "repeated")),
        (alike[0] and not any(alike[1:]), (FIRST_ROW, WHOSE, "first_row_alone")),
        (all(words == 1 for words in begun), (FIRST_WORD, SECOND_STEP, "first_alone")),
        (all(np.array_equal(row[1:count], right[: count - 1]) for row, right, count in pairs), (LATE, OFF, "shifted")),
        (all(np.array_equal(row[: count - 1], right[1:count]) for row, right, count in pairs), (EARLY, OFF, "shifted")),
        (all(taken), (OF_ANOTHER, WHOSE, "misplaced")),
    )
    return next((said for holds, said in found if holds), None) if len(got) >= FEWEST_ROWS else None


def check_first_word(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int = 1) -> None:
    """Check the first word of many captions."""
    example = first_word_example(reference, rng, max_length=LENGTH, gates=gates)
    sampled = sample(student, example)
    if sampled.shifted:
        fail("Every caption begins with <START>.", "<START> is read, not written.", "start_in_output")
    got = padded(sampled.words, LENGTH)
    wrong = np.flatnonzero(got[:, 0] != example.captions[:, 0])
    if wrong.size:
        blame(student, example, got, LENGTH, int(wrong[0]), 0)


def check_captions(
    student: Student, reference: SimpleNamespace, rng: np.random.Generator, *, ends: bool, gates: int = 1
) -> None:
    """Check whole captions, up to their ends if they have any."""
    compare(student, sampling_example(reference, rng, ends=ends, max_length=LENGTH, gates=gates))


def check_rows(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int = 1) -> None:
    """Check captions that are written in another order, and one alone."""
    example = sampling_example(reference, rng, ends=True, max_length=LENGTH, gates=gates)
    order = np.arange(len(example.features))[::-1]
    for rows in (order, order[:1]):
        compare(student, example.only(rows))


def check_max_length(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int = 1) -> None:
    """Check that captions are no longer than asked."""
    example = sampling_example(reference, rng, ends=False, max_length=LENGTH, gates=gates)
    for length in (1, 5):
        sampled = sample(student, example, length)
        if sampled.words.shape[1] > length:
            fail(
                "captions have {count} words; at most max_length = {length} are asked",
                count=sampled.words.shape[1],
                length=length,
            )
        if not sampled.width:
            fail("captions have no words for max_length = {length}", length=length)


def check_integer_type(student: Student, reference: SimpleNamespace, rng: np.random.Generator, gates: int = 1) -> None:
    """Check the type of the words."""
    sampled = sample(student, sampling_example(reference, rng, ends=True, max_length=LENGTH, gates=gates))
    if sampled.type.kind not in "iu":
        hint = "Which type does numpy give to a new array when none is named?"
        fail("captions are of type {type}; an integer type is asked", hint, pattern="type", type=str(sampled.type))
