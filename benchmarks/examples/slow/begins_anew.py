"""Each caption is begun anew for each of its words."""


def sample(self, features, max_length=30):
    p = self.params
    words = np.full((len(features), 1), self._start)
    for _ in range(max_length):
        h = features @ p["W_proj"] + p["b_proj"]
        for t in range(words.shape[1]):
            h, _ = rnn_step_forward(p["W_embed"][words[:, t]], h, p["Wx"], p["Wh"], p["b"])
        best = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
        words = np.hstack([words, best[:, None]])
    return words[:, 1:]
