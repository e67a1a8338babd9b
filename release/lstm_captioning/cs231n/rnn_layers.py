"""The layers over time that are given: the vanilla RNN, the word embedding, scores for every word, and their loss.

The LSTM is what you write in the assignment's notebook.
N is the size of the minibatch, T the number of time steps, V the size of the vocabulary.
"""

import numpy as np


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)) of each element, between 0 and 1.

    The exponential is taken of numbers that are not positive, so it does not overflow.
    """
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def temporal_affine_forward(
    x: np.ndarray, w: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Apply the same affine layer at every time step: out[n, t] = x[n, t] w + b.

    Args:
        x: One vector for each sequence and time step, shape (N, T, D).
        w: Weights, shape (D, M).
        b: Biases, shape (M,).

    Returns:
        The outputs, shape (N, T, M), and a cache for `temporal_affine_backward`.
    """
    N, T, D = x.shape
    # For this layer a time step is just one more row of the minibatch; one big product is faster than T small ones.
    out = (x.reshape(N * T, D) @ w).reshape(N, T, w.shape[1]) + b
    return out, (x, w, b)


def temporal_affine_backward(
    dout: np.ndarray, cache: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Turn the gradient of the outputs into those of the input, the weights and the biases.

    All time steps share w and b, so their gradients add up over the minibatch and over time.

    Args:
        dout: Upstream gradient, shape (N, T, M).
        cache: From `temporal_affine_forward`.

    Returns:
        dx (N, T, D), dw (D, M) and db (M,).
    """
    x, w, _ = cache
    N, T, D = x.shape
    dout_rows = dout.reshape(N * T, w.shape[1])
    dx = (dout_rows @ w.T).reshape(N, T, D)
    dw = x.reshape(N * T, D).T @ dout_rows
    return dx, dw, dout_rows.sum(axis=0)


def temporal_softmax_loss(
    x: np.ndarray, y: np.ndarray, mask: np.ndarray, verbose: bool = False
) -> tuple[np.floating, np.ndarray]:
    """Compute the cross-entropy of the right words, added up over time and averaged over the minibatch.

    Captions have different lengths, so short ones are filled up with <NULL>. What a model would say there does
    not matter: `mask` is False at those places, and they count neither in the loss nor in its gradient.

    The largest score is subtracted first. That changes no probability (numerator and denominator shrink by
    the same factor) and keeps exp from overflowing (Goodfellow et al., Deep Learning, 2016, section 4.1).

    Args:
        x: Score of each word, shape (N, T, V).
        y: Index of the right word, integers in [0, V), shape (N, T).
        mask: Whether each place counts, booleans, shape (N, T).
        verbose: Print the shape of the gradient.

    Returns:
        The loss, one number, and its gradient dx, shape (N, T, V), both with the dtype of `x`.
    """
    N, T, V = x.shape
    scores, right_word, counts = x.reshape(N * T, V), y.reshape(N * T), mask.reshape(N * T).astype(x.dtype)
    rows = np.arange(N * T)

    shifted = scores - scores.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -np.sum(counts * log_probs[rows, right_word]) / x.dtype.type(N)

    # The gradient of softmax and cross-entropy together is short: probability minus 1 at the right word.
    dscores = np.exp(log_probs)
    dscores[rows, right_word] -= 1
    dscores *= counts[:, None] / N
    if verbose:
        print("dx:", (N, T, V))
    return loss, dscores.reshape(N, T, V)


def rnn_step_forward(
    x: np.ndarray, prev_h: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    """Make one step of a vanilla RNN with the tanh activation.

    Args:
        x: input of this step, shape (N, D).
        prev_h: state before this step, shape (N, H).
        Wx: weights from input to state, shape (D, H).
        Wh: weights from state to state, shape (H, H).
        b: bias, shape (H,).

    Returns:
        next_h: state after this step, shape (N, H).
        cache: whatever rnn_step_backward needs.
    """
    # prev_h Wh + x Wx is one product: the rows [prev_h, x] times the matrix with Wh above Wx.
    both = np.concatenate([prev_h, x], axis=1) @ np.concatenate([Wh, Wx])
    next_h = np.tanh(both + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(
    dnext_h: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Compute the gradients of one step of a vanilla RNN.

    Args:
        dnext_h: gradient of the loss with respect to the state after the step, shape (N, H).
        cache: what rnn_step_forward returned as its cache.

    Returns:
        dx: gradient with respect to the input, shape (N, D).
        dprev_h: gradient with respect to the state before the step, shape (N, H).
        dWx: gradient with respect to Wx, shape (D, H).
        dWh: gradient with respect to Wh, shape (H, H).
        db: gradient with respect to the bias, shape (H,).
    """
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    """Run a vanilla RNN over a whole sequence.

    Args:
        x: inputs of all steps, shape (N, T, D).
        h0: state before the first step, shape (N, H).
        Wx: weights from input to state, shape (D, H).
        Wh: weights from state to state, shape (H, H).
        b: bias, shape (H,).

    Returns:
        h: states after each of the T steps, shape (N, T, H).
        cache: whatever rnn_backward needs.
    """
    states, step_caches = [], []
    state = h0
    for t in range(x.shape[1]):
        state, step_cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        step_caches.append(step_cache)
    return np.stack(states, axis=1), (x, Wx, Wh, b, step_caches)


def rnn_backward(dh: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Compute the gradients of a vanilla RNN over a whole sequence.

    Args:
        dh: gradients of the loss with respect to the states, as far as they come from outside,
            shape (N, T, H).
        cache: what rnn_forward returned as its cache.

    Returns:
        dx: gradient with respect to the inputs, shape (N, T, D).
        dh0: gradient with respect to the state before the first step, shape (N, H).
        dWx: gradient with respect to Wx, shape (D, H).
        dWh: gradient with respect to Wh, shape (H, H).
        db: gradient with respect to the bias, shape (H,).
    """
    x, Wx, Wh, b, step_caches = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dstate = np.zeros_like(dh[:, 0])  # no step comes after the last
    for t in reversed(range(len(step_caches))):
        dx[:, t], dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, step_caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db


def word_embedding_forward(x: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, tuple]:
    """Look up the vector of each word.

    Args:
        x: numbers of words, each from 0 to V - 1, integers, shape (N, T).
        W: one vector for each word of the vocabulary, shape (V, D).

    Returns:
        out: the vectors of the words, shape (N, T, D).
        cache: whatever word_embedding_backward needs.
    """
    return W[x], (x, W.shape)


def word_embedding_backward(dout: np.ndarray, cache: tuple) -> np.ndarray:
    """Compute the gradient of the word embedding with respect to its vectors.

    Args:
        dout: gradient of the loss with respect to the vectors that were looked up, shape (N, T, D).
        cache: what word_embedding_forward returned as its cache.

    Returns:
        dW: gradient with respect to the vectors of all words, shape (V, D).
    """
    x, shape = cache
    dW = np.zeros(shape, dtype=dout.dtype)
    np.add.at(dW, x, dout)
    return dW
