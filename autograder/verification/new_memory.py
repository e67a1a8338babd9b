"""Fills the memory of new arrays, so that code which never writes into them is wrong each time.

``np.empty`` gives memory as it was left, and in a process that has just computed the right answer this is often the
right answer: code that forgets to fill its array would then be right here, and wrong in a fresh kernel.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

MAKERS = ("empty", "empty_like")


def fill_new_arrays() -> None:
    """Let numpy's makers of empty arrays fill them with values that nobody computes, in this process from now on."""
    for name in MAKERS:
        setattr(np, name, _filling(getattr(np, name)))


def _filling(make: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(make)
    def made(*args: Any, **kwargs: Any) -> Any:
        array = make(*args, **kwargs)
        if type(array) is np.ndarray and array.dtype.kind in "fciub":
            array.fill(_odd(array.dtype))
        return array

    return made


def _odd(dtype: np.dtype) -> Any:
    if dtype.kind in "fc":
        return np.nan
    return True if dtype.kind == "b" else np.iinfo(dtype).max
