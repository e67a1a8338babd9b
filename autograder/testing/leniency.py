"""Checks a backward function in a hidden test, and what an earlier mistake in its forward function makes right.

A wrong forward function costs its own points. A gradient that fits what it computes is then right as well. Code that
nobody trusts will try to gain by that leniency; so it rests on what such code cannot influence:

- What the forward function returned is looked at before the backward function is called.
- It has failed the tests of its own problem before, those of the worked example left out, and is wrong here too.
- It is an **attempt**. Either a known misconception was recognised in its own problem, and it returns here what that
  returns: then the gradient is that of the misconception, which the grader computes by itself. Or no test of its own
  problem found it right, and it depends on each of its arguments as the right function does; see
  `autograder.testing.attempt`, also for how the student's own function is asked what it computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from autograder.course.results import Basis
from autograder.testing.attempt import (
    ALIKE,
    Arrays,
    DirectionalDerivative,
    Forward,
    Function,
    attempted_derivative,
    cosine,
    differentiable,
    known_mistake,
    near,
    numerical_gradient,
    other_arguments,
    values_of,
)
from autograder.testing.case import Answer, Before, current_case, look, rest_on
from autograder.testing.expect import TOLERANCE, TOLERANCE_NUMERICAL, close, returned
from autograder.testing.faults import CheckFailed

# At how many further points a gradient has to fit that rests on the output alone.
AGAIN = 2
# Computes what is right for a backward function that uses the output of its forward function: from that output, the
# inputs and the output's gradient, one or several lists of gradients.
AtOutput = Callable[[np.ndarray, Arrays, np.ndarray], Sequence[Arrays]]


@dataclass(frozen=True)
class Layer(Forward):
    """A student's forward function and the backward function that goes with it.

    Attributes:
        backward: The backward function's name; it takes the output's gradient and the cache.
        gradients: The names of what it returns, with the positions of the arguments that they belong to.
        at_output: See `AtOutput`; None where a backward function needs no output.
        dimensions: See `autograder.testing.expect.returned`, for a backward function that returns one thing.
    """

    backward: str
    gradients: dict[str, int]
    at_output: AtOutput | None = None
    dimensions: int | None = None

    def at(self, inputs: Arrays, upstream: np.ndarray, *, telling: bool = True) -> Gradients:
        """Call both functions.

        Args:
            inputs: What the forward function is called with.
            upstream: The gradient with respect to its output, of the output's shape.
            telling: Whether mistakes are told apart by what it returns; see `autograder.testing.case.look`.

        Raises:
            NoCache: The forward function raised, or returned no cache.
            StudentError: There is no such function, or the backward function raised.
        """
        # The output is looked at first: after the backward function has run, it could have been changed to fit.
        output, cache = self.output(self.student, inputs, upstream.shape)
        if telling:
            look("output", output)
        result = getattr(self.student, self.backward)(upstream, cache)
        answers = returned(result, *self.gradients, dimensions=self.dimensions)
        return Gradients(self, inputs, upstream, output, {answer.name: answer for answer in answers})


@dataclass(frozen=True)
class Gradients:
    """What a student's backward function returned at one point.

    Attributes:
        layer: The functions.
        inputs: The point.
        upstream: The gradient of the output there.
        output: What the student's forward function returned there, as it was before the backward function ran.
        answers: What the backward function returned, by name.
    """

    layer: Layer
    inputs: Arrays
    upstream: np.ndarray
    output: np.ndarray | None
    answers: dict[str, Answer]
    _values: dict[str, np.ndarray | None] = field(default_factory=dict)

    def values(self, name: str) -> np.ndarray | None:
        """Return one gradient as `values_of` does, as it was when it was first asked for."""
        if name not in self._values:
            self._values[name] = values_of(self.answers[name], self.inputs[self.layer.gradients[name]].shape)
        return self._values[name]

    @cached_property
    def _right(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        layer, reference = self.layer, self.layer.reference
        output, cache = getattr(reference, layer.forward)(*self.inputs)
        found = getattr(reference, layer.backward)(self.upstream, cache)
        return output, dict(zip(layer.gradients, found if isinstance(found, tuple) else (found,), strict=True))

    def check(self, name: str, *, zeros: bool = False, steps: int | None = None) -> None:
        """Check one gradient against the right one, or else against what a wrong forward function makes right.

        Args:
            name: A key of the layer's `gradients`.
            zeros: Whether a gradient that is right by an earlier mistake may be all zero: an output that is constant
                makes zeros right, which says nothing about the function that computes them.
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
        right = self.output is None or near(self.output, self._right[0], TOLERANCE)
        return None if right else before

    def _known(self, before: Before) -> Function | None:
        if self.output is None:
            return None
        return known_mistake(self.layer.forward, self.inputs, self.output, before.known)

    def made_right(self, name: str) -> Iterator[np.ndarray]:
        """Yield what is right for one gradient if the forward function has a known misconception."""
        before = self._mistake()
        known = self._known(before) if before is not None else None
        if known is not None:
            yield numerical_gradient(known, self.inputs, self.layer.gradients[name], self.upstream)
            yield from self._at_output(name)

    def _at_output(self, name: str) -> Iterator[np.ndarray]:
        if self.layer.at_output is not None and self.output is not None:
            index = list(self.layer.gradients).index(name)
            for found in self.layer.at_output(self.output, self.inputs, self.upstream):
                yield found[index]

    def _likely(self, name: str) -> Iterator[np.ndarray]:
        """Yield what is right for this output, where all gradients are much like the right ones.

        An output can be an attempt by how it changes, and leave a single element that counts in the gradients.
        """
        if self.layer.at_output is None or self.output is None:
            return
        right = self._right[1]
        for found in self.layer.at_output(self.output, self.inputs, self.upstream):
            made = dict(zip(self.layer.gradients, found, strict=True))
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
            # Another one at each point: a gradient that was kept from an earlier call fits none of them.
            upstream = self.upstream * rng.uniform(0.5, 1.5, self.upstream.shape)
            if place != position:
                if attempted_derivative(self.layer, inputs, upstream.shape, int(place)) is None:
                    return False
                continue
            there = self.layer.at(inputs, upstream, telling=False)
            there.values(name)  # before any other code of the student's runs, which might tell what it should be
            step = attempted_derivative(self.layer, inputs, upstream.shape, position, there.output)
            if step is None:
                return False
            fits = there.agrees(name, step) or (there._fits_likely(name, zeros) and self._fits_again(name, zeros))
        return fits

    def _fits_likely(self, name: str, zeros: bool) -> bool:
        return any(self._fits(name, one, zeros) for one in self._likely(name))

    def _fits_again(self, name: str, zeros: bool) -> bool:
        """Return whether a gradient that is right for its output is so at further points, too.

        Where the right function is flat in all elements but one, a gradient of that element alone is much like the
        right one: at one point in ten, so that of the step's five gradients one was forgiven in a third of all runs.
        """
        for _ in range(AGAIN):
            upstream = self.upstream * current_case().rng.uniform(0.5, 1.5, self.upstream.shape)
            there = self.layer.at(other_arguments(self.inputs), upstream, telling=False)
            if not there._fits_likely(name, zeros):
                return False
        return True

    def agrees(self, name: str, step: DirectionalDerivative) -> bool:
        """Return whether a gradient predicts how the output changes along a direction that nobody can foresee."""
        gradient = self.values(name)
        if gradient is None:
            return False
        with np.errstate(over="ignore", invalid="ignore"):
            change, told = float((step.own * self.upstream).sum()), gradient * step.direction
            size = float(np.abs(told).sum())
            # A change of zero would be predicted by any gradient of zeros.
            return change != 0 and size < np.inf and abs(float(told.sum()) - change) <= step.lost * size
