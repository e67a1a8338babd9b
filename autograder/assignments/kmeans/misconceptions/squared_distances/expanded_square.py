"""Uses the expanded square, which loses all digits far from zero."""

BELIEF = "The expanded formula is the same, so it gives the same numbers."
HINT = (
    "How large are the three terms of your formula for points a million away from zero, and how small is what is "
    "left of them?"
)
NOTE = (
    "Cancellation: terms of 1e12 that differ by 1. Ask how many digits a float64 has. Moving the points' mean to "
    "zero first mends it."
)
LOSES = 2


def squared_distances(x, centers):
    return (x**2).sum(axis=1)[:, None] - 2 * x @ centers.T + (centers**2).sum(axis=1)
