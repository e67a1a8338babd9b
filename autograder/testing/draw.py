"""Makes once what hidden tests draw at random and compute with the solution alone, however often they run."""

from __future__ import annotations

import copy
import functools
from collections import OrderedDict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
# Results kept of one function: more than the tests of a course ask for, and few enough to hold in memory.
KEPT = 64


def drawn_once(make: Callable[..., T]) -> Callable[..., T]:
    """Keep what a function makes of the solution and of random numbers, for the next time it would make the same.

    Kept results are found by the solution, the state of the generator and the settings. The generator is left as the
    function would leave it, so that what a test draws next is the same as well. Each call returns a copy.

    Args:
        make: Takes the solution, a generator, and settings by keyword. It depends on nothing else.
    """
    kept: OrderedDict[Any, tuple[SimpleNamespace, T, dict[str, Any]]] = OrderedDict()

    @functools.wraps(make)
    def made(reference: SimpleNamespace, rng: np.random.Generator, **settings: Any) -> T:
        key = (id(reference), repr(rng.bit_generator.state), repr(sorted(settings.items())))
        found = kept.get(key)  # once: another thread may let it go
        if found is None:
            value = make(reference, rng, **settings)
            # The solution is held, so that no other object can come to bear its id.
            kept[key] = found = (reference, value, copy.deepcopy(dict(rng.bit_generator.state)))
            while len(kept) > KEPT:
                kept.popitem(last=False)
        _, value, state = found
        rng.bit_generator.state = state
        return copy.deepcopy(value)

    return made
