"""Puts a center without points at zero."""

import numpy as np

BELIEF = "The sum of no points is zero, so that is where the center goes."
HINT = "Where was a center without points before, and where is it in your result?"
NOTE = "An array of zeros that only centers with points are written into. Ask what the docstring says of the others."
LOSES = 2.5


def move_centers(x, labels, centers):
    moved = np.zeros(centers.shape)
    for k in range(len(centers)):
        if (labels == k).any():
            moved[k] = x[labels == k].mean(axis=0)
    return moved
