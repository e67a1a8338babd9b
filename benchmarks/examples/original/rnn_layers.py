from __future__ import print_function, division
from builtins import range
import numpy as np

"""
The layers of the assignment in the manner of the original course's files: its imports, its banners, an LSTM that this
assignment does not ask for, and prints.
"""


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h, cache = None, None
    ##############################################################################
    # One step of the recurrence, with tanh.                                     #
    ##############################################################################
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    ##############################################################################
    #                               END OF YOUR CODE                             #
    ##############################################################################
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    dx, dprev_h, dWx, dWh, db = None, None, None, None, None
    ##############################################################################
    # The gradient of tanh, then those of its argument.                          #
    ##############################################################################
    x, prev_h, Wx, Wh, next_h = cache
    darg = dnext_h * (1 - np.square(next_h))
    dx = np.dot(darg, Wx.T)
    dprev_h = np.dot(darg, Wh.T)
    dWx = np.dot(x.T, darg)
    dWh = np.dot(prev_h.T, darg)
    db = darg.sum(axis=0)
    ##############################################################################
    #                               END OF YOUR CODE                             #
    ##############################################################################
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = None, None
    ##############################################################################
    # All steps, one after the other.                                            #
    ##############################################################################
    N, T, D = x.shape
    H = b.shape[0]
    h = np.zeros((N, T, H))
    cache = []
    state = h0
    for t in range(T):
        state, step_cache = rnn_step_forward(x[:, t, :], state, Wx, Wh, b)
        h[:, t, :] = state
        cache.append(step_cache)
    ##############################################################################
    #                               END OF YOUR CODE                             #
    ##############################################################################
    return h, cache


def rnn_backward(dh, cache):
    dx, dh0, dWx, dWh, db = None, None, None, None, None
    ##############################################################################
    # Back through all steps; the weights are shared, so their gradients add up. #
    ##############################################################################
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros(H)
    dstate = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t, :], dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t, :] + dstate, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dstate
    ##############################################################################
    #                               END OF YOUR CODE                             #
    ##############################################################################
    return dx, dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    out, cache = None, None
    out = W[x]
    cache = (x, W.shape)
    return out, cache


def word_embedding_backward(dout, cache):
    dW = None
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW


def sigmoid(x):
    positive = x >= 0
    z = np.exp(-np.abs(x))
    return np.where(positive, 1 / (1 + z), z / (1 + z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    next_h, next_c, cache = None, None, None
    ##############################################################################
    # Four gates side by side.                                                   #
    ##############################################################################
    H = prev_h.shape[1]
    a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2 * H]), sigmoid(a[:, 2 * H:3 * H])
    g = np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    ##############################################################################
    #                               END OF YOUR CODE                             #
    ##############################################################################
    return next_h, next_c, cache


def lstm_forward(x, h0, Wx, Wh, b):
    h, cache = None, None
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    state, memory = h0, np.zeros_like(h0)
    for t in range(T):
        state, memory, step_cache = lstm_step_forward(x[:, t, :], state, memory, Wx, Wh, b)
        h[:, t, :] = state
        cache.append(step_cache)
    return h, cache


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
    cache = x, w, b, out
    return out, cache


def temporal_affine_backward(dout, cache):
    x, w, b, out = cache
    N, T, D = x.shape
    M = b.shape[0]
    dx = dout.reshape(N * T, M).dot(w.T).reshape(N, T, D)
    dw = dout.reshape(N * T, M).T.dot(x.reshape(N * T, D)).T
    db = dout.sum(axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    scores, words, weights = x.reshape(N * T, V), y.reshape(N * T), mask.reshape(N * T)
    probs = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs /= probs.sum(axis=1, keepdims=True)
    loss = -np.sum(weights * np.log(probs[np.arange(N * T), words])) / N
    dscores = probs.copy()
    dscores[np.arange(N * T), words] -= 1
    dscores /= N
    dscores *= weights[:, None]
    if verbose:
        print("dscores: ", dscores.shape)
    return loss, dscores.reshape(N, T, V)


if __name__ == "__main__":
    print("layers of recurrent networks")
