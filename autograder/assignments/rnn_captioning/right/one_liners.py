"""Every function is one expression: lambdas in lambdas, and accumulate in place of loops."""

from itertools import accumulate

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss

with_cache = lambda out, *kept: (out, (*kept, out))
rnn_step_forward = lambda x, prev_h, Wx, Wh, b: with_cache(np.tanh(b + prev_h @ Wh + x @ Wx), x, prev_h, Wx, Wh)
rnn_step_backward = lambda dnext_h, cache: gradients(dnext_h - dnext_h * cache[-1] ** 2, *cache[:-1])
gradients = lambda da, x, h, Wx, Wh: (da.dot(Wx.T), da.dot(Wh.T), x.T.dot(da), h.T.dot(da), da.sum(0))

scan = lambda step, turns, first: list(accumulate(turns, step, initial=first))[1:]
rnn_forward = lambda x, h0, *weights: collected(
    scan(lambda last, x_t: rnn_step_forward(x_t, last[0], *weights), x.swapaxes(0, 1), (h0,))
)
collected = lambda steps: (np.stack([h for h, _ in steps], axis=1), [cache for _, cache in steps])
rnn_backward = lambda dh, cache: joined(
    scan(lambda later, t: rnn_step_backward(dh[:, t] + later[1], cache[t]), range(len(cache))[::-1], (0, 0))
)
joined = lambda steps: (
    np.stack([step[0] for step in steps[::-1]], axis=1),
    steps[-1][1],
    *(sum(step[place] for step in steps) for place in (2, 3, 4)),
)

word_embedding_forward = lambda x, W: (W[x], (x.reshape(-1, 1) == np.arange(W.shape[0])))
word_embedding_backward = lambda dout, cache: cache.T @ dout.reshape(len(cache), -1)

loss = lambda self, features, captions: (
    (p := self.params),
    (first := affine_forward(features, p["W_proj"], p["b_proj"])),
    (words := word_embedding_forward(captions[:, :-1], p["W_embed"])),
    (states := rnn_forward(words[0], first[0], p["Wx"], p["Wh"], p["b"])),
    (scores := temporal_affine_forward(states[0], p["W_vocab"], p["b_vocab"])),
    (value := temporal_softmax_loss(scores[0], captions[:, 1:], captions[:, 1:] != self._null)),
    (upper := temporal_affine_backward(value[1], scores[1])),
    (middle := rnn_backward(upper[0], states[1])),
    (lower := affine_backward(middle[1], first[1])),
    (
        value[0],
        dict(zip(("W_vocab", "b_vocab"), upper[1:], strict=True))
        | dict(zip(("Wx", "Wh", "b"), middle[2:], strict=True))
        | dict(zip(("W_proj", "b_proj"), lower[1:], strict=True))
        | {"W_embed": word_embedding_backward(middle[0], words[1])},
    ),
)[-1]

written = lambda p, h: (h, (h @ p["W_vocab"] + p["b_vocab"]).argmax(axis=-1))
sample = lambda self, features, max_length=30: (
    (p := self.params),
    (begin := (features @ p["W_proj"] + p["b_proj"], np.repeat(self._start, len(features)))),
    (turn := lambda last, _: written(p, rnn_step_forward(p["W_embed"][last[1]], last[0], p["Wx"], p["Wh"], p["b"])[0])),
    np.column_stack([word for _, word in scan(turn, range(max_length), begin)]),
)[-1]
