"""Puts stand-ins in the place of the student's functions: they hold no solution but ask the grader what to return.

This runs among untrusted code, like `autograder.kernel.call_server`: nothing here decides anything. The grader answers
only while it waits for the reply to a call, see `autograder.testing.stand_ins`.

Of a forward function with a backward function, a caller sees the student's own cache wherever there is one:

- A forward function that is **right** stays; only its inputs are noted.
- The output of one that is **wrong** is replaced by the right one. Its cache stays.
- Where one raises, returns no cache, or is not to be called again because it does not end, there is an opaque `Cache`.

The backward function's stand-in recognises the cache that it is given, finds what the forward function was called with,
and asks for the gradients there. Of a function without a backward function, all values are replaced.
"""

from __future__ import annotations

import copy
import enum
import inspect
import threading
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from types import FunctionType
from typing import Any, NoReturn

import numpy as np

from . import wire
from .calls import Calls

Ask = Callable[[wire.WireMessage], wire.WireMessage]
Function = Callable[..., Any]
Form = Callable[[Sequence[Any]], Any]
# What is replaced: a function and None, or a forward function and its backward function; and how many outputs the
# first one has, its cache left out.
Arranged = tuple[str, str | None, int]
# Makes what takes the place of the student's own function; None where there is none.
Make = Callable[[Function | None], Function]
# What an answer may raise instead of giving values; anything else becomes a RuntimeError.
ERRORS = {fault.__name__: fault for fault in (TypeError, ValueError, IndexError, RuntimeError)}


class Own(enum.StrEnum):
    """What is known of one of the student's own functions.

    Attributes:
        RIGHT: It passed all tests of its problem by itself.
        WRONG: It did not.
        UNUSABLE: It did not end, or ended its process: it is not called again.
    """

    RIGHT = "right"
    WRONG = "wrong"
    UNUSABLE = "unusable"


# Both classes: code that looks into a cache by index expects one, code that looks by attribute the other.
class CacheError(TypeError, AttributeError):
    """Code looked into a stand-in's cache."""


class Cache:
    """Takes the place of a cache where the student's own forward function gives none: it can only be handed on.

    Args:
        pair: The names of the forward and the backward function.
        report: Tells the grader that code looked into the cache.
    """

    __slots__ = ("_pair", "_report")

    def __init__(self, pair: tuple[str, str], report: Callable[[], None]) -> None:
        self._pair, self._report = pair, report

    def _looked(self, *_args: Any) -> NoReturn:
        forward, backward = self._pair
        self._report()
        raise CacheError(f"the cache of {forward} can only be handed to {backward}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # numpy and others ask every object for such names
            raise AttributeError(name)
        self._looked()

    def __bool__(self) -> bool:
        # ``if cache`` and ``cache or default`` are no looks into it.
        return True

    # The caller may copy its caches; a copy must be recognised as the same one.
    def __copy__(self) -> Cache:
        return self

    def __deepcopy__(self, _memo: Any) -> Cache:
        return self

    __getitem__ = __iter__ = __len__ = __contains__ = __setitem__ = __reversed__ = __add__ = __radd__ = _looked


class Asker:
    """Asks the grader over the connection on which it waits for the reply to a call.

    Args:
        send: Sends a frame.
        receive: Returns exactly as many bytes as it is asked for.
    """

    def __init__(self, send: Callable[[bytes], None], receive: Callable[[int], bytes]) -> None:
        self._send, self._receive = send, receive
        self._thread: int | None = None

    def __enter__(self) -> None:
        # Another thread of the student's could otherwise write into the middle of a reply on the same socket.
        self._thread = threading.get_ident()

    def __exit__(self, *_fault: object) -> None:
        self._thread = None

    def __call__(self, message: wire.WireMessage) -> wire.WireMessage:
        """Return the answer to a question.

        Raises:
            RuntimeError: No call is being served, or another thread serves it.
        """
        if self._thread != threading.get_ident():
            raise RuntimeError("stand-ins answer only in the thread that a test's call runs in, while it runs")
        self._send(wire.encode(message))
        return wire.read_frame(self._receive)


class StandInMaker:
    """Makes what takes the place of a function, or of a forward and its backward function.

    Args:
        arranged: What is replaced.
        own: What is known of the student's functions, by name: values of `Own`.
        ask: Asks the grader.
    """

    def __init__(self, arranged: Arranged, own: Mapping[str, str], ask: Ask) -> None:
        self._name, self._of_gradients, self._count = arranged
        self._own, self._ask = own, ask
        self._calls = Calls()
        self._form: Form | None = None

    def forward(self, own: Function | None) -> Function:
        """Return what takes the place of the student's own function, or forward function."""
        if own is not None and self._own[self._name] == Own.RIGHT:
            return own if self._of_gradients is None else self._noting(own)
        return self._corrected(own)

    def _noting(self, own: Function) -> Function:
        def noting(*args: Any, **kwargs: Any) -> Any:
            inputs = _inputs(own, args, kwargs)  # before the call: it may change its arguments
            result = own(*args, **kwargs)
            outputs = (result,) if isinstance(result, np.ndarray) else result[: self._count]
            return self._noted(result, outputs, inputs)

        return noting

    def _corrected(self, own: Function | None) -> Function:
        usable = own if self._own[self._name] != Own.UNUSABLE else None

        def corrected(*args: Any, **kwargs: Any) -> Any:
            # Asked first, with inputs as they came: the student's function may change its arguments, or never return.
            inputs = _inputs(own, args, kwargs)
            answer = self._answer({"function": self._name, "args": inputs})
            outputs = answer if isinstance(answer, tuple) else (answer,)
            # The student's wrong function must not change what the caller goes on with.
            copies = [_copy(value) for value in args], {name: _copy(value) for name, value in kwargs.items()}
            result = _result(usable, *copies)
            if self._of_gradients is None:
                return _like(result, outputs)
            if self._has_cache(result):
                result = _with_outputs(result, outputs, [*copies[0], *copies[1].values()])
            return self._noted(result, outputs, inputs)

        return corrected

    def _noted(self, result: Any, outputs: Sequence[Any], inputs: list[Any]) -> Any:
        """Note a call and return its result; without a cache in it, the right outputs and an opaque cache."""
        if not self._has_cache(result):
            pair = self._name, str(self._of_gradients)
            result = *outputs, Cache(pair, lambda: self._report("looked", self._name))
        self._calls.note(result[self._count], inputs)
        return result

    def _has_cache(self, result: Any) -> bool:
        count = self._count
        return isinstance(result, tuple | list) and len(result) > count and result[count] is not None

    def backward(self, own: Function | None) -> Function:
        """Return what takes the place of the student's own backward function."""
        name = str(self._of_gradients)

        def answered(*args: Any, **kwargs: Any) -> Any:
            values = _positional(own, args, kwargs)
            inputs = self._calls.inputs_of(values[-1]) if values else None
            if inputs is not None:
                upstream = [_sendable(value) for value in values[:-1]]
                answer = self._answer({"function": name, "args": upstream, "inputs": inputs})
                return self._formed(own, values, answer) if isinstance(answer, tuple) else answer
            self._report("unknown", name)
            # A right function of the student's may still understand a cache that is not recognised here.
            if own is not None and self._own[name] == Own.RIGHT:
                return own(*args, **kwargs)
            raise TypeError(f"{name} takes only a cache that {self._name} returned")

        return answered

    def _formed(self, own: Function | None, values: tuple[Any, ...], answer: tuple[Any, ...]) -> Any:
        """Return gradients in the form that the student's own function returns them in, which is found out once."""
        if self._form is None:
            # Not with an opaque cache, into which the function would have to look.
            unusable = self._own[str(self._of_gradients)] == Own.UNUSABLE
            usable = own if not unusable and not isinstance(values[-1], Cache) else None
            self._form = _form_of(_result(usable, [copy.deepcopy(value) for value in values], {}), len(answer))
        return self._form(answer)

    def _answer(self, question: dict[str, Any]) -> Any:
        attachments: list[bytes] = []
        answer = self._ask(
            wire.WireMessage({"ask": wire.pack(question, attachments, lambda _value: None)}, attachments)
        )
        if "error" in answer.content:
            fault = answer.content["error"]
            raise ERRORS.get(fault["name"], RuntimeError)(fault["text"])
        return wire.unpack(answer.content["answer"], answer.attachments, int)

    def _report(self, what: str, name: str) -> None:
        self._ask(wire.WireMessage({"ask": {"dict": [[what, name]]}}))


def makers(replaced: Sequence[Arranged], own: Mapping[str, str], ask: Ask) -> dict[str, Make]:
    """Return what makes a stand-in for each function, by name.

    Args:
        replaced: What is replaced.
        own: What is known of the student's functions, by name: values of `Own`.
        ask: Asks the grader.
    """
    made: dict[str, Make] = {}
    for arranged in replaced:
        name, of_gradients, _ = arranged
        maker = StandInMaker(arranged, own, ask)
        made[name] = maker.forward
        if of_gradients is not None:
            made[of_gradients] = maker.backward
    return made


def put_in_place(makes: Mapping[str, Make], namespace: MutableMapping[str, Any], own: Callable[[str], bool]) -> None:
    """Put stand-ins in the places of functions, and define names that are not defined.

    The code object of a student's function is replaced, so that the stand-in is called wherever the function is held:
    in other modules, closures, tables, default values, partial functions.

    Args:
        makes: Makes the stand-ins, by the names of the functions that they replace.
        namespace: The notebook's globals; changed in place.
        own: Returns whether code that was compiled from a file of this name is the student's. Other functions are
            replaced under their names alone.
    """
    for name, make in makes.items():
        old = namespace.get(name)
        if isinstance(old, FunctionType) and own(old.__code__.co_filename):
            # The stand-in calls a copy: the original is about to lead back to the stand-in.
            _lead(old, make(_copied(old)))
        else:
            # Others' functions, numpy's for example, are shared with code that must go on using them.
            namespace[name] = make(old if callable(old) else None)


def _copied(function: FunctionType) -> FunctionType:
    copied = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    # A FunctionType takes all of a function but the defaults of keyword-only parameters.
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied


def _lead(function: FunctionType, stand_in: Function) -> None:
    # A function's code can be replaced only by code with as many free variables.
    function.__code__ = _led.__code__.replace(co_freevars=function.__code__.co_freevars)
    function.__defaults__, function.__kwdefaults__ = None, {"_stand_in": stand_in}


def _led(*args: Any, _stand_in: Function, **kwargs: Any) -> Any:
    return _stand_in(*args, **kwargs)


def _inputs(own: Function | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
    """Return sendable copies of the arguments, in the order of the parameters."""
    return [_sendable(value) for value in _positional(own, args, kwargs)]


def _positional(own: Function | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    """Return all arguments in the order of a function's parameters, whose names the student chose."""
    if own is not None and kwargs:
        try:
            bound = inspect.signature(own).bind(*args, **kwargs)
            bound.apply_defaults()  # of what is left out before an argument that is named
            return bound.args
        except (TypeError, ValueError):  # it takes others, or tells none
            pass
    return (*args, *kwargs.values())


def _sendable(value: Any) -> Any:
    """Return a copy of an argument as it can be sent: None for what is no array of numbers."""
    try:
        array = np.array(value)
    except ValueError:  # lists of different lengths
        return None
    return None if array.dtype == object else array


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _result(own: Function | None, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Return what a function that may be wrong returns; None when it raises or there is none."""
    try:
        return own(*args, **kwargs) if own is not None else None
    except Exception:
        return None


def _with_outputs(result: Any, outputs: Sequence[Any], arguments: list[Any]) -> Any:
    """Return what a function returned, with the right outputs in place of its own.

    Args:
        result: A tuple or list whose first items are the outputs; an output is overwritten where that is safe.
        outputs: The right outputs.
        arguments: What it was called with; memory that they share is left alone.
    """
    own, values = result[: len(outputs)], [*result]
    for place, (old, new) in enumerate(zip(own, outputs, strict=True)):
        # Written in place only where nobody else sees it: an output that is a view of an argument would change the
        # caller's input, and one that is another output as well would change that.
        others = [*arguments, *own[:place], *own[place + 1 :]]
        if _is_alike(old, new) and not any(np.may_share_memory(old, one) for one in others if _is_array(one)):
            old[...] = new  # in place: the cache may hold it as well
        else:
            values[place] = new.tolist() if _is_nested_list(old) and _is_array(new) else new
    if all(value is old for value, old in zip(values, result, strict=True)):
        return result
    return _form_of(result, len(values))(values)


def _is_alike(own: Any, right: Any) -> bool:
    """Return whether one array can be written into the other."""
    both = _is_array(own) and _is_array(right)
    return both and own.shape == right.shape and own.dtype.kind == right.dtype.kind == "f" and own.flags.writeable


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray)


def _is_nested_list(value: Any) -> bool:
    # A list of arrays is what a loop has gathered and nobody has stacked: callers mostly need the array.
    return isinstance(value, list) and not any(_is_array(item) for item in value)


def _like(result: Any, outputs: Sequence[Any]) -> Any:
    """Return right outputs in the form in which a function without a cache returned its own, with what follows them."""
    several = isinstance(result, tuple) or (isinstance(result, list) and len(outputs) > 1)
    if several and len(result) >= len(outputs):
        return _with_outputs(result, outputs, [])
    if len(outputs) > 1:
        return tuple(outputs)
    (output,) = outputs
    return output.tolist() if _is_nested_list(result) and _is_array(output) else output


def _form_of(result: Any, count: int) -> Form:
    """Return what makes a tuple, list or named tuple of ``count`` values, of the same kind as ``result``."""
    if isinstance(result, tuple) and hasattr(result, "_make") and len(result) == count:
        made: Form = type(result)._make
        return made
    return list if isinstance(result, list) else tuple
