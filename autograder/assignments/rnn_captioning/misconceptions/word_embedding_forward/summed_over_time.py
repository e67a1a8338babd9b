"""Adds up the vectors of all words of a caption."""

BELIEF = "The embedding of a caption is the sum of the vectors of its words."
HINT = "Exchange two words of a caption. Your result stays the same; should it?"
NOTE = "A bag of words. The recurrent layer needs one vector at each step, in order."
LOSES = 6


def word_embedding_forward(x, W):
    return W[x].sum(axis=1), (x, W.shape)
