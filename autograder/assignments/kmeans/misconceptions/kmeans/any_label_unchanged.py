"""Ends as soon as any label stays the same."""

BELIEF = "When labels stay the same, it is the end."
HINT = "Must all labels stay the same, or is one enough? What does your comparison ask?"
NOTE = "any in place of all. Some label nearly always stays, so it ends after the first step."
LOSES = 5


def kmeans(x, centers, max_steps=100):
    labels = nearest_centers(x, centers)
    for steps in range(1, max_steps + 1):
        centers = move_centers(x, labels, centers)
        before, labels = labels, nearest_centers(x, centers)
        if (before == labels).any():
            break
    return centers, labels, steps
