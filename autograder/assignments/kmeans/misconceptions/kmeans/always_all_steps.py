"""Makes max_steps steps, also when nothing changes any more."""

BELIEF = "Further steps change nothing, so they do no harm."
HINT = "How many steps does your code make when the centers that are given are right already?"
NOTE = "The test for the end is missing. Centers and labels are right; the number of steps is not."
LOSES = 2


def kmeans(x, centers, max_steps=100):
    labels = nearest_centers(x, centers)
    for _ in range(max_steps):
        centers = move_centers(x, labels, centers)
        labels = nearest_centers(x, centers)
    return centers, labels, max_steps
