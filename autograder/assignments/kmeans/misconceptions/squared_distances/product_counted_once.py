"""Leaves the 2 out in front of the product of the expanded square."""

BELIEF = "The square of a difference is the squares less the product."
HINT = "What is (a - b) squared, written out? Try your formula with a point that is a center."
NOTE = "A slip of algebra. The distance of a point to itself is then not 0: ask for it."
LOSES = 8


def squared_distances(x, centers):
    return (x**2).sum(axis=1)[:, None] - x @ centers.T + (centers**2).sum(axis=1)
