"""Takes the mean of each row instead of each column."""

BELIEF = "Axis 1 are the columns, so this is the mean of each column."
HINT = "How many numbers do you return: one for each row, or one for each column? Which axis is gone from the shape?"
NOTE = "The axis that is named is the one that is summed over. Ask for the shape of the result."
LOSES = 4


def column_means(x):
    return x.mean(axis=1)
