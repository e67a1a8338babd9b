"""Hidden tests of CaptioningRNN.sample."""

import pytest

from autograder.assignments.lstm_captioning.examples import GATES
from autograder.assignments.rnn_captioning.sampling_checks import (
    check_captions,
    check_first_word,
    check_integer_type,
    check_max_length,
    check_rows,
)

SHAPE = "The result is an array of integers of shape (N, max_length), at most max_length words for each picture."
FIRST = (
    "The first word of the output is the word with the highest score after the first step, which starts from the "
    "hidden state h0 that comes from the picture and from a cell state of zeros."
)
FED_BACK = (
    "Each further word is the word with the highest score after the word before it has been fed back, in a step that "
    "starts from both states of the step before."
)


@pytest.mark.points(2, asks=FIRST)
def test_first_word(student, reference, rng):
    """The first word of each caption is right."""
    check_first_word(student, reference, rng, GATES)


@pytest.mark.points(5, asks=FED_BACK, stays="wrong words after the first fail the tests of single rows as well")
def test_whole_sequence(student, reference, rng):
    """Each caption is right up to and including its first <END>."""
    check_captions(student, reference, rng, ends=True, gates=GATES)


@pytest.mark.points(2, asks="When <END> never comes, all max_length words are words that the model chose.")
def test_without_end(student, reference, rng):
    """All words are right when <END> never comes."""
    check_captions(student, reference, rng, ends=False, gates=GATES)


@pytest.mark.points(
    1,
    asks="Each row depends only on its own picture, whatever the other rows are.",
    stays="code that fails for a single picture, an odd answer that nobody believes in, shows here alone",
)
def test_rows_are_independent(student, reference, rng):
    """A picture gets the same caption alone, and with the others in another order."""
    check_rows(student, reference, rng, GATES)


@pytest.mark.points(
    1,
    asks=SHAPE,
    gate=True,
    stays="a length that is fixed, an odd answer that nobody believes in, shows here alone",
)
def test_max_length(student, reference, rng):
    """No caption is longer than max_length words."""
    check_max_length(student, reference, rng, GATES)


@pytest.mark.points(1, asks=SHAPE, gate=True)
def test_integer_type(student, reference, rng):
    """The words are of an integer type."""
    check_integer_type(student, reference, rng, GATES)
