"""Every product is an einsum; the sequence's weights get their gradients at once, from whole arrays."""

import numpy as np

from cs231n.rnn_layers import temporal_softmax_loss


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.einsum("nd,dh->nh", x, Wx) + np.einsum("ng,gh->nh", prev_h, Wh) + b[None])
    return next_h, np.array([x, prev_h, Wx, Wh, next_h], dtype=object)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = np.einsum("nh,nh->nh", dnext_h, 1 - next_h * next_h)
    return (
        np.einsum("nh,dh->nd", da, Wx),
        np.einsum("nh,gh->ng", da, Wh),
        np.einsum("nd,nh->dh", x, da),
        np.einsum("ng,nh->gh", prev_h, da),
        np.einsum("nh->h", da),
    )


def rnn_forward(x, h0, Wx, Wh, b):
    from_input = np.einsum("ntd,dh->nth", x, Wx) + b
    h = np.empty((x.shape[0], x.shape[1] + 1, h0.shape[1]), dtype=x.dtype)
    h[:, 0] = h0
    for t in range(x.shape[1]):
        h[:, t + 1] = np.tanh(from_input[:, t] + np.einsum("ng,gh->nh", h[:, t], Wh))
    return h[:, 1:], (x, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    da = np.zeros_like(dh)
    back = np.zeros_like(h[:, 0])
    for t in range(dh.shape[1])[::-1]:
        da[:, t] = (dh[:, t] + back) * (1 - h[:, t + 1] ** 2)
        back = np.einsum("nh,gh->ng", da[:, t], Wh)
    return (
        np.einsum("nth,dh->ntd", da, Wx),
        back,
        np.einsum("ntd,nth->dh", x, da),
        np.einsum("ntg,nth->gh", h[:, :-1], da),
        np.einsum("nth->h", da),
    )


def word_embedding_forward(x, W):
    one_hot = np.equal.outer(x, np.arange(len(W))).astype(W.dtype)
    return np.einsum("ntv,vd->ntd", one_hot, W), one_hot


def word_embedding_backward(dout, cache):
    return np.einsum("ntv,ntd->vd", cache, dout)


def loss(self, features, captions):
    p = self.params
    h0 = np.einsum("nd,dh->nh", features, p["W_proj"]) + p["b_proj"]
    words, one_hot = word_embedding_forward(captions[:, :-1], p["W_embed"])
    h, cache = rnn_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores = np.einsum("nth,hv->ntv", h, p["W_vocab"]) + p["b_vocab"]
    value, dscores = temporal_softmax_loss(scores, captions[:, 1:], captions[:, 1:] != self._null)
    dwords, dh0, dWx, dWh, db = rnn_backward(np.einsum("ntv,hv->nth", dscores, p["W_vocab"]), cache)
    grads = {
        "W_embed": word_embedding_backward(dwords, one_hot),
        "W_proj": np.einsum("nd,nh->dh", features, dh0),
        "b_proj": np.einsum("nh->h", dh0),
        "W_vocab": np.einsum("nth,ntv->hv", h, dscores),
        "b_vocab": np.einsum("ntv->v", dscores),
    }
    return value, {**grads, "Wx": dWx, "Wh": dWh, "b": db}


def sample(self, features, max_length=30):
    p = self.params
    h = np.einsum("nd,dh->nh", features, p["W_proj"]) + p["b_proj"]
    words = np.full((len(features), max_length + 1), self._start, dtype=np.uint16)
    for t in range(max_length):
        h, _ = rnn_step_forward(p["W_embed"][words[:, t]], h, p["Wx"], p["Wh"], p["b"])
        words[:, t + 1] = np.argmax(np.einsum("nh,hv->nv", h, p["W_vocab"]) + p["b_vocab"], axis=-1)
    return words[:, 1:]
