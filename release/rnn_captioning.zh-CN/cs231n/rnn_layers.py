"""The layers over time that are given: scores for every word at every step, and their softmax loss.

The recurrent layers and the word embedding are what you write in the assignment's notebook.
N is the size of the minibatch, T the number of time steps, V the size of the vocabulary.
"""

import numpy as np


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
