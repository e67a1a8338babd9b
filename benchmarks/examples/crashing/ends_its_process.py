"""Sampling ends the process that it runs in."""


def sample(self, features, max_length=30):
    import os

    os._exit(1)
