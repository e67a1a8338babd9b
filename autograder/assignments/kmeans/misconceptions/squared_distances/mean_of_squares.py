"""Takes the mean over the coordinates instead of the sum."""

BELIEF = "The mean of the squared differences is the squared distance."
HINT = "By what number must your result be multiplied to be right? Where does this number come from?"
NOTE = "np.mean in place of sum, as in a mean squared error. Which center is nearest does not change by it."
LOSES = 8


def squared_distances(x, centers):
    return ((x[:, None] - centers[None]) ** 2).mean(axis=2)
