"""Sampling waits for <END> without feeding the words back, so it never ends."""


def sample(self, features, max_length=30):
    p = self.params
    words = []
    h = features @ p["W_proj"] + p["b_proj"]
    word = np.full(len(features), self._start)
    while self._end not in words:
        h, _ = rnn_step_forward(p["W_embed"][word], h, p["Wx"], p["Wh"], p["b"])
    return np.array(words)
