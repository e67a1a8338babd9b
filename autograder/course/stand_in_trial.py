"""Tries what ``[[stand_ins]]`` declare on the solution, so that what does not fit is refused before anything is marked.

Each function is called with small arrays that have the declared axes; what it returns must be what is declared.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from types import FunctionType, SimpleNamespace
from typing import Any, NoReturn

import numpy as np

from autograder.course.stand_in_entries import ANY, Lengths, StandInEntry, described
from autograder.kernel import wire

# A length for each name, all different, so that an output's axes can be told by their lengths.
LENGTHS = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
FRONT = (31,)
Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
# Numbers of both signs; where the solution cannot take these, positive ones below 1.
DRAWS: tuple[Draw, ...] = (lambda rng, shape: rng.normal(size=shape), lambda rng, shape: rng.uniform(size=shape))


def try_entries(entries: Iterable[StandInEntry], solution: SimpleNamespace) -> None:
    """Call the functions of all entries.

    Args:
        entries: What is declared.
        solution: The solution's functions.

    Raises:
        CourseError: The solution's functions are not as declared; the text names the key and what to write.
    """
    for entry in entries:
        EntryTrial(entry, solution).run()


class EntryTrial:
    """Calls the functions of one entry with arrays of the declared axes.

    Args:
        entry: What is declared.
        solution: The solution's functions.
    """

    def __init__(self, entry: StandInEntry, solution: SimpleNamespace) -> None:
        self._entry, self._solution = entry, solution
        axes = [axis for each in (*entry.takes.values(), *entry.gives) for axis in each if axis.name]
        names = [name for name in dict.fromkeys(axis.name for axis in axes) if name != ANY]
        self._lengths: Lengths = {ANY: FRONT, **{name: (LENGTHS[n % len(LENGTHS)],) for n, name in enumerate(names)}}
        # The declared axes by their lengths, to tell what an output's would have to be declared as.
        self._told = {axis.of(self._lengths)[0]: str(axis) for axis in reversed(axes)}

    def run(self) -> None:
        """Make the calls.

        Raises:
            CourseError: Something is not as declared.
        """
        entry = self._entry
        forward = self._function(entry.forward)
        self._check_call(forward, "takes", len(entry.takes), ", ".join(entry.takes))
        inputs, result = self._first(forward)
        outputs, cache = self._split(result)
        if [output.shape for output in outputs] != entry.output_shapes(self._lengths):
            self._refuse_outputs(outputs)
        again, _ = self._split(forward(*inputs))
        if not all(np.array_equal(one, other, equal_nan=True) for one, other in zip(outputs, again, strict=True)):
            entry.refuse(entry.key, f"the solution's {entry.forward} returns something else each time: leave it out")
        if entry.backward is None:
            return
        backward = self._function(entry.backward)
        self._check_call(backward, "gives", len(outputs) + 1, "a gradient for each output in gives, then the cache")
        try:
            with np.errstate(all="ignore"):
                found = backward(*map(np.ones_like, outputs), *cache)
        except Exception as fault:
            entry.refuse(
                entry.key,
                f"the solution's {entry.backward} raised {type(fault).__name__}: {fault}. It is called with "
                f"gradients of the shapes {_shapes(outputs)} and the cache of {entry.forward}",
            )
        for gradient in found if isinstance(found, tuple) else (found,):
            self._as_numbers(entry.backward, gradient)

    def _function(self, name: str) -> Callable[..., Any]:
        found = getattr(self._solution, name, None)
        if isinstance(found, FunctionType):
            return found
        is_what = "is missing there, or a method" if found is None else f"is a {type(found).__name__} there"
        return self._entry.refuse(
            self._entry.key, f"stand-ins replace functions of the solution, and {name} {is_what}: leave the entry out"
        )

    def _check_call(self, function: Callable[..., Any], key: str, count: int, values: str) -> None:
        try:
            inspect.signature(function).bind(*range(count))
        except TypeError:
            takes = f"{function.__name__}{inspect.signature(function)}"
            self._entry.refuse(key, f"the solution's {takes} cannot be called with {count} values ({values})")

    def _first(self, forward: Callable[..., Any]) -> tuple[list[Any], Any]:
        """Return arguments that the solution can take, and what it returns for them."""
        entry, faults = self._entry, []
        for draw in DRAWS:
            inputs = [self._argument(name, draw) for name in entry.takes]
            given = [np.copy(value)[()] for value in inputs]
            try:
                with np.errstate(all="ignore"):
                    result = forward(*given)
            except Exception as fault:
                faults.append(f"{type(fault).__name__}: {fault}")
                continue
            for name, before, after in zip(entry.takes, inputs, given, strict=True):
                if not np.array_equal(before, after):
                    entry.refuse(
                        entry.key,
                        f"the solution's {entry.forward} changes {name}, and a stand-in can only return values",
                    )
            return inputs, result
        shapes = ", ".join(f"{name} {np.shape(value)}" for name, value in zip(entry.takes, inputs, strict=True))
        return entry.refuse(
            "takes",
            f"the solution's {entry.forward} raised {faults[0]} for arrays of the shapes {shapes}. Mend the axes, or "
            'name arguments that hold integers: integers = ["x"]',
        )

    def _argument(self, name: str, draw: Draw) -> Any:
        shape = tuple(length for axis in self._entry.takes[name] for length in axis.of(self._lengths))
        if name in self._entry.sizes:
            return np.int64(self._lengths.get(name, (1,))[0])
        if name in self._entry.integers:
            return np.zeros(shape, dtype=np.int64)  # right as indices, words and labels
        return np.asarray(draw(np.random.default_rng(1), shape))[()]

    def _split(self, result: Any) -> tuple[list[np.ndarray], list[Any]]:
        """Return the outputs of a forward function, and its cache where it has one."""
        values = list(result) if isinstance(result, tuple) else [result]
        outputs, cache = (values, []) if self._entry.backward is None else (values[:-1], values[-1:])
        arrays = [self._as_numbers(self._entry.forward, value) for value in outputs]
        if len(arrays) != len(self._entry.gives):
            self._refuse_outputs(arrays)
        return arrays, cache

    def _as_numbers(self, function: str, value: Any) -> np.ndarray:
        try:
            array = np.asarray(value)
        except ValueError:  # rows of different lengths
            array = np.empty(0, dtype=object)
        if not wire.can_travel(array):
            pair = "" if self._entry.backward else "; a function that returns a cache needs its backward function: pair"
            kind = type(value).__name__
            self._entry.refuse(
                "gives", f"the solution's {function} returns a {kind} where an array of numbers is asked{pair}"
            )
        return array

    def _refuse_outputs(self, outputs: Sequence[np.ndarray]) -> NoReturn:
        """Refuse what is given, and say what to write in its place."""
        entry = self._entry
        texts = [f'"{" ".join(self._told.get(length, str(length)) for length in one.shape)}"' for one in outputs]
        remedy = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        besides = "" if entry.backward is None else " besides its cache, which must come last"
        does = f"returns arrays of the shapes {_shapes(outputs)}{besides}" if outputs else f"returns nothing{besides}"
        entry.refuse(
            "gives",
            f"the solution's {entry.forward} {does}, and declared are {', '.join(map(described, entry.gives))}. "
            + (f"Write gives = {remedy}" if outputs else "Let it return both"),
        )


def _shapes(arrays: Sequence[np.ndarray]) -> str:
    return ", ".join(str(array.shape) for array in arrays)
