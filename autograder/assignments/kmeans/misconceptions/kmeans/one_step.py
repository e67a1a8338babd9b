"""Ends after the first step."""

BELIEF = "Moving the centers once is all of it, or one label that stays the same is the end."
HINT = (
    "Do the labels of the moved centers differ from those before? Must all of them stay the same for the end, or one?"
)
NOTE = (
    "The loop is missing, or any stands in place of all: some label nearly always stays. Ask for the text above: "
    "when is the end?"
)
LOSES = 10


def kmeans(x, centers, max_steps=100):
    centers = move_centers(x, nearest_centers(x, centers), centers)
    return centers, nearest_centers(x, centers), 1
