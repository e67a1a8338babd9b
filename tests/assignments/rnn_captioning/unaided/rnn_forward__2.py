"""The given h0 is ignored: the first step starts from a state of zeros."""
import numpy as np


def rnn_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, tuple]:
    N, T, D = x.shape
    _, H = h0.shape
    caches = {}
    h = np.zeros((N, T, H))
    prev_h = np.zeros_like(h0)  # no state at the beginning
    for t in range(T):
        prev_h, caches[t] = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
    return h, (caches, x.shape)
