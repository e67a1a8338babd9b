"""Reads from an assignment's settings which functions stand-ins can replace, and which problems are built on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from autograder.course.assignment_settings import StandInSettings
from autograder.course.course import CourseError
from autograder.course.problem import Problem

# Stands for any number of axes.
ANY = "..."
AXIS = re.compile(r"(\d*)([A-Za-z_]\w*)?")
# The lengths that axes turned out to have, by name; `ANY` has several.
Lengths = dict[str, tuple[int, ...]]


class Axis(NamedTuple):
    """One axis of a declared array, as ``"N"``, ``"4H"``, ``"3"`` or ``"..."``.

    Attributes:
        factor: Times the length of `name`; where there is no name, the length itself.
        name: What has this length everywhere in an entry; `ANY` for any number of axes, empty for a fixed length.
    """

    factor: int
    name: str

    def __str__(self) -> str:
        return f"{self.factor if self.factor != 1 or not self.name else ''}{self.name}"

    def of(self, lengths: Lengths) -> tuple[int, ...]:
        """Return the length of the axis, of all of them for `ANY`."""
        return tuple(self.factor * length for length in lengths[self.name]) if self.name else (self.factor,)


Axes = tuple[Axis, ...]


@dataclass(frozen=True)
class StandInEntry:
    """What one ``[[stand_ins]]`` declares: a function, or a forward function and its backward function.

    Attributes:
        forward: The function's name. Where there is a backward function, its last value is a cache.
        backward: The name of the backward function, which takes a gradient for each output, and the cache as its last
            argument; None for a function that has none.
        takes: The axes of each of the function's arguments, by name and in order; none for a number.
        integers: Which of these hold integers; the others hold numbers of any kind.
        gives: The axes of each of its outputs, the cache left out.
        used_by: The problems that are built on it.
    """

    forward: str
    backward: str | None
    takes: Mapping[str, Axes]
    integers: frozenset[str]
    gives: tuple[Axes, ...]
    used_by: tuple[str, ...]

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of all of its functions."""
        return (self.forward,) if self.backward is None else (self.forward, self.backward)

    @property
    def key(self) -> str:
        """The key that names them."""
        return "function" if self.backward is None else "pair"

    @property
    def sizes(self) -> frozenset[str]:
        """The arguments that are single integers; axes may be named after them."""
        return frozenset(name for name in self.integers if not self.takes[name])

    def output_shapes(self, lengths: Lengths) -> list[tuple[int, ...]]:
        """Return the shape of each output."""
        return [tuple(length for axis in axes for length in axis.of(lengths)) for axes in self.gives]

    def refuse(self, key: str, what: str) -> NoReturn:
        """Refuse the entry.

        Args:
            key: The key that is to be mended.
            what: What is wrong, and what to write instead.

        Raises:
            CourseError: Always.
        """
        refuse(self.forward, key, what)


def refuse(function: str, key: str, what: str) -> NoReturn:
    """Refuse an entry of ``[[stand_ins]]``; see `StandInEntry.refuse`."""
    raise CourseError(f"[[stand_ins]] of {function}: {key}: {what}")


def read_entries(tables: Sequence[StandInSettings], problems: Mapping[str, Problem]) -> tuple[StandInEntry, ...]:
    """Return what ``[[stand_ins]]`` in assignment.toml declare.

    Args:
        tables: The tables.
        problems: The assignment's, in the notebook's order.

    Raises:
        CourseError: An entry lacks something, contradicts itself, or names what there is not.
    """
    entries = tuple(_entry(table) for table in tables)
    order = list(problems)
    written_in = {function: name for name, problem in problems.items() for function in problem.functions}
    met: set[str] = set()
    for entry in entries:
        for function in entry.functions:
            if function not in written_in:
                asked = ", ".join(written_in) or "none"
                entry.refuse(entry.key, f"no problem asks for {function}; asked for are {asked}")
            if function in met:
                entry.refuse(entry.key, f"{function} is declared twice: join the two entries")
            met.add(function)
        for name in entry.used_by:
            if name not in problems or problems[name].manual:
                known = ", ".join(one for one, problem in problems.items() if not problem.manual)
                entry.refuse("used_by", f"{name} is no problem with hidden tests; there are {known}")
            late = [one for one in entry.functions if order.index(written_in[one]) >= order.index(name)]
            if late:
                entry.refuse(
                    "used_by",
                    f"{name} cannot be built on {late[0]}, which does not come before it in the notebook: take it out",
                )
    return entries


def _entry(settings: StandInSettings) -> StandInEntry:
    forward, backward = settings.pair or (settings.function, None)
    if forward is None or (settings.pair and settings.function):
        refuse(forward or "a function", "pair", f"either pair or function must be given; {_EXAMPLE}")
    takes = {name: _axes(forward, "takes", axes) for name, axes in settings.takes.items()}
    outputs = [settings.gives] if isinstance(settings.gives, str) else settings.gives
    gives, integers = tuple(_axes(forward, "gives", axes) for axes in outputs), frozenset(settings.integers)
    entry = StandInEntry(forward, backward, takes, integers & set(takes), gives, tuple(settings.used_by))
    for key, given in (("takes", takes), ("gives", gives), ("used_by", settings.used_by)):
        if not given:
            entry.refuse(key, f"it must not be empty; {_EXAMPLE}")
    if strange := sorted(integers - set(takes)):
        entry.refuse("integers", f"{strange[0]} is not in takes: there are {', '.join(takes)}")
    known = {axis.name for axes in takes.values() for axis in axes} | entry.sizes | {""}
    for axis in (axis for axes in gives for axis in axes):
        if axis.name not in known:
            entry.refuse(
                "gives",
                f"no argument has the axis {axis.name}, so nobody can know how large the output may be. Name an axis "
                "of an argument, an integer argument without axes, or a length",
            )
    return entry


_EXAMPLE = (
    'for example pair = ["f_forward", "f_backward"] or function = "f", takes = { x = "N D", w = "D" }, gives = "N D", '
    'used_by = ["g"]'
)


def _axes(forward: str, key: str, text: str) -> Axes:
    axes = []
    for place, part in enumerate(text.split()):
        match = AXIS.fullmatch(part)
        if part == ANY and place == 0:
            axes.append(Axis(1, ANY))
        elif part == ANY:
            refuse(forward, key, f"in {text!r} the dots must come first")
        elif match is None or not part:
            refuse(
                forward, key, f"in {text!r} {part} is no axis: write a name (N), a multiple of it (4H) or a length (3)"
            )
        else:
            axes.append(Axis(int(match[1] or 1), match[2] or ""))
    return tuple(axes)


class Mismatch(Exception):
    """A shape does not fit the declared axes; the text says how."""


def match_axes(name: str, shape: tuple[int, ...], axes: Axes, lengths: Lengths) -> None:
    """Check a shape against declared axes, and note the lengths of axes that are met for the first time.

    Args:
        name: The argument's, for messages.
        shape: The shape that came.
        axes: Declared axes; the first may be `ANY`.
        lengths: The known length of each axis.

    Raises:
        Mismatch: The shape does not fit.
    """
    fixed = [axis for axis in axes if axis.name != ANY]
    front = len(shape) - len(fixed)
    has_any = len(fixed) < len(axes)
    fits = front >= 0 if has_any else front == 0
    if fits and has_any:
        fits = lengths.setdefault(ANY, shape[:front]) == shape[:front]
    if not fits or not all(_matches(axis, length, lengths) for axis, length in zip(fixed, shape[front:], strict=True)):
        raise Mismatch(f"{name} has shape {shape}; {described(axes)} is asked")


def _matches(axis: Axis, length: int, lengths: Lengths) -> bool:
    if not axis.name:
        return length == axis.factor
    whole, rest = divmod(length, axis.factor) if axis.factor else (0, length)
    return rest == 0 and lengths.setdefault(axis.name, (whole,)) == (whole,)


def described(axes: Iterable[Axis]) -> str:
    """Return axes as a shape is written: ``(N, D)``."""
    return f"({', '.join(map(str, axes))})"
