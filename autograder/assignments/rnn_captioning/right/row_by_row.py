"""One example at a time, one number at a time where it can; a single caption comes without its first axis."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N, H = prev_h.shape
    next_h = np.zeros((N, H))
    for n in range(N):
        for j in range(H):
            next_h[n, j] = np.tanh(np.sum(x[n] * Wx[:, j]) + np.sum(prev_h[n] * Wh[:, j]) + b[j])
    return next_h, [x, prev_h, Wx, Wh, b]


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b = cache
    next_h, _ = rnn_step_forward(x, prev_h, Wx, Wh, b)
    dx, dprev_h, dWx, dWh, db = (np.zeros(value.shape) for value in cache)
    for n in range(len(x)):
        for j in range(len(b)):
            da = dnext_h[n, j] * (1 - next_h[n, j] ** 2)
            dx[n] += da * Wx[:, j]
            dprev_h[n] += da * Wh[:, j]
            dWx[:, j] += da * x[n]
            dWh[:, j] += da * prev_h[n]
            db[j] += da
    return [dx, dprev_h, dWx, dWh, db]


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    for n in range(len(x)):
        state = h0[n : n + 1]
        for t in range(x.shape[1]):
            state, _ = rnn_step_forward(x[n : n + 1, t], state, Wx, Wh, b)
            h[n, t] = state[0]
    return h, (x, h0, Wx, Wh, b, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, b, h = cache
    dx, dh0, dWx, dWh, db = (np.zeros(value.shape) for value in cache[:5])
    for n in range(len(x)):
        for t in range(x.shape[1] - 1, -1, -1):
            before = h[n : n + 1, t - 1] if t > 0 else h0[n : n + 1]
            step = rnn_step_backward(dh[n : n + 1, t] + dh0[n], [x[n : n + 1, t], before, Wx, Wh, b])
            dx[n, t], dh0[n] = step[0][0], step[1][0]
            dWx, dWh, db = dWx + step[2], dWh + step[3], db + step[4]
    return [dx, dh0, dWx, dWh, db]


def word_embedding_forward(x, W):
    out = np.zeros((*x.shape, W.shape[1]))
    for place in np.ndindex(x.shape):
        out[place] = W[x[place]]
    return out, (x, W.shape[0])


def word_embedding_backward(dout, cache):
    x, V = cache
    dW = np.zeros((V, dout.shape[-1]))
    for place in np.ndindex(x.shape):
        dW[x[place]] += dout[place]
    return list(dW)


def loss(self, features, captions):
    total, totals = 0.0, {name: np.zeros(values.shape) for name, values in self.params.items()}
    p, N = self.params, len(features)
    for n in range(N):
        read, target = captions[n : n + 1, :-1], captions[n : n + 1, 1:]
        h0, projected = affine_forward(features[n : n + 1], p["W_proj"], p["b_proj"])
        words, embedded = word_embedding_forward(read, p["W_embed"])
        h, recurrent = rnn_forward(words, h0, p["Wx"], p["Wh"], p["b"])
        scores, scored = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
        value, dscores = temporal_softmax_loss(scores, target, target != self._null)
        dh, dW_vocab, db_vocab = temporal_affine_backward(dscores, scored)
        dwords, dh0, dWx, dWh, db = rnn_backward(dh, recurrent)
        _, dW_proj, db_proj = affine_backward(dh0, projected)
        dW_embed = np.array(word_embedding_backward(dwords, embedded))
        total += value / N
        for name, gradient in zip(
            ["W_vocab", "b_vocab", "Wx", "Wh", "b", "W_proj", "b_proj", "W_embed"],
            [dW_vocab, db_vocab, dWx, dWh, db, dW_proj, db_proj, dW_embed],
            strict=True,
        ):
            totals[name] += gradient / N
    return [float(total), totals]


def sample(self, features, max_length=30):
    p = self.params
    captions = np.full((len(features), max_length), self._null)
    for n in range(len(features)):
        state, word = (features[n] @ p["W_proj"] + p["b_proj"])[None], self._start
        for t in range(max_length):
            state, _ = rnn_step_forward(p["W_embed"][word][None], state, p["Wx"], p["Wh"], p["b"])
            word = int(np.argmax(state[0] @ p["W_vocab"] + p["b_vocab"]))
            captions[n, t] = word
            if word == self._end:
                break
    return captions.squeeze()
