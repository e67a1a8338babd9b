"""Two mistakes: each word is drawn at random from the softmax probabilities, where the word with the highest score must be taken; and the captions are held in an array of floats (np.zeros without an integer type), not of integers."""
import numpy as np
from cs231n.layers import affine_forward


def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sample(self, features, max_length=30):
    N = features.shape[0]
    V = self.params["W_vocab"].shape[1]
    captions = np.zeros((N, max_length))
    h, _ = affine_forward(features, self.params["W_proj"], self.params["b_proj"])
    current = np.array([self._start] * N)
    for t in range(max_length):
        h, _ = rnn_step_forward(
            self.params["W_embed"][current], h, self.params["Wx"], self.params["Wh"], self.params["b"]
        )
        scores, _ = affine_forward(h, self.params["W_vocab"], self.params["b_vocab"])
        probs = softmax(scores.astype(np.float64))
        current = np.array([np.random.choice(V, p=probs[n]) for n in range(N)])
        captions[:, t] = current
    return captions
