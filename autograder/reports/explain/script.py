"""Writes a short script that makes the calls of a test again, without the grader, for staff and their debuggers.

The arrays that the test passed are saved beside the script. They come out of the test's own helpers and the solution,
so a script that made them anew would be a copy of the test; and as they were, they stay right when tests change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

import numpy as np

from autograder.reports.explain.evidence import Evidence, largest_difference
from autograder.reports.explain.transcript import LOOKS, Transcript, TranscriptStep, about_of
from autograder.testing.student import Reference

# What may change values.
CHANGES = ("call", "set_item", "set_items")


@dataclass
class Reproduction:
    """The calls of a test as Python source.

    Attributes:
        lines: Statements; ``hand_in`` is the module with the student's code, ``given`` holds the arrays.
        look: An expression for the value that the test looked at; empty when a call did not return.
        arrays: What ``given`` holds, by name.
        names: The student's functions and classes that are called.
    """

    lines: list[str] = field(default_factory=list)
    look: str = ""
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)


def reproduce(transcript: Transcript, last: TranscriptStep, parameters: Mapping[str, list[str]]) -> Reproduction:
    """Return the calls that lead to a step.

    Args:
        transcript: What the test asked.
        last: The step at which something was seen to be wrong.
        parameters: The names of the arguments of each function, in order, where they are known.
    """
    return Writer(transcript, parameters).write(last)


class Writer:
    """Turns steps into source.

    Args:
        transcript: What the test asked.
        parameters: The names of the arguments of each function, in order, where they are known.
    """

    def __init__(self, transcript: Transcript, parameters: Mapping[str, list[str]]) -> None:
        self._transcript, self._parameters = transcript, parameters
        self._made = Reproduction()
        self._expressions: dict[int, str] = {}
        self._results = 0
        self._items: tuple[str, dict[Any, Any]] = ("", {})

    def write(self, last: TranscriptStep) -> Reproduction:
        """Return the calls that lead to a step."""
        for step in self._leading_to(last):
            self._take(step)
        self._write_items()
        self._made.names = list(dict.fromkeys(self._made.names))
        if last.op in LOOKS:
            self._made.look = self._expressions[last.target or 0]
        elif last.number is not None:
            self._made.look = self._expressions[last.number]
        elif last.op in ("attribute", "item", "name"):  # which raised
            self._made.lines.append(self._expression(last))
        return self._made

    def _leading_to(self, last: TranscriptStep) -> list[TranscriptStep]:
        """Return the steps that make, or may have changed, what a step is about; with all that they need."""
        steps = self._transcript.steps
        steps = steps[: next(index for index, step in enumerate(steps) if step is last) + 1]
        needed = set(self._owners(last))
        while True:
            kept = [step for step in steps if step is last or self._concerns(step, needed)]
            more = {owner for step in kept for owner in self._owners(step)} - needed
            if not more:
                break
            needed |= more
        handles = {number for step in kept for number in step.handles()}
        # Of what is only read, names and parts of results, what nothing asks for is left out.
        return [
            step
            for step in kept
            if step is last
            or step.op in ("call", "set_item", "set_items")
            or (step.op not in LOOKS and step.number in handles)
        ]

    def _concerns(self, step: TranscriptStep, needed: set[int]) -> bool:
        if step.op == "name" or step.error is not None:
            return step.op == "name"
        return any(owner in needed for owner in self._owners(step))

    def _owners(self, step: TranscriptStep) -> Iterator[int]:
        """Yield the handles of the calls whose results a step makes, uses or changes."""
        if step.op == "call" and step.number is not None:
            yield step.number
        for number in step.handles():
            maker = self._transcript.maker(number)
            origin = self._transcript.origin(maker) if maker is not None else None
            if origin is not None and origin.op == "call" and origin.number is not None:
                yield origin.number

    def _take(self, step: TranscriptStep) -> None:
        if step.op in LOOKS:
            return
        if step.op == "set_item":
            self._put_item(self._expressions[step.target or 0], step.request["key"], step.request["value"])
            return
        if step.op == "set_items":
            for key, value in step.request["items"].items():
                self._put_item(self._expressions[step.target or 0], key, value)
            return
        if step.op == "call":
            self._write_items()
        expression = self._expression(step)
        if step.op == "call":
            if step.number is None:
                self._made.lines.append(expression)
                return
            self._results += 1
            name = f"result_{self._results}"
            self._made.lines.append(f"{name} = {expression}")
            expression = name
        if step.number is not None:
            self._expressions[step.number] = expression

    def _expression(self, step: TranscriptStep) -> str:
        request, target = step.request, self._expressions.get(step.target or 0, "hand_in")
        match step.op:
            case "name":
                self._made.names.append(request["name"])
                return f"hand_in.{request['name']}"
            case "attribute":
                return f"{target}.{request['name']}"
            case "item":
                return f"{target}[{self._literal(request['key'], 'key')}]"
            case _:
                return f"{target}({', '.join(self._arguments(step))})"

    def _arguments(self, step: TranscriptStep) -> Iterator[str]:
        function = self._transcript.function_of(step)
        names = self._parameters.get(function, [])
        for index, value in enumerate(step.request["args"]):
            yield self._literal(value, names[index] if index < len(names) else f"argument_{index + 1}")
        for name, value in step.request["kwargs"].items():
            yield f"{name}={self._literal(value, name)}"

    def _put_item(self, target: str, key: Any, value: Any) -> None:
        """Keep an assignment to an item, until something else happens than more of them on the same object."""
        if target != self._items[0]:
            self._write_items()
        self._items = (target, {**self._items[1], key: value})

    def _write_items(self) -> None:
        """Write assignments to the items of one object, several of them as a loop."""
        (target, items), self._items = self._items, ("", {})
        named = {key: value for key, value in items.items() if isinstance(key, str) and isinstance(value, np.ndarray)}
        if len(named) < len(items) or len(named) == 1:
            for key, value in items.items():
                self._made.lines.append(f"{target}[{key!r}] = {self._literal(value, str(key))}")
        elif named:
            suffix = self._suffix(named)
            self._made.arrays.update({key + suffix: value for key, value in named.items()})
            self._made.lines.append(f"for key in ({', '.join(map(json.dumps, named))}):")
            self._made.lines.append(f"    {target}[key] = given[{f'key + {suffix!r}' if suffix else 'key'}]")

    def _literal(self, value: Any, name: str) -> str:
        match value:
            case Reference(number):
                return self._expressions[number]
            case np.ndarray():
                name += self._suffix({name: value})
                self._made.arrays[name] = value
                return f'given["{name}"]'
            case float() if not math.isfinite(value):
                return f'float("{value}")'
            case tuple() | list():
                items = ", ".join(self._literal(item, f"{name}_{index + 1}") for index, item in enumerate(value))
                return f"[{items}]" if isinstance(value, list) else f"({items}{',' if len(value) == 1 else ''})"
            case dict():
                return f"{{{', '.join(f'{key!r}: {self._literal(item, str(key))}' for key, item in value.items())}}}"
            case _:
                return repr(value)

    def _suffix(self, values: Mapping[str, np.ndarray]) -> str:
        """Return a suffix for the names of arrays, so that no array takes the name of a different one."""
        taken = self._made.arrays
        return next(
            suffix
            for suffix in chain([""], (f"_{number}" for number in count(2)))
            if all(name + suffix not in taken or _same(taken[name + suffix], value) for name, value in values.items())
        )


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other)


def script(made: Reproduction, found: Evidence, heading: str, arrays: str) -> str:
    """Return a script that makes a test's calls again, and fails as the test did.

    Args:
        made: The calls, as `reproduce` returns them.
        found: The place where something was seen to be wrong.
        heading: What the script reproduces, in one line.
        arrays: The name of the ``.npz`` file with its arrays, beside it.
    """
    lines = [
        f'"""{heading}',
        "",
        "The hand-in's code runs in this process, and nothing shuts it in: read hand_in.py first.",
        '"""',
        "from pathlib import Path",
        "import numpy as np",
        "import hand_in",
        "",
        f'given = np.load(Path(__file__).with_name("{arrays}"))',
        *made.lines,
        *_ending(made.look, found),
    ]
    return "\n".join(lines) + "\n"


def _ending(look: str, found: Evidence) -> Iterator[str]:
    if found.comparable or (found.step.op == "array" and isinstance(found.expected, np.ndarray)):
        yield f'returned, expected = np.asarray({look}), given["expected"]'
        yield 'assert returned.shape == expected.shape, f"shape {returned.shape}; {expected.shape} is asked"'
        yield from _comparison(found)
    elif found.step.op in LOOKS:
        seen = {"keys": "sorted({})", "plain": "{}"}.get(found.step.op, "np.asarray({})").format(look)
        right = found.expected if found.step.op != "keys" else sorted(found.expected or [])
        yield f"assert {seen} == {right!r}, {seen}"
    elif look:
        facts = about_of(found.step.solution)
        kind, length = facts.get("type"), facts.get("length")
        size = f" and len({look}) == {length}" if length is not None else ""
        yield f'assert type({look}).__name__ == "{kind}"{size}, {look}'
    elif found.step.error is None:
        yield "# This call does not return."


def _comparison(found: Evidence) -> Iterator[str]:
    scale = float(np.abs(found.expected).max(initial=0.0)) or 1.0
    yield (
        f"np.testing.assert_allclose(returned, expected, rtol={found.tolerance:g}, atol={found.tolerance * scale:.6g})"
    )
    if found.comparable and largest_difference(found) is None and found.returned.shape == found.expected.shape:
        if found.returned.dtype.kind != found.expected.dtype.kind:
            yield 'assert returned.dtype.kind == expected.dtype.kind, f"type {returned.dtype}"'
        else:
            yield "print(returned)  # as the solution's: the test compares it with something else, see what it saw"
