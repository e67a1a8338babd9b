"""Reads and writes messages between a test and the process that holds the student's code.

A message is JSON with binary attachments. Arrays travel as attachments in NumPy's ``.npy`` format, read with
``allow_pickle=False`` semantics: the header is parsed, the dtype must be on a list, and the size in the header must
be the size of the body before an array is made. Nothing is ever unpickled.

On a stream a message is framed as two unsigned big-endian 32-bit lengths (header, body), the JSON header, and the
body, which is the attachments one after another; the header names their lengths.

The values that a message can hold (see `pack` and `unpack`):

=============  ==================================================
Python         JSON
=============  ==================================================
None, bool,    itself
int, float,
str
ndarray        ``{"npy": index of the attachment}``
tuple          ``{"tuple": [...]}``
list           ``{"list": [...]}``
dict           ``{"dict": [[key, value], ...]}``
a reference    ``{"ref": number}``
=============  ==================================================
"""

from __future__ import annotations

import functools
import io
import json
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LENGTHS = struct.Struct(">II")
# The header is parsed as JSON, which takes many times its size in memory: no text needs more. Arrays are copied once.
MAX_HEADER = 1 << 20
MAX_BODY = 1 << 28
# So few brackets cannot nest deeper than Python's JSON writer goes.
SIMPLE_BRACKETS = 200
MAX_DEPTH = 20
NPY_HEADER_MAX = 4096
# The header as NumPy writes it for an array of numbers. NumPy itself reads headers as Python expressions; what a
# stranger sends is not given to Python's parser.
NPY_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?s:..)\{'descr': '([<>|][a-zA-Z]\d{1,2})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,19}, ?)*(?:\d{1,19})?)\), \} *\n"
)
# Student arrays are numbers or truth values; text, objects, records, complex numbers and dates never cross.
DTYPES = frozenset("?bhilqBHILQefd")
# Of one dict. Whoever knows how Python hashes numbers can make thousands that all fall into one place of the
# table, which takes ten seconds to fill; how it hashes text nobody can foresee.
NUMBER_KEYS_MAX = 1000
# What crosses as itself.
PLAIN = (bool, int, float, str)
_to_json = json.JSONEncoder(ensure_ascii=False).encode


class WireError(ValueError):
    """A message breaks the rules of this module; the text says which one."""


@dataclass
class WireMessage:
    """One message: its JSON part and the ``.npy`` attachments that the JSON part refers to."""

    content: dict[str, Any]
    attachments: list[bytes] = field(default_factory=list)


def can_travel(array: np.ndarray) -> bool:
    """Return whether an array holds plain numbers or truth values."""
    return array.dtype.char in DTYPES


def dump_array(array: np.ndarray) -> bytes:
    """Return ``array`` as ``.npy`` bytes.

    Raises:
        WireError: The array holds something other than plain numbers or truth values.
    """
    if not can_travel(array):
        raise WireError(f"an array of numbers is asked, this one is of type {array.dtype}")
    # Version 1.0 always, which `load_array` insists on; NumPy itself would choose a later one for a long header.
    return npy_header(array.dtype, array.shape) + np.asarray(array).tobytes()


# Tests send arrays of the same few shapes thousands of times.
@functools.lru_cache(256)
def npy_header(dtype: np.dtype, shape: tuple[int, ...]) -> bytes:
    """Return the header that stands before the bytes of an array in C order."""
    buffer = io.BytesIO()
    descr = np.lib.format.dtype_to_descr(dtype)
    np.lib.format.write_array_header_1_0(buffer, {"descr": descr, "fortran_order": False, "shape": shape})
    return buffer.getvalue()


def load_array(data: bytes) -> np.ndarray:
    """Return a fresh, writable array from ``.npy`` bytes that an untrusted side sent.

    Raises:
        WireError: The header is malformed, the dtype is not a plain number or the sizes disagree.
    """
    header = NPY_HEADER.match(data[:NPY_HEADER_MAX])
    if header is None:
        raise WireError("not an array in .npy format, version 1.0")
    descr, fortran_order, lengths = (part.decode() for part in header.groups())
    fortran, shape = fortran_order == "True", tuple(int(length) for length in lengths.split(",") if length.strip())
    try:
        dtype = np.dtype(descr)
    except TypeError as fault:
        raise WireError(f"an array of numbers is asked, this one is of type {descr}") from fault
    if dtype.char not in DTYPES:
        raise WireError(f"an array of numbers is asked, this one is of type {dtype}")
    body = memoryview(data)[header.end() :]
    count = 1
    # Python's integers: numpy's would overflow, and a shape could be made to fit a short body.
    for length in shape:
        count *= length
    if count * dtype.itemsize != len(body):
        raise WireError(f"shape {shape} of {dtype} does not fit {len(body)} bytes")
    flat = np.frombuffer(body, dtype=dtype, count=count)
    try:
        # A copy, because frombuffer() gives a read-only view that keeps the whole message alive.
        return flat.reshape(shape, order="F" if fortran else "C").copy()
    except ValueError as fault:  # too many axes, or an empty array with an axis longer than there can be
        raise WireError("an array's shape is not one that numpy can hold") from fault


def pack(value: Any, attachments: list[bytes], refer: Callable[[Any], int | None]) -> Any:
    """Return the JSON form of ``value``; arrays are appended to ``attachments``.

    Args:
        value: A value of the types in this module's table, or one that is sent as a reference.
        attachments: Receives the ``.npy`` bytes, one item for each array.
        refer: Called first for every value that is not plain; a number makes it travel as a reference.

    Raises:
        WireError: ``value`` is of a type that cannot travel.
    """
    # np.float64 is a float and np.bool is not a bool: numpy's scalars cross as arrays, with their type.
    if value is None or (isinstance(value, PLAIN) and not isinstance(value, np.generic)):
        return value
    number = refer(value)
    if number is not None:
        return {"ref": number}
    if isinstance(value, np.ndarray | np.generic):
        attachments.append(dump_array(np.asarray(value)))
        return {"npy": len(attachments) - 1}
    if isinstance(value, tuple | list):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [pack(item, attachments, refer) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[key, pack(item, attachments, refer)] for key, item in value.items()]}
    raise WireError(f"a value of type {type(value).__name__} cannot be sent")


def unpack(
    form: Any,
    attachments: list[bytes],
    resolve: Callable[[int], Any],
    depth: int = 0,
    text: Callable[[str], str] = str,
) -> Any:
    """Return the value whose JSON form is ``form``; the inverse of `pack`.

    Args:
        form: The JSON form.
        attachments: The message's attachments; those that were read are emptied, for each may be named once: a message
            that names one many times would grow far beyond its size.
        resolve: Returns what a reference number stands for.
        depth: How deep this form is nested already.
        text: Returns the text that stands for one that arrived.

    Raises:
        WireError: The form breaks the rules of this module.
    """
    if isinstance(form, str):
        return text(form)
    if form is None or isinstance(form, PLAIN):
        return form
    if not isinstance(form, dict) or len(form) != 1 or depth > MAX_DEPTH:
        raise WireError("a value in a message is malformed")
    kind, inner = next(iter(form.items()))
    if kind == "ref" and isinstance(inner, int):
        return resolve(inner)
    if kind == "npy" and isinstance(inner, int) and 0 <= inner < len(attachments):
        # Emptied: naming one attachment a thousand times would make a thousand copies of it.
        data, attachments[inner] = attachments[inner], b""
        return load_array(data)
    if kind in ("tuple", "list") and isinstance(inner, list):
        items = [unpack(item, attachments, resolve, depth + 1, text) for item in inner]
        return tuple(items) if kind == "tuple" else items
    if kind == "dict" and isinstance(inner, list) and all(isinstance(p, list) and len(p) == 2 for p in inner):
        # A list as a key could not be hashed, and would raise what no caller expects.
        if not all(key is None or isinstance(key, PLAIN) for key, _ in inner):
            raise WireError("a key in a message is not a plain value")
        if sum(not isinstance(key, str) for key, _ in inner) > NUMBER_KEYS_MAX:
            raise WireError(f"a dict in a message has more than {NUMBER_KEYS_MAX} keys that are numbers")
        return {
            unpack(key, attachments, resolve, depth, text): unpack(value, attachments, resolve, depth + 1, text)
            for key, value in inner
        }
    raise WireError("a value in a message is malformed")


def encode(message: WireMessage) -> bytes:
    """Return the frame of a message; lone surrogates in its text become question marks.

    Raises:
        WireError: The message is larger than allowed, or cannot be written as JSON.
    """
    sizes = [len(part) for part in message.attachments]
    try:
        text = _to_json({"content": message.content, "sizes": sizes})
    except (TypeError, ValueError, RecursionError) as fault:  # for example an integer of too many digits
        raise WireError(f"a message cannot be written as JSON ({type(fault).__name__})") from fault
    header = text.encode("utf-8", "replace")
    if len(header) > MAX_HEADER or sum(sizes) > MAX_BODY:
        raise WireError(f"message too large: header {len(header)} bytes, arrays {sum(sizes)} bytes")
    return LENGTHS.pack(len(header), sum(sizes)) + header + b"".join(message.attachments)


def is_simple(header: bytes) -> bool:
    """Return whether JSON text can hold no lone surrogate, and is hardly nested."""
    return header.isascii() and b"\\u" not in header and header.count(b"[") + header.count(b"{") < SIMPLE_BRACKETS


def decode(header: bytes, body: bytes) -> WireMessage:
    """Return the message whose frame holds ``header`` and ``body``.

    Raises:
        WireError: The header is not what `encode` writes.
    """
    try:
        envelope = json.loads(header.decode())
        # Writing the text again takes as long as reading it: only text that could hold a surrogate is written.
        if not is_simple(header):
            json.dumps(envelope, ensure_ascii=False).encode()  # fails for text that no file can be written with
    except (ValueError, RecursionError) as fault:
        raise WireError("a message's header is not JSON") from fault
    content, sizes = (envelope.get("content"), envelope.get("sizes")) if isinstance(envelope, dict) else (None, None)
    if not isinstance(content, dict) or not isinstance(sizes, list):
        raise WireError("a message's header lacks its content or sizes")
    if not all(isinstance(size, int) and size >= 0 for size in sizes) or sum(sizes) != len(body):
        raise WireError("a message's attachments do not fill its body")
    attachments, start = [], 0
    for size in sizes:
        attachments.append(body[start : start + size])
        start += size
    return WireMessage(content, attachments)


def read_frame(receive: Callable[[int], bytes], room: int = MAX_BODY) -> WireMessage:
    """Read one message; lengths are checked before anything is read.

    Args:
        receive: Returns exactly as many bytes as it is asked for, or raises.
        room: The longest body that is worth reading, in bytes.

    Raises:
        WireError: The frame is larger than allowed or malformed.
    """
    header_length, body_length = LENGTHS.unpack(receive(LENGTHS.size))
    if header_length > MAX_HEADER or body_length > min(room, MAX_BODY):
        raise WireError(f"message too large: header {header_length} bytes, arrays {body_length} bytes")
    header = receive(header_length)
    return decode(header, receive(body_length))
