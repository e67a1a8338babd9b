"""The captions begin with <START>."""


def sample(self, features, max_length=30):
    p = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h = features @ p["W_proj"] + p["b_proj"]
    captions[:, 0] = self._start
    for t in range(1, max_length):
        h, _ = rnn_step_forward(p["W_embed"][captions[:, t - 1]], h, p["Wx"], p["Wh"], p["b"])
        captions[:, t] = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
    return captions
