"""The data that hand-ins are run on: those of the first assignment."""

from autograder.assignments.rnn_captioning.data import prepare

__all__ = ["prepare"]
