"""Counts the centers from 1."""

import numpy as np

BELIEF = "The first center is number 1."
HINT = "Which label have the points whose nearest center is centers[0]?"
NOTE = "Perhaps from Matlab or R. Ask what centers[label] is for the last center."
LOSES = 6


def nearest_centers(x, centers):
    return np.argmin(squared_distances(x, centers), axis=1) + 1
