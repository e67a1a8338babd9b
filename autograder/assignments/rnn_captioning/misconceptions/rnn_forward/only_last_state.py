"""Returns the last state only."""

BELIEF = "The last state sums up the sequence, so it is what the layer returns."
HINT = "The model predicts a word at every step. From which states would it do so with your result?"
NOTE = (
    "Right for classifying a whole sequence, wrong where each step has an output. Ask what the scores are computed "
    "from in captioning."
)
LOSES = 8


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return state, (x, Wx, Wh, b, caches)
