"""Returns the last state only."""

LOSES = {"rnn_forward": 8.0}


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(cache)
    return state, (x, Wx, Wh, b, caches)
