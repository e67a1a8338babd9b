"""Makes a single step."""

BELIEF = "Moving the centers once is all of it."
HINT = "Do the labels of the moved centers differ from those before? What would a second step do?"
NOTE = "The loop is missing. Ask for the text above the function: when is the end?"
LOSES = 5


def kmeans(x, centers, max_steps=100):
    centers = move_centers(x, nearest_centers(x, centers), centers)
    return centers, nearest_centers(x, centers), 1
