import numpy as np


class CaptioningRNN:
    """A model that computes all by itself, and calls no function of the other file."""

    def states(self, features, words):
        p = self.params
        h = [features @ p["W_proj"] + p["b_proj"]]
        for t in range(words.shape[1]):
            h.append(np.tanh(p["W_embed"][words[:, t]] @ p["Wx"] + h[-1] @ p["Wh"] + p["b"]))
        return h

    def loss(self, features, captions):
        p, read, asked = self.params, captions[:, :-1], captions[:, 1:]
        h = self.states(features, read)
        grads = {name: np.zeros_like(values) for name, values in p.items()}
        loss, dh, N = 0.0, np.zeros_like(h[0]), len(features)
        for t in reversed(range(read.shape[1])):
            scores = h[t + 1] @ p["W_vocab"] + p["b_vocab"]
            probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
            probabilities /= probabilities.sum(axis=1, keepdims=True)
            counts = asked[:, t] != self._null
            loss -= np.log(probabilities[np.arange(N), asked[:, t]])[counts].sum() / N
            probabilities[np.arange(N), asked[:, t]] -= 1
            dscores = probabilities * counts[:, None] / N
            grads["W_vocab"] += h[t + 1].T @ dscores
            grads["b_vocab"] += dscores.sum(axis=0)
            da = (dh + dscores @ p["W_vocab"].T) * (1 - h[t + 1] ** 2)
            grads["Wx"] += p["W_embed"][read[:, t]].T @ da
            grads["Wh"] += h[t].T @ da
            grads["b"] += da.sum(axis=0)
            np.add.at(grads["W_embed"], read[:, t], da @ p["Wx"].T)
            dh = da @ p["Wh"].T
        grads["W_proj"], grads["b_proj"] = features.T @ dh, dh.sum(axis=0)
        return loss, grads

    def sample(self, features, max_length=30):
        p, words = self.params, np.full((len(features), 1), self._start)
        for _ in range(max_length):
            scores = self.states(features, words)[-1] @ p["W_vocab"] + p["b_vocab"]
            words = np.append(words, scores.argmax(axis=1)[:, None], axis=1)
        return words[:, 1:]
