"""Keeps the type of the centers, so that means are cut to integers."""

BELIEF = "A copy of the centers is the right place for the means."
HINT = (
    "What becomes of 2.5 when it is put into an array of integers? Of what type is your result when the centers "
    "are integers?"
)
NOTE = (
    "centers.copy() or zeros_like of an array of integers. It goes unseen until somebody writes np.array([[0, 0], "
    "[3, 0]])."
)
LOSES = 1


def move_centers(x, labels, centers):
    moved = centers.copy()
    for k in range(len(centers)):
        if (labels == k).any():
            moved[k] = x[labels == k].mean(axis=0)
    return moved
