"""Squares the sum of the differences instead of adding up squares."""

BELIEF = "It makes no difference whether I square first or add first."
HINT = "What does your code say of two points whose differences are 1 and -1? Can points that differ be 0 apart?"
NOTE = "The order of square and sum. Differences of opposite signs cancel; ask for an example of two coordinates."
LOSES = 8


def squared_distances(x, centers):
    return (x[:, None] - centers[None]).sum(axis=2) ** 2
