"""Returns the smallest distance instead of the number of the center."""

BELIEF = "The minimum of the row is the nearest center."
HINT = "Is what you return a number of a center, or how far away it is?"
NOTE = "min in place of argmin. Ask what kind of number a label is."
LOSES = 6


def nearest_centers(x, centers):
    return squared_distances(x, centers).min(axis=1)
