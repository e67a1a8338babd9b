"""Averages the vectors of a caption's words."""

BELIEF = "A caption is represented by the mean of its words' vectors."
HINT = "How many vectors come out of your code for a caption of T words, and how many are asked for?"
NOTE = "Common for classifying texts. The recurrent layer reads one vector at each step."
LOSES = 6


def word_embedding_forward(x, W):
    return W[x].mean(axis=1), (x, W.shape)
