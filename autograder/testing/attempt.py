"""Decides whether a wrong forward function is an attempt at the right one, and finds out what it computes.

An attempt depends on each of its arguments as the right function does: a small step in one of them changes the outputs
of both in much the same direction, or in the opposite one (the cosine of the two changes is at least `ALIKE` in size).
That holds for each output which the argument changes in the right function. Constants, sums and copies of arguments are
no attempts.

The function is asked in kernels apart, in which nothing but this function is ever called. Three of them get, in an
order that they cannot know, a point and a step to either side of it. Each point is drawn anew, so that no kernel ever
sees two that belong together. So none can tell the point from the steps, nor what the answers are used for; a function
that answers differently there has to guess. At the point itself it must return, bit for bit, what it returned before.
For each gradient that is looked at, all arguments are tried again, in an order that nobody can foresee. Once the
function turns out to be no attempt, nothing rests on it any more in this problem
(`autograder.testing.scoring.withdraw`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.course.assignment import Assignment
from autograder.course.misconceptions import misconceptions
from autograder.kernel import wire
from autograder.testing.case import Answer, current_case
from autograder.testing.expect import TOLERANCE, TOLERANCE_NUMERICAL, distance, returned
from autograder.testing.faults import NoCache, StudentError, StudentFault
from autograder.testing.gradients import copied
from autograder.testing.student import APART, Remote, Student, apart, fetch
from autograder.testing.variants import variant

# The least cosine between the changes of two functions. Wrong formulas of real attempts have 0.9 and more, sums and
# copies of arguments about 0.2, and a function that is right in a third of its elements less than this.
ALIKE = 0.6
# Along a whole direction the change is larger than in one element, and so is the step at which nothing is lost to
# rounding (`autograder.testing.gradients.STEP`); in single precision a step that small is nothing but rounding.
STRIDE, STRIDE_SINGLE = 1e-4, 1e-2
# The share of a change that may be lost: to the rounding of single precision, and to how a function bends in the step.
LOST, LOST_SINGLE = TOLERANCE_NUMERICAL, 1e-3
# Points and steps are whole multiples of 1 / GRID, which floating point holds exactly. A sum of both then has no more
# digits than a point: no kernel can tell the two apart by their digits.
GRID = 2.0**40
Arrays = Sequence[np.ndarray]
Outputs = tuple[np.ndarray, ...]
Shapes = Sequence[tuple[int, ...]]
# What a function is called with: arrays, among which there may be settings of any kind.
Inputs = Sequence[Any]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Forward:
    """A student's forward function.

    Attributes:
        student: The student's code.
        reference: The solution.
        forward: The function's name; it returns its outputs, and a cache as the last value.
        outputs: The names of the outputs, by keyword.
    """

    student: Student
    reference: SimpleNamespace
    forward: str
    outputs: tuple[str, ...] = field(default=("output",), kw_only=True)

    def run(self, student: Student, inputs: Inputs, shapes: Shapes) -> tuple[Outputs | None, Remote]:
        """Return the forward function's outputs, None when one of them is not as asked, and its cache."""
        function = getattr(student, self.forward)
        try:
            *outputs, cache = returned(function(*inputs), *self.outputs, "cache")
        except StudentError as fault:
            raise NoCache(
                "{function} raised {name}, so there is no cache to call this function with.",
                function=self.forward,
                name=fault.name,
            ) from fault
        if cache.value is None:
            raise NoCache("{function} returned no cache to call this function with.", function=self.forward)
        values = [values_of(output, shape) for output, shape in zip(outputs, shapes, strict=True)]
        found = tuple(value for value in values if value is not None)
        return found if len(found) == len(values) else None, cache.value

    def right(self, inputs: Inputs) -> Outputs:
        """Return the outputs of the solution's function."""
        outputs: Outputs = getattr(self.reference, self.forward)(*inputs)[: len(self.outputs)]
        return outputs


@dataclass(frozen=True)
class DirectionalDerivative:
    """The derivatives of a function's outputs along a direction in one of its arguments, and of the right outputs.

    Attributes:
        direction: Of the argument's shape.
        own: The derivatives of the student's outputs.
        right: The derivatives of the right outputs.
        lost: The share of the change that may be lost to rounding.
    """

    direction: np.ndarray
    own: Outputs
    right: Outputs
    lost: float

    @property
    def likeness(self) -> float:
        """The size of the cosine between the two derivatives, of the output in which it is least.

        What the argument does not change in the right function says nothing; where that is all, it is 0.
        """
        both = zip(self.own, self.right, strict=True)
        return min((abs(cosine(own, right)) for own, right in both if right.any()), default=0.0)


def differentiable(inputs: Inputs) -> list[int]:
    """Return the positions of the arguments in which a step can be made."""
    return [position for position, value in enumerate(inputs) if _kind(value) == "f"]


def _kind(value: Any) -> str:
    """Return the kind of an array's type; an empty text for what is no array."""
    return value.dtype.kind if isinstance(value, np.ndarray) else ""


def attempted_derivative(
    layer: Forward, inputs: Inputs, shapes: Shapes, position: int, outputs: Outputs | None = None
) -> DirectionalDerivative | None:
    """Return how the outputs change with one of the arguments; None unless they do so as for an attempt.

    When it does not, nothing in this problem rests on the function any more.

    Args:
        layer: The student's forward function and the solution.
        inputs: The point; no other step must be asked for there.
        shapes: The shapes of the right outputs.
        position: The argument's, counted from 0.
        outputs: What the student's forward function returned there, if it was called already.
    """
    case = current_case()
    if layer.forward in case.unfit:
        return None
    try:
        seen = layer.run(layer.student, inputs, shapes)[0] if outputs is None else outputs
        step = directional_derivative(layer, inputs, seen, position)
    except (NoCache, StudentError):
        step = None
    # A function that ends its process where nobody looks is no attempt either, and the test ends as for any other call.
    except StudentFault:
        case.unfit.add(layer.forward)
        raise
    if step is None or step.likeness < ALIKE:
        case.unfit.add(layer.forward)
        return None
    return step


def other_arguments(inputs: Inputs) -> list[Any]:
    """Return other arguments of the same shapes, types, means and spreads, so that they do not stand out."""
    rng, made = current_case().rng, []
    for value in inputs:
        if _kind(value) == "f":
            drawn = on_grid(rng.normal(value.mean(), value.std() or 1.0, value.shape)).astype(value.dtype)
        elif not _kind(value):
            drawn = value  # a setting
        else:
            # Integers are indices or words: their own values are the ones that are sure to be allowed.
            drawn = rng.permutation(value.ravel()).reshape(value.shape)
        made.append(drawn)
    return made


def directional_derivative(
    layer: Forward, inputs: Inputs, outputs: Outputs | None, position: int
) -> DirectionalDerivative | None:
    """Ask kernels apart how the outputs change along a direction that is drawn at random.

    Returns:
        None when the change cannot be seen, or the function returned something else at the same point than before.

    Raises:
        NoCache, StudentError: The function raised, or returned no cache.
    """
    if outputs is None:
        return None
    rng, point = current_case().rng, inputs[position]
    # Some code computes in single precision whatever it is given; a small step would be nothing but rounding there.
    single = all(bool((output == output.astype(np.float32)).all()) for output in outputs)
    stride, lost = (STRIDE_SINGLE, LOST_SINGLE) if single else (STRIDE, LOST)
    step = on_grid(stride * rng.choice([-1.0, 1.0], point.shape) * rng.uniform(0.5, 1.5, point.shape))
    asked = [
        [*inputs[:position], moved, *inputs[position + 1 :]] for moved in (point + 0.0, point + step, point - step)
    ]
    seen: dict[int, Outputs | None] = {}
    shapes = [output.shape for output in outputs]
    # Which kernel gets the point is drawn each time, so that no code can learn it.
    for number, which in enumerate(rng.permutation(APART)):
        seen[int(which)], _ = layer.run(apart(layer.student, number), asked[which], shapes)
    again, above, below = seen[0], seen[1], seen[2]
    # Bit for bit: honest code is deterministic, since the generators start anew for each test.
    if again is None or above is None or below is None or not _same_bits(again, outputs):
        return None
    own, right = (
        tuple((up - down) / (2 * stride) for up, down in zip(*moved, strict=True))
        for moved in ((above, below), (layer.right(asked[1]), layer.right(asked[2])))
    )
    return DirectionalDerivative(step / stride, own, right, lost)


def _same_bits(some: Outputs, others: Outputs) -> bool:
    return all(one.tobytes() == other.tobytes() for one, other in zip(some, others, strict=True))


def on_grid(values: np.ndarray) -> np.ndarray:
    """Return values rounded to the grid of points and steps."""
    rounded: np.ndarray = np.round(values * GRID) / GRID
    return rounded


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    """Return the cosine between two arrays; 0 where one has no direction."""
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return 0.0
    # Scaled first: squares of very large values would overflow, and those of tiny ones vanish.
    one, other = (values / (float(np.abs(values).max(initial=0.0)) or 1.0) for values in (one, other))
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float((one * other).sum()) / size if size else 0.0


def known_mistake(name: str, inputs: Inputs, outputs: Outputs, names: frozenset[str] | None) -> Function | None:
    """Return the known misconception of a function that returns certain outputs, None when there is none.

    Args:
        name: The forward function's.
        inputs: What it was called with.
        outputs: What the student's function returned for them.
        names: The misconceptions that are possible; None for any.
    """
    assignment = current_case().assignment
    if assignment is None:
        return None
    for function in _wrong_variants(assignment, name, names):
        try:
            with np.errstate(all="ignore"):
                values = function(*copied(inputs))[: len(outputs)]
                found = [np.asarray(value, dtype=float) for value in values]
        # A known mistake may fail at these inputs; it is then not this one.
        except Exception:
            continue
        if len(found) == len(outputs) and all(map(near, outputs, found)):
            return function
    return None


def _wrong_variants(assignment: Assignment, name: str, names: frozenset[str] | None) -> Iterator[Function]:
    for problem, known in misconceptions(assignment).items():
        if name in assignment.problems[problem].functions:
            wanted = (one for one in known if names is None or one.name in names)
            yield from (_wrong_variant(assignment, one.file, name) for one in wanted)


# Making one runs the whole solution anew; there are few, and they do not depend on the student.
_made: dict[tuple[str, str, str], Function] = {}


def _wrong_variant(assignment: Assignment, file: Path, name: str) -> Function:
    key = (str(assignment.course.root), str(file), name)
    if key not in _made:
        _made[key] = variant(assignment, file)[name]
    return _made[key]


def near(values: np.ndarray, expected: np.ndarray, tolerance: float = TOLERANCE) -> bool:
    """Return whether two arrays are the same except for rounding."""
    return values.shape == expected.shape and bool((distance(values, expected) <= tolerance).all())


def values_of(answer: Answer, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return an answer as finite numbers of a shape; None when it is something else, about which nothing is said."""
    if answer.value is None:
        return None
    try:
        values = fetch(answer.value, limit=16 * int(np.prod(shape, dtype=int)) + 65_536).astype(float)
    except (StudentError, wire.WireError):
        return None
    return values if values.shape == shape and np.isfinite(values).all() else None
