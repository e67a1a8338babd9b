"""The fully connected (affine) layer: the building block that the temporal layers reuse."""

import numpy as np

AffineCache = tuple[np.ndarray, np.ndarray, np.ndarray]


def affine_forward(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, AffineCache]:
    """Compute x w + b for a minibatch, each input flattened into a row first.

    Args:
        x: Inputs, shape (N, d_1, ..., d_k).
        w: Weights, shape (D, M), where D = d_1 * ... * d_k.
        b: Biases, shape (M,).

    Returns:
        The outputs, shape (N, M), and a cache for `affine_backward`.
    """
    return _rows(x) @ w + b, (x, w, b)


def affine_backward(dout: np.ndarray, cache: AffineCache) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Turn the gradient of the outputs into those of the input, the weights and the biases.

    Every row of the minibatch uses the same w and b, so their gradients are sums over the rows: the matrix
    product does it for w, `sum` for b.

    Args:
        dout: Upstream gradient, shape (N, M).
        cache: From `affine_forward`.

    Returns:
        dx (N, d_1, ..., d_k), dw (D, M) and db (M,).
    """
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), _rows(x).T @ dout, dout.sum(axis=0)


def _rows(x: np.ndarray) -> np.ndarray:
    # The width is computed: reshape(N, -1) cannot guess it when N is 0.
    return x.reshape(x.shape[0], int(np.prod(x.shape[1:])))
