"""Update rules: how a parameter moves, given its gradient.

Each rule is called once for each parameter and iteration, as `next_w, next_config = rule(w, dw, config)`.
`config` holds the settings, and whatever the rule has to remember until the next call. Neither `w` nor
`config` is changed, and everything returned has the dtype of `w`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Config = dict[str, Any]
UpdateRule = Callable[[np.ndarray, np.ndarray, Config | None], tuple[np.ndarray, Config]]


def sgd(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Stochastic gradient descent: a step straight downhill.

    Args:
        w: The parameter, any shape.
        dw: Its gradient, same shape.
        config: `learning_rate` (1e-2).

    Returns:
        The moved parameter, and the configuration for the next call.
    """
    config = {"learning_rate": 1e-2, **(config or {})}
    return _like(w, w - config["learning_rate"] * dw), config


def sgd_momentum(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Gradient descent with a velocity, so that steps in a steady direction grow and zigzags cancel.

    Source: Sutskever et al., On the importance of initialization and momentum in deep learning, ICML 2013,
    equations 1 and 2.

    Args:
        w: The parameter, any shape.
        dw: Its gradient, same shape.
        config: `learning_rate` (1e-2), `momentum` (0.9), `velocity` (zeros).

    Returns:
        The moved parameter, and the configuration for the next call.
    """
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return _like(w, w + velocity), {**config, "velocity": _like(w, velocity)}


def rmsprop(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Divide each entry's step by the running size of its gradient, so that all entries move at a like pace.

    Source: Tieleman & Hinton, Neural Networks for Machine Learning, Coursera 2012, lecture 6.5.

    Args:
        w: The parameter, any shape.
        dw: Its gradient, same shape.
        config: `learning_rate` (1e-2), `decay_rate` (0.99), `epsilon` (1e-8; no division by zero),
            `cache` (zeros; the running mean of squared gradients).

    Returns:
        The moved parameter, and the configuration for the next call.
    """
    defaults = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w)}
    config = {**defaults, **(config or {})}
    cache = _running_mean(config["cache"], dw**2, config["decay_rate"])
    next_w = w - config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
    return _like(w, next_w), {**config, "cache": _like(w, cache)}


def adam(w: np.ndarray, dw: np.ndarray, config: Config | None = None) -> tuple[np.ndarray, Config]:
    """Momentum and RMSProp together, corrected for both running means having begun at zero.

    Source: Kingma & Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1 (arXiv:1412.6980).

    Args:
        w: The parameter, any shape.
        dw: Its gradient, same shape.
        config: `learning_rate` (1e-3), `beta1` (0.9), `beta2` (0.999), `epsilon` (1e-8),
            `m` and `v` (zeros; running means of the gradient and of its square), `t` (0; calls so far).

    Returns:
        The moved parameter, and the configuration for the next call.
    """
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    config = {**defaults, "m": np.zeros_like(w), "v": np.zeros_like(w), **(config or {})}
    t = config["t"] + 1
    m = _running_mean(config["m"], dw, config["beta1"])
    v = _running_mean(config["v"], dw**2, config["beta2"])
    m_unbiased, v_unbiased = m / (1 - config["beta1"] ** t), v / (1 - config["beta2"] ** t)
    next_w = w - config["learning_rate"] * m_unbiased / (np.sqrt(v_unbiased) + config["epsilon"])
    return _like(w, next_w), {**config, "m": _like(w, m), "v": _like(w, v), "t": t}


UPDATE_RULES: dict[str, UpdateRule] = {
    "sgd": sgd,
    "sgd_momentum": sgd_momentum,
    "rmsprop": rmsprop,
    "adam": adam,
}


def _running_mean(mean: np.ndarray, new: np.ndarray, keep: float) -> np.ndarray:
    return keep * mean + (1 - keep) * new


def _like(w: np.ndarray, values: np.ndarray) -> np.ndarray:
    # A float64 gradient, or a learning rate that is an np.float64, would turn a float32 parameter into float64.
    return np.asarray(values, dtype=w.dtype)
