"""Checks a backward function in a hidden test, and what an earlier mistake in its forward function makes right.

A wrong forward function costs its own points. A gradient that fits what it computes is then right as well. Code that
nobody trusts will try to gain by that leniency; so it rests on what such code cannot influence:

- What the forward function returned, each of its outputs, is looked at before the backward function is called.
- It has failed the tests of its own problem before, those of the worked example left out, and is wrong here too.
- It is an **attempt**. Either a known misconception was recognised in its own problem, and it returns here what that
  returns: then the gradient is that of the misconception, which the grader computes by itself. Or no test of its own
  problem found it right, and it depends on each of its arguments as the right function does; see
  `autograder.testing.attempt`, also for how the student's own function is asked what it computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograder.course.results import Basis
from autograder.testing.attempt import (
    ALIKE,
    Arrays,
    DirectionalDerivative,
    Forward,
    Function,
    Inputs,
    Outputs,
    attempted_derivative,
    cosine,
    differentiable,
    known_mistake,
    near,
    other_arguments,
    values_of,
)
from autograder.testing.case import Answer, Before, current_case, look, rest_on
from autograder.testing.expect import TOLERANCE, TOLERANCE_NUMERICAL, close, returned
from autograder.testing.faults import CheckFailed
from autograder.testing.gradients import copied, numerical_gradient

# At how many further points a gradient has to fit that rests on the output alone.
AGAIN = 2
# Computes what is right for a backward function that uses the output of its forward function: from that output, the
# inputs and the output's gradient, one or several lists of gradients. Of several outputs, and of their gradients, it
# gets tuples.
AtOutput = Callable[[Any, Any, Any], Sequence[Arrays]]


@dataclass(frozen=True)
class Layer(Forward):
    """A student's forward function and the backward function that goes with it.

    Attributes:
        backward: The backward function's name; it takes a gradient for each output, and the cache.
        gradients: The names of what it returns, with the positions of the arguments that they belong to.
        at_output: See `AtOutput`; None for the solution's backward function, with what the student's forward function
            returned wherever the solution's cache holds an output.
        dimensions: See `autograder.testing.expect.returned`, for a backward function that returns one thing.
    """

    backward: str
    gradients: dict[str, int]
    at_output: AtOutput | None = None
    dimensions: int | None = None

    def at(self, inputs: Inputs, upstream: np.ndarray | Sequence[np.ndarray], *, telling: bool = True) -> Gradients:
        """Call both functions.

        Args:
            inputs: What the forward function is called with.
            upstream: The gradient with respect to its output, of the output's shape; where there are several outputs, a
                list of their gradients.
            telling: Whether mistakes are told apart by what it returns; see `autograder.testing.case.look`.

        Raises:
            NoCache: The forward function raised, or returned no cache.
            StudentError: There is no such function, or the backward function raised.
            ValueError: There are not as many gradients in ``upstream`` as the layer has outputs.
        """
        upstreams = (upstream,) if isinstance(upstream, np.ndarray) else tuple(upstream)
        if len(upstreams) != len(self.outputs):
            raise ValueError(
                f"upstream holds {len(upstreams)} gradients, and {self.forward} has {len(self.outputs)} outputs: name "
                'them all in the layer, for example outputs=("next_h", "next_c")'
            )
        # The outputs are looked at first: after the backward function has run, they could have been changed to fit.
        outputs, cache = self.run(self.student, inputs, [one.shape for one in upstreams])
        if telling:
            for name, output in zip(self.outputs, outputs or [None] * len(self.outputs), strict=True):
                look(name, output, of_another=True)
        result = getattr(self.student, self.backward)(*upstreams, cache)
        answers = returned(result, *self.gradients, dimensions=self.dimensions)
        return Gradients(self, inputs, upstreams, outputs, {answer.name: answer for answer in answers})

    def made_right_by(self, outputs: Outputs, inputs: Inputs, upstreams: Outputs) -> Iterator[dict[str, np.ndarray]]:
        """Yield what is right for a backward function that uses outputs, where these are wrong; see `at_output`."""
        if self.at_output is not None:
            for found in self.at_output(_alone(outputs), inputs, _alone(upstreams)):
                yield dict(zip(self.gradients, found, strict=True))
            return
        *right, cache = getattr(self.reference, self.forward)(*inputs)
        exchanged = _exchanged(cache, right, outputs)
        if exchanged is not None:
            yield self.named(getattr(self.reference, self.backward)(*upstreams, exchanged))

    def named(self, found: Any) -> dict[str, np.ndarray]:
        """Return what the solution's backward function returned, by name."""
        return dict(zip(self.gradients, found if isinstance(found, tuple) else (found,), strict=True))


def _alone(values: Outputs) -> np.ndarray | Outputs:
    """Return the only one of some values, or all of them."""
    return values[0] if len(values) == 1 else values


def _exchanged(cache: Any, right: Sequence[Any], outputs: Outputs) -> Any:
    """Return a cache of the solution's with other outputs in it; None where it holds none."""
    if isinstance(cache, np.ndarray):
        held = (other for one, other in zip(right, outputs, strict=True) if one is cache)
        return next(held, None)
    parts = cache.items() if isinstance(cache, dict) else enumerate(cache) if isinstance(cache, tuple | list) else ()
    found = {key: other for key, part in parts if (other := _exchanged(part, right, outputs)) is not None}
    if not found:
        return None
    if isinstance(cache, dict):
        return {**cache, **found}
    values = [found.get(place, part) for place, part in enumerate(cache)]
    return cache._make(values) if hasattr(cache, "_make") else type(cache)(values)


@dataclass(frozen=True)
class Gradients:
    """What a student's backward function returned at one point.

    Attributes:
        layer: The functions.
        inputs: The point.
        upstreams: The gradients of the outputs there.
        outputs: What the student's forward function returned there, as it was before the backward function ran; None
            when something was not as asked.
        answers: What the backward function returned, by name.
    """

    layer: Layer
    inputs: Inputs
    upstreams: Outputs
    outputs: Outputs | None
    answers: dict[str, Answer]
    _values: dict[str, np.ndarray | None] = field(default_factory=dict)

    @property
    def upstream(self) -> np.ndarray:
        """The gradient of the only output."""
        (upstream,) = self.upstreams
        return upstream

    def values(self, name: str) -> np.ndarray | None:
        """Return one gradient as `values_of` does, as it was when it was first asked for."""
        if name not in self._values:
            self._values[name] = values_of(self.answers[name], self.inputs[self.layer.gradients[name]].shape)
        return self._values[name]

    @cached_property
    def _right(self) -> tuple[Outputs, dict[str, np.ndarray]]:
        layer, reference = self.layer, self.layer.reference
        *outputs, cache = getattr(reference, layer.forward)(*self.inputs)
        return tuple(outputs), layer.named(getattr(reference, layer.backward)(*self.upstreams, cache))

    def check(self, name: str, *, zeros: bool = False, steps: int | None = None) -> None:
        """Check one gradient against the right one, or else against what a wrong forward function makes right.

        Args:
            name: A key of the layer's `gradients`.
            zeros: Whether a gradient that is right by an earlier mistake may be all zero: outputs that are constant
                make zeros right, which says nothing about the function that computes them.
            steps: The axis that is time, if one is.

        Raises:
            CheckFailed: Neither fits; the text compares with the right one.
        """
        try:
            close(self.answers[name], self._right[1][name], TOLERANCE, steps, self._right[1])
        except CheckFailed:
            if not self._is_forgiven(name, zeros):
                raise
            rest_on(Basis.FOLLOW_THROUGH, self.layer.forward)

    def _is_forgiven(self, name: str, zeros: bool) -> bool:
        # A known misconception first: the grader computes that gradient alone, and the student's code is asked nothing.
        if any(self._fits(name, other, zeros) for other in self.made_right(name)):
            return True
        before = self._mistake()
        return (
            before is not None
            # A function that one of its tests found right is not wrong in one way throughout: no gradient fits it
            # everywhere.
            and before.throughout
            and self._known(before) is None
            and self._fits_elsewhere(name, zeros)
        )

    def _mistake(self) -> Before | None:
        """Return what is known of the forward function's mistake; None when it made none, here or before."""
        before = current_case().before(self.layer.forward)
        right = self.outputs is None or all(map(near, self.outputs, self._right[0]))
        return None if right else before

    def _known(self, before: Before) -> Function | None:
        if self.outputs is None:
            return None
        return known_mistake(self.layer.forward, self.inputs, self.outputs, before.known)

    def made_right(self, name: str) -> Iterator[np.ndarray]:
        """Yield what is right for one gradient if the forward function has a known misconception."""
        before = self._mistake()
        known = self._known(before) if before is not None else None
        if known is not None:
            yield numerical_gradient(known, self.inputs, self.layer.gradients[name], self.upstreams)
            yield from (found[name] for found in self._at_outputs())
            yield from (found[name] for found in self._at_cache_of(known))

    def _at_cache_of(self, known: Function) -> Iterator[dict[str, np.ndarray]]:
        """Yield what the solution's backward function makes of a misconception's cache, which has the solution's form.

        A backward function that is right reads what only the cache has, such as gates and steps.
        """
        try:
            with np.errstate(all="ignore"):
                *_, cache = known(*copied(self.inputs))
                found = self.layer.named(getattr(self.layer.reference, self.layer.backward)(*self.upstreams, cache))
        # It need not fit: a misconception that lacks an axis has caches without it.
        except Exception:
            return
        yield found

    def _at_outputs(self) -> Iterable[dict[str, np.ndarray]]:
        if self.outputs is None:
            return ()
        return self.layer.made_right_by(self.outputs, self.inputs, self.upstreams)

    def _likely(self, name: str) -> Iterator[np.ndarray]:
        """Yield what is right for these outputs, where all gradients are much like the right ones.

        An output can be an attempt by how it changes, and leave a single element that counts in the gradients.
        """
        right = self._right[1]
        for made in self._at_outputs():
            if all(abs(cosine(made[one], right[one])) >= ALIKE for one in made):
                yield made[name]

    def _fits(self, name: str, other: np.ndarray, zeros: bool) -> bool:
        values = self.values(name)
        return values is not None and (zeros or bool(other.any())) and near(values, other, TOLERANCE_NUMERICAL)

    def _fits_elsewhere(self, name: str, zeros: bool) -> bool:
        """Return whether a gradient is that of an attempt, at a point that has nothing in common with this one.

        Whether the function is an attempt is tried anew each time, in an order that nobody can foresee. So nobody can
        tell at which of several points the gradient is looked at.
        """
        rng, position = current_case().rng, self.layer.gradients[name]
        fits = False
        # Each argument in turn, in a drawn order, with the gradient's own somewhere among them.
        for place in rng.permutation(differentiable(self.inputs)):
            inputs = other_arguments(self.inputs)
            # Others at each point: a gradient that was kept from an earlier call fits none of them.
            upstreams = self._other_upstreams()
            shapes = [one.shape for one in upstreams]
            if place != position:
                if attempted_derivative(self.layer, inputs, shapes, int(place)) is None:
                    return False
                continue
            there = self.layer.at(inputs, upstreams, telling=False)
            there.values(name)  # before any other code of the student's runs, which might tell what it should be
            step = attempted_derivative(self.layer, inputs, shapes, position, there.outputs)
            if step is None:
                return False
            fits = there.agrees(name, step) or (there._fits_likely(name, zeros) and self._fits_again(name, zeros))
        return fits

    def _other_upstreams(self) -> list[np.ndarray]:
        rng = current_case().rng
        return [one * rng.uniform(0.5, 1.5, one.shape) for one in self.upstreams]

    def _fits_likely(self, name: str, zeros: bool) -> bool:
        return any(self._fits(name, one, zeros) for one in self._likely(name))

    def _fits_again(self, name: str, zeros: bool) -> bool:
        """Return whether a gradient that is right for its output is so at further points, too.

        Where the right function is flat in all elements but one, a gradient of that element alone is much like the
        right one: at one point in ten, so that of the step's five gradients one was forgiven in a third of all runs.
        """
        for _ in range(AGAIN):
            upstreams = self._other_upstreams()
            there = self.layer.at(other_arguments(self.inputs), upstreams, telling=False)
            if not there._fits_likely(name, zeros):
                return False
        return True

    def agrees(self, name: str, step: DirectionalDerivative) -> bool:
        """Return whether a gradient predicts how the outputs change along a direction that nobody can foresee."""
        gradient = self.values(name)
        if gradient is None:
            return False
        with np.errstate(over="ignore", invalid="ignore"):
            change = sum(float((own * one).sum()) for own, one in zip(step.own, self.upstreams, strict=True))
            told = gradient * step.direction
            size = float(np.abs(told).sum())
            # A change of zero would be predicted by any gradient of zeros.
            return change != 0 and size < np.inf and abs(float(told.sum()) - change) <= step.lost * size
