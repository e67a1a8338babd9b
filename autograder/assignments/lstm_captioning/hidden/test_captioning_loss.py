"""Hidden tests of CaptioningRNN.loss."""

import pytest

from autograder.assignments.lstm_captioning.examples import GATES
from autograder.assignments.rnn_captioning.examples import PARAMETERS
from autograder.assignments.rnn_captioning.loss_checks import (
    check_gradient,
    check_nothing_but_null,
    check_parameters_unchanged,
    check_values,
    check_worked_example,
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


@pytest.mark.points(
    2,
    asks=VALUE,
    worked_example=True,
)
def test_reference_value(student, reference, rng):
    """The loss of the worked example in the notebook is right."""
    check_worked_example(student, reference, rng, 8.223588078, ((-0.9, 1.1), (-1.1, 0.7)), GATES)


@pytest.mark.points(
    2, asks=WORDS_READ, stays="captions of all lengths, which the worked example lacks; wrong code fails there as well"
)
def test_value(student, reference, rng):
    """The loss is right for captions of all lengths."""
    check_values(student, reference, rng, GATES)


@pytest.mark.points(1, asks=GRADIENTS)
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_gradient(student, reference, rng, parameter):
    """The gradient of {parameter} is right."""
    check_gradient(student, reference, rng, parameter, GATES)


@pytest.mark.points(1, asks="The parameters in self.params must not be changed.", gate=True)
def test_parameters_unchanged(student, rng):
    """The parameters are as before after the loss was computed."""
    check_parameters_unchanged(student, rng, GATES)


@pytest.mark.points(
    1,
    asks="A batch whose targets are all <NULL> has the loss 0 and gradients that are zero.",
    gate=True,
    stays="a loss averaged over words divides by zero here; it fails the tests of values as well",
)
def test_nothing_but_null(student, rng):
    """A batch whose targets are all <NULL> has the loss 0 and zero gradients."""
    check_nothing_but_null(student, rng, GATES)
