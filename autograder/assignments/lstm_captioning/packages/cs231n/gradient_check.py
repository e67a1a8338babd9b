"""Numerical gradients: the independent witness that a hand-written backward pass is right.

A derivative is the limit of a difference quotient. Taking a small step h instead of the limit,

    f'(x)  is about  (f(x + h) - f(x - h)) / (2 h),

gives a gradient that knows nothing of the chain rule, so it cannot repeat a mistake made in the chain rule.
The step goes to both sides because the error is then of order h^2, and not h
(Nocedal & Wright, Numerical Optimization, 2nd ed., section 8.1).

Check gradients in float64. A float32 number holds about 7 decimal digits. f(x + h) and f(x - h) agree in most
of them, so their difference keeps only one or two, and a right gradient looks wrong by 1e-2 or more.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt


def eval_numerical_gradient(
    f: Callable[[np.ndarray], float | np.floating], x: np.ndarray, verbose: bool = True, h: float = 1e-5
) -> np.ndarray:
    """Return the gradient of a function whose value is one number, such as a loss.

    Entries of `x` are changed in place, one at a time, so `f` may also read `x` from somewhere else
    (a model's parameters, say) and ignore its argument. Afterwards `x` is as it was, even when `f` raises
    or you interrupt it, and even when `f` itself changes `x`.

    Args:
        f: Takes `x`, returns one number.
        x: Where to evaluate; floating point, any shape. float32 works but is too coarse for a useful check.
        verbose: Print each index and its derivative as they are found.
        h: Size of the step to each side.

    Returns:
        The gradient, with the shape and dtype of `x`.

    Raises:
        TypeError: `x` is not a floating-point array, or `f` does not return one number.
        ValueError: `x` is read-only, or a step of `h` is too small to change it.
    """
    return _central_differences(lambda x: _one_number(f(x)), x, 1.0, h, verbose)


def eval_numerical_gradient_array(
    f: Callable[[np.ndarray], npt.ArrayLike], x: np.ndarray, df: npt.ArrayLike, h: float = 1e-5
) -> np.ndarray:
    """Return the gradient that a backward pass should give for a layer `f`, given its upstream gradient.

    If a loss L depends on `x` through `f(x)` alone, and `df` is dL/df, then dL/dx is the sum over all
    entries of f of df times the change of that entry. As above, `x` is always put back as it was.

    Args:
        f: Takes `x`, returns an array (it may be `x` itself).
        x: Where to evaluate; floating point, any shape. float32 works but is too coarse for a useful check.
        df: Upstream gradient, of the shape of `f(x)`.
        h: Size of the step to each side.

    Returns:
        The gradient, with the shape and dtype of `x`.

    Raises:
        TypeError: `x` is not a floating-point array, or `f` does not return an array.
        ValueError: `df` and `f(x)` differ in shape, `x` is read-only, or a step of `h` is too small to change it.
    """
    upstream = np.asarray(df)
    return _central_differences(lambda x: _shaped_like(upstream, f(x)), x, upstream, h, verbose=False)


def rel_error(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Return the largest relative difference between two arrays: max |x - y| / max(1e-8, |x| + |y|).

    0 means equal, 1 means as different as can be. The 1e-8 keeps 0 / 0 away where both are zero. A NaN or
    an infinity in either array makes the result NaN, and NaN is not smaller than any tolerance.

    Args:
        x: Numbers, of any shape.
        y: Numbers, of the same shape.

    Returns:
        The error, computed in float64.

    Raises:
        ValueError: The shapes differ, or there is nothing to compare.
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(
            f"cannot compare shapes {first.shape} and {second.shape}: rel_error goes entry by entry, so both "
            "must have the same shape. Print the .shape of each and look for a missing or swapped axis."
        )
    if first.size == 0:
        raise ValueError(f"nothing to compare: both arrays are empty (shape {first.shape}).")
    with np.errstate(invalid="ignore"):  # inf - inf is the NaN that the docstring promises
        scale = np.maximum(1e-8, np.abs(first) + np.abs(second))
        return float(np.max(np.abs(first - second) / scale))


def _central_differences(
    f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, df: npt.ArrayLike, h: float, verbose: bool
) -> np.ndarray:
    _check_argument(x)
    original = x.copy()
    grad = np.zeros_like(x)

    def moved(ix: tuple[int, ...], step: float) -> tuple[np.ndarray, float]:
        x[...] = original  # the last call of f may have changed any entry of x
        x[ix] += step
        position = float(x[ix])
        return f(x), position

    try:
        for ix in np.ndindex(x.shape):
            above, right = moved(ix, h)
            below, left = moved(ix, -h)
            if not left < original[ix] < right and np.isfinite(original[ix]):
                raise ValueError(_vanished_step(ix, original, h))
            # x + h is rounded, so x did not move by exactly h: divide by how far it really moved.
            grad[ix] = np.sum((above - below) * df) / (right - left)
            if verbose:
                print(ix, grad[ix])
    finally:
        x[...] = original
    return grad


def _check_argument(x: np.ndarray) -> None:
    if not isinstance(x, np.ndarray):
        raise TypeError(
            f"x must be a numpy array, because its entries are changed in place; it is a {type(x).__name__}. "
            "Make one first: x = np.array(x, dtype=np.float64)."
        )
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(
            f"x has dtype {x.dtype}, which cannot take a small step: x + h would be cut back to x. "
            "Use x.astype(np.float64). (If x holds word indices, it has no gradient: check the weights instead.)"
        )
    if not x.flags.writeable:
        raise ValueError("x is read-only, but its entries must be changed for a moment. Pass x.copy().")


def _one_number(value: object) -> np.ndarray:
    what = "eval_numerical_gradient needs f(x) to be one number (a loss)"
    if isinstance(value, tuple):
        raise TypeError(f"{what}, but f returned {len(value)} values. Take the loss alone: lambda x: f(x)[0].")
    number = _as_array(value)
    if number.ndim != 0:
        raise TypeError(
            f"{what}, but f returned an array of shape {number.shape}. "
            "For a function with an array as its value, use eval_numerical_gradient_array(f, x, df)."
        )
    return number


def _shaped_like(df: np.ndarray, value: object) -> np.ndarray:
    if isinstance(value, tuple):
        raise TypeError(
            f"f must return one array, but it returned {len(value)} values. "
            "A forward function also returns its cache: take the output alone with lambda x: f(x)[0]."
        )
    out = _as_array(value)
    if out.shape != df.shape:
        raise ValueError(
            f"df has shape {df.shape}, but f(x) has shape {out.shape}. df is the upstream gradient: "
            "one number for each entry of f(x), so the two shapes must be equal."
        )
    return out


def _as_array(value: object) -> np.ndarray:
    if value is None:
        raise TypeError("f returned None. Does it end with a return statement?")
    return np.array(value, dtype=np.float64)  # a copy: f may return memory that the next step changes


def _vanished_step(ix: tuple[int, ...], x: np.ndarray, h: float) -> str:
    return (
        f"a step of h = {h} is lost in rounding beside x{list(ix)} = {x[ix]} ({x.dtype}). "
        "Use float64, a larger h, or a smaller x."
    )
