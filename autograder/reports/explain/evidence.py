"""Finds what shows that a failed test failed, and the calls that lead there.

Arrays that the test passed are kept as they were. They come out of the test's own helpers and the solution, so a
script that made them anew would be a copy of the test; and as they were, they stay right when tests change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, takewhile
from typing import Any

import numpy as np

from autograder.kernel import wire
from autograder.kernel.randomness import SEED
from autograder.reports.explain.transcript import NO_REPLY, Transcript, TranscriptStep, differs
from autograder.testing.expect import TOLERANCE, distance
from autograder.testing.faults import CheckFailed, Comparison, StudentFault
from autograder.testing.student import Reference

# What may change values.
CHANGES = ("call", "set")


@dataclass(frozen=True)
class Evidence:
    """The place where a test saw that something is wrong.

    Attributes:
        step: The look at a value, or the call.
        returned: The value that the student's code gave there; None when it is no array and no plain value.
        expected: The value that the test compared it with; where a test looks in a way of its own, the solution's
            value.
        tolerance: The largest relative error that is right.
        plain: Whether both are whole values that `same` compared: text, numbers, lists, dicts.
    """

    step: TranscriptStep
    returned: Any = None
    expected: Any = None
    tolerance: float = TOLERANCE
    plain: bool = False

    @property
    def comparable(self) -> bool:
        """Whether both values are arrays, or at least numbers."""
        return isinstance(self.returned, np.ndarray) and isinstance(self.expected, np.ndarray)


def evidence(transcript: Transcript, functions: Sequence[str]) -> Evidence | None:
    """Return where a test saw that something is wrong; None when it asked nothing.

    Args:
        transcript: What the test asked.
        functions: The functions that the problem's stub defines.
    """
    fault, steps = transcript.case.fault, transcript.steps
    if not steps:
        return None
    if isinstance(fault, StudentFault | wire.WireError):
        stopped = [step for step in steps if step.reply.error is not None or step.reply is NO_REPLY]
        return Evidence((stopped or steps)[-1])
    if isinstance(fault, CheckFailed) and fault.comparison is not None:
        return _compared(transcript, functions, fault.comparison)
    if isinstance(fault, CheckFailed) and (compared := fault.plain_comparison) is not None:
        maker = transcript.maker(compared.value._number)
        if maker is not None:
            return Evidence(maker, compared.returned, compared.expected, compared.tolerance, plain=True)
    return _looked_at(transcript, functions)


def _compared(transcript: Transcript, functions: Sequence[str], comparison: Comparison) -> Evidence | None:
    value = comparison.value
    if value is None:  # too few values were returned, or a key is missing
        lacking = [step for step in transcript.steps if step.request.get("form") == "keys" and differs(step, TOLERANCE)]
        for step in (*lacking[-1:], *_calls(transcript, functions)[-1:]):
            return Evidence(step, step.reply.value, step.solution.value)
        return None
    looks = [step for step in transcript.steps if step.request.get("form") == "array" and step.target == value._number]
    if not looks:
        maker = transcript.maker(value._number)
        return Evidence(maker, None, comparison.expected, comparison.tolerance) if maker else None
    return Evidence(looks[-1], looks[-1].reply.value, comparison.expected, comparison.tolerance)


def _looked_at(transcript: Transcript, functions: Sequence[str]) -> Evidence | None:
    """Return the first value of the problem's that is not the solution's; failing that, the last that was looked at."""
    looks = [step for step in transcript.steps if step.op == "get"]
    own = [step for step in looks if transcript.belongs_to(step, functions)]
    wrong = [step for step in (*own, *looks) if differs(step, TOLERANCE)]
    for step in (*wrong[:1], *own[-1:], *looks[-1:]):
        return Evidence(step, step.reply.value, step.solution.value)
    calls = _calls(transcript, functions)
    return Evidence(calls[-1]) if calls else None


def _calls(transcript: Transcript, functions: Sequence[str]) -> list[TranscriptStep]:
    calls = [step for step in transcript.steps if step.op == "call"]
    return [step for step in calls if transcript.belongs_to(step, functions)] or calls


@dataclass(frozen=True)
class Difference:
    """The element of an array that is furthest from what is expected.

    Attributes:
        place: Its indices, one for each axis.
        returned: What the student's code gave there.
        expected: What is expected there.
        count: How many elements are further off than is tolerated.
    """

    place: tuple[int, ...]
    returned: Any
    expected: Any
    count: int


def largest_difference(found: Evidence) -> Difference | None:
    """Return the element that is furthest off, None where arrays of one shape are not compared, or nothing is off."""
    if not found.comparable or found.returned.shape != found.expected.shape:
        return None
    error = np.nan_to_num(distance(found.returned.astype(float), found.expected.astype(float)), nan=np.inf)
    if not (error > found.tolerance).any():
        return None
    place = np.unravel_index(int(np.argmax(error)), error.shape)
    indices = tuple(int(index) for index in place)
    return Difference(indices, found.returned[place], found.expected[place], int((error > found.tolerance).sum()))


@dataclass(frozen=True)
class ReplayData:
    """The calls of a test as data, for `autograder.reports.explain.replay`.

    Attributes:
        data: What the JSON file holds.
        inputs: The arrays that the test passed, by name.
        arrays: What the ``.npz`` file holds: the inputs, what was returned and what was expected.
        names: The student's functions and classes that are called.
    """

    data: dict[str, Any]
    inputs: dict[str, np.ndarray]
    arrays: dict[str, np.ndarray]
    names: set[str]

    @property
    def lines(self) -> list[str]:
        """The calls and assignments, as Python would write them."""
        return [step["text"] for step in self.data["steps"] if "text" in step]

    def json(self) -> str:
        """Return the text of the JSON file, with each step on a line of its own."""
        steps = ",\n  ".join(map(json.dumps, self.data["steps"]))
        texts = {key: json.dumps(value) for key, value in self.data.items()} | {"steps": f"[\n  {steps}\n ]"}
        return "{\n " + ",\n ".join(f'"{key}": {text}' for key, text in texts.items()) + "\n}\n"


class ReplayWriter:
    """Turns the steps of a transcript into data; a value is named by the expression that gives it.

    Args:
        transcript: What the test asked.
        parameters: The names of the arguments of each function, in order, where they are known.
    """

    def __init__(self, transcript: Transcript, parameters: Mapping[str, list[str]]) -> None:
        self._transcript, self._parameters = transcript, parameters
        self._steps: list[dict[str, Any]] = []
        self._labels: dict[int, str] = {}
        self._results = count(1)
        self._arrays: dict[str, np.ndarray] = {}
        self._array_names: dict[tuple[Any, ...], str] = {}

    def write(self, found: Evidence, heading: str) -> ReplayData:
        """Return the calls that lead to a place.

        Args:
            found: The place where something was seen to be wrong.
            heading: What is replayed, in one line.
        """
        last, expected = found.step, found.expected
        steps = leading_to(self._transcript, last)
        for step in steps:
            self._add(step)
        inputs = dict(self._arrays)
        number, look = last.target, last.request.get("form")
        if last.op != "get":
            number, look = last.reply.number, "array" if found.comparable else "same" if found.plain else "about"
        value = None if number is None else self._labels[number]
        for done in self._steps:  # the part of a result that the test looked at is told as well
            if done.get("as", "") == value:
                done.setdefault("text", value)
        if look == "about":
            expected = last.solution.about
        elif expected is None:
            expected = last.solution.value
        data = {
            "test": heading,
            "seed": SEED,
            "steps": self._steps,
            "value": value,
            "look": look,
            "returned": self._form(found.returned, "returned"),
            "expected": self._form(expected, "expected"),
            "tolerance": found.tolerance,
            # Of values that are off, it is not known whether their type matters.
            "same_type": not found.comparable or largest_difference(found) is None,
        }
        names = {step.request["name"] for step in steps if step.op == "look_up" and step.target is None}
        return ReplayData(data, inputs, self._arrays, names)

    def _add(self, step: TranscriptStep) -> None:
        request, of = step.request, self._labels.get(step.target or 0, "hand_in")
        match step.op:
            case "set":
                key, value = self._form(request["key"], "key"), self._form(request["value"], str(request["key"]))
                text = f"{of}[{shown_form(key)}] = {shown_form(value)}"
                self._steps.append({"text": text, "do": "set_item", "of": of, "key": key, "value": value})
            case "look_up" if "name" in request:
                self._add_value(step, f"{of}.{request['name']}", do="attribute", of=of, name=request["name"])
            case "look_up":
                key = self._form(request["key"], "key")
                self._add_value(step, f"{of}[{shown_form(key)}]", do="item", of=of, key=key)
            case "call":
                known = self._parameters.get(self._transcript.function_of(step), [])
                names = chain(known, (f"argument_{index}" for index in count(len(known) + 1)))
                args = [self._form(value, next(names)) for value in request["args"]]
                kwargs = {name: self._form(value, name) for name, value in request["kwargs"].items()}
                texts = [*map(shown_form, args), *(f"{name}={shown_form(form)}" for name, form in kwargs.items())]
                self._add_value(step, f"{of}({', '.join(texts)})", do="call", of=of, args=args, kwargs=kwargs)

    def _add_value(self, step: TranscriptStep, text: str, **done: Any) -> None:
        """Add a step that gives a value; lookups have no text, for they are told with what is done with their value."""
        label = text
        if step.reply.number is None:
            done["text"] = text if step.reply is not NO_REPLY else f"{text}  # does not return"
        elif step.op == "call":
            label = f"result_{next(self._results)}"
            done["text"] = f"{label} = {text}"
        if step.reply.number is not None:
            self._labels[step.reply.number] = label
        self._steps.append({**done, "as": label})

    def _form(self, value: Any, name: str) -> Any:
        """Return a value as JSON holds it; arrays are kept under their names."""
        match value:
            case Reference(number):
                return {"value": self._labels[number]}
            case np.ndarray():
                return {"array": self._array(value, name)}
            case tuple():
                return {"tuple": self._form([*value], name)}
            case list():
                return [self._form(item, f"{name}_{index}") for index, item in enumerate(value, 1)]
            case dict():
                return {"dict": [[key, self._form(item, str(key))] for key, item in value.items()]}
        return value

    def _array(self, value: np.ndarray, name: str) -> str:
        """Return the name under which an array is kept: no array takes the name of a different one."""
        content = name, value.dtype.str, value.shape, value.tobytes()
        if content not in self._array_names:
            names = chain([name], (f"{name}_{number}" for number in count(2)))
            self._array_names[content] = free = next(name for name in names if name not in self._arrays)
            self._arrays[free] = value
        return self._array_names[content]


def shown_form(form: Any) -> str:
    """Return a value that JSON holds as Python source, with an array as its name."""
    match form:
        case {"array": name} | {"value": name}:
            return str(name)
        case {"tuple": items}:
            return f"({', '.join(map(shown_form, items))}{',' if len(items) == 1 else ''})"
        case {"dict": pairs}:
            return f"{{{', '.join(f'{key!r}: {shown_form(item)}' for key, item in pairs)}}}"
        case list():
            return f"[{', '.join(map(shown_form, form))}]"
    return repr(form)


def leading_to(transcript: Transcript, last: TranscriptStep) -> list[TranscriptStep]:
    """Return the steps that make, or may have changed, what a step is about, with all that they need; the step last."""
    earlier = takewhile(lambda step: step is not last, transcript.steps)
    returned = [step for step in earlier if step.reply is not NO_REPLY and step.reply.error is None]
    changes = [(step, _results_in(transcript, step)) for step in returned if step.op in CHANGES]
    concerned, before = _results_in(transcript, last), None
    while concerned != before:  # what is passed to one call together may share parts ever after
        before = concerned
        concerned = concerned.union(*(results for _, results in changes if results & concerned))
    changing = {id(step) for step, results in changes if results & concerned}
    # Of what is only read, names and parts of results, what nothing asks for is left out.
    kept, wanted = [last], {*last.handles()}
    for step in reversed(returned):
        if id(step) in changing or step.reply.number in wanted:
            kept.append(step)
            wanted.update(step.handles())
    return kept[::-1]


def _results_in(transcript: Transcript, step: TranscriptStep) -> set[int]:
    """Return the handles of the calls whose results a step makes, uses or changes."""
    makers = [step, *(maker for number in step.handles() if (maker := transcript.maker(number)) is not None)]
    calls = [origin for maker in makers if (origin := transcript.origin(maker)).op == "call"]
    return {call.reply.number for call in calls if call.reply.number is not None}
