"""Computes gradients by differences, and tells which of several are right."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from autograder.testing.faults import CheckFailed

# Central differences of a function of order one lose about as much to truncation as to rounding at this step.
STEP = 1e-5


def numerical_gradient(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    position: int,
    upstream: np.ndarray | float | Sequence[np.ndarray] = 1.0,
) -> np.ndarray:
    """Return the gradient of ``sum(output * upstream)``, over all outputs, for one argument, by central differences.

    Args:
        function: Trusted code: it is called twice for each element. It returns its output, or a tuple of outputs; what
            follows these, a cache for example, is left out.
        inputs: What it is called with; copies of them are. Arrays, and settings of any kind.
        position: The argument's, counted from 0: an array of floating-point numbers, whose shape the gradient has.
        upstream: The gradient with respect to the output, of its shape; a list with one for each of several outputs.

    Raises:
        ValueError: The argument at this position holds no floating-point numbers, or there are fewer outputs than
            upstream gradients.
    """
    point = np.asarray(inputs[position])
    if point.dtype.kind != "f":
        raise ValueError(
            f"argument {position} holds {point.dtype}: a gradient is asked for floating-point numbers alone"
        )
    upstreams = [*upstream] if isinstance(upstream, list | tuple) else [upstream]
    gradient = np.zeros_like(point)
    for place in np.ndindex(point.shape):
        totals = []
        for shift in (STEP, -STEP):
            moved = copied(inputs)
            moved[position] = point.copy()
            moved[position][place] += shift
            result = function(*moved)
            outputs = result if isinstance(result, tuple) else (result,)
            if len(outputs) < len(upstreams):
                raise ValueError(f"the function returns {len(outputs)} values; upstream has {len(upstreams)} gradients")
            totals.append(sum(float(np.sum(output * one)) for output, one in zip(outputs, upstreams, strict=False)))
        gradient[place] = (totals[0] - totals[1]) / (2 * STEP)
    return gradient


def copied(inputs: Sequence[Any]) -> list[Any]:
    """Return copies of arguments, for a function that may change them."""
    return [value.copy() if isinstance(value, np.ndarray) else copy.deepcopy(value) for value in inputs]


def gradient_rightness(check: Callable[[str], object], names: Iterable[str]) -> dict[str, bool]:
    """Return for each gradient whether ``check(name)`` passes, so that a test can ask more of the right ones alone."""
    right = {}
    for name in names:
        try:
            check(name)
        except CheckFailed:
            right[name] = False
        else:
            right[name] = True
    return right
