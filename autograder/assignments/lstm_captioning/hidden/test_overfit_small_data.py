"""Hidden tests of training: ten Adam steps with the student's loss."""

import pytest

from autograder.assignments.lstm_captioning.examples import GATES
from autograder.assignments.rnn_captioning.training_checks import check_losses, check_parameters

FALLS = (
    "ten Adam steps from fixed parameters are made, and the losses and the parameters after them are compared with the "
    "reference's."
)


@pytest.mark.points(
    4, asks=FALLS, stays="is run only when captioning_loss is right, so that all known mistakes end there"
)
def test_losses(student, reference, rng):
    """The losses of ten Adam steps are the right ones."""
    check_losses(student, reference, rng, GATES)


@pytest.mark.points(
    2, asks=FALLS, stays="is run only when captioning_loss is right, so that all known mistakes end there"
)
def test_parameters(student, reference, rng):
    """The parameters after ten Adam steps are the right ones."""
    check_parameters(student, reference, rng, GATES)
