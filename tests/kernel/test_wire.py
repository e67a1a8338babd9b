"""Messages: what travels and comes back equal, and what is refused before it does harm."""

from __future__ import annotations

import io
import json
import math
import pickle
import random
import sys

import numpy as np
import pytest

from autograder.kernel import wire
from autograder.kernel.wire import LENGTHS, MAX_BODY, MAX_HEADER, WireError, WireMessage


def travel(value, refer=lambda _value: None, resolve=lambda number: ("object", number)):
    """Return a value after its way over the wire."""
    attachments: list[bytes] = []
    message = WireMessage({"value": wire.pack(value, attachments, refer)}, attachments)
    arrived = wire.read_frame(io.BytesIO(wire.encode(message)).read)
    return wire.unpack(arrived.content["value"], arrived.attachments, resolve)


def npy(descr: str, shape: str, body: bytes, fortran: str = "False") -> bytes:
    """Return ``.npy`` bytes whose header says what it likes."""
    header = f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    header += b" " * (63 - (10 + len(header)) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + body


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1.5,
        "text",
        "\u00e9 \U0001f600",
        (),
        [],
        {},
        (1, [2, {"a": None, "b": (3.0,)}]),
        {1: 2, None: 3, 2.5: "x"},
    ],
)
def test_plain_values_arrive_equal_and_of_the_same_type(value):
    arrived = travel(value)
    assert arrived == value
    assert type(arrived) is type(value)


@pytest.mark.parametrize("dtype", ["?", "i1", "i8", "u4", "f2", "f4", "f8", ">f8", ">i4"])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3), (2, 3, 4)])
def test_arrays_arrive_equal_with_their_shape_and_dtype(dtype, shape):
    array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    arrived = travel(array)
    assert arrived.dtype == array.dtype
    assert arrived.shape == shape
    np.testing.assert_array_equal(arrived, array)


def test_an_array_in_fortran_order_or_of_every_second_element_arrives_equal():
    array = np.arange(24.0).reshape(4, 6)
    for view in (np.asfortranarray(array), array[::2, ::-3], array.T):
        np.testing.assert_array_equal(travel(view), view)


def test_a_file_in_fortran_order_is_read_as_numpy_reads_it():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    buffer = io.BytesIO()
    np.save(buffer, array)
    assert b"'fortran_order': True" in buffer.getvalue()
    np.testing.assert_array_equal(wire.load_array(buffer.getvalue()), array)


def test_nan_and_infinity_arrive():
    np.testing.assert_array_equal(travel(np.array([np.nan, np.inf, -np.inf])), [np.nan, np.inf, -np.inf])
    assert math.isnan(travel(math.nan))
    assert travel(-math.inf) == -math.inf


def test_no_text_that_arrives_is_kept_by_python():
    # Python 3.12 keeps interned text for as long as it runs; what is interned is the very object that it is told from.
    arrived = travel({"".join(["not ", "kept"]): "".join(["nor ", "this"])})
    (key, value), *_ = arrived.items()
    assert (key, value) == ("not kept", "nor this")
    assert sys.intern("".join(["not ", "kept"])) is not key
    assert sys.intern("".join(["nor ", "this"])) is not value


def test_an_array_that_arrives_can_be_written_to():
    travel(np.zeros(3))[0] = 1


def test_a_numpy_scalar_arrives_as_an_array_without_axes():
    arrived = travel(np.float32(1.5))
    assert arrived.shape == ()
    assert arrived.dtype == np.float32


def test_a_reference_is_resolved_where_it_arrives():
    thing = object()
    assert travel([thing, 1], lambda value: 7 if value is thing else None) == [("object", 7), 1]


@pytest.mark.parametrize(
    "array",
    [
        np.array([object()]),
        np.array(["text"]),
        np.array([b"bytes"]),
        np.array([1j]),
        np.array(["2020-01-01"], dtype="M8[D]"),
        np.zeros(2, dtype=[("a", "f8")]),
        np.zeros(1, dtype=np.longdouble),
    ],
    ids=lambda array: str(array.dtype),
)
def test_an_array_of_anything_but_numbers_is_not_sent(array):
    with pytest.raises(WireError, match="an array of numbers is asked"):
        wire.dump_array(array)


def test_a_value_of_an_unknown_type_is_not_sent():
    with pytest.raises(WireError, match="type set cannot be sent"):
        wire.pack({1, 2}, [], lambda _value: None)


def test_a_pickle_in_an_npy_file_is_never_loaded():
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("it was unpickled",))

    with pytest.raises(WireError, match="not an array"):
        wire.load_array(npy("'|O'", "(1,)", pickle.dumps(np.array([Trap()]))))


@pytest.mark.parametrize(
    "descr",
    [
        "'|O'",
        "'<U4'",
        "'|S4'",
        "'<c16'",
        "'|V8'",
        "'<M8[D]'",
        "[('a', '<f8')]",
        "[('a', '|O')]",
        "('<f8', (2,))",
        "'<f16'",
    ],
)
def test_a_dtype_that_is_not_a_plain_number_is_refused(descr):
    with pytest.raises(WireError):
        wire.load_array(npy(descr, "(1,)", bytes(64)))


@pytest.mark.parametrize(
    "shape",
    [
        "(2,)",
        "(0,)",
        "(-1,)",
        "(-1, -1)",
        "(2**70,)",
        "(0, 2**70)",
        "(0, -1)",
        "(2**40, 2**40)",
        "(1.0,)",
        "[1]",
        "None",
        "(" + "1, " * 100 + ")",
        "(0, " + "1, " * 100 + ")",
        "('1',)",
        "__import__('os')",
        "(" * 3000,
    ],
)
def test_a_shape_that_does_not_fit_the_body_is_refused(shape):
    body = b"" if shape.startswith(("(0, ", "(-1,)")) else bytes(8)
    with pytest.raises(WireError):
        wire.load_array(npy("'<f8'", shape.replace("2**70", str(2**70)).replace("2**40", str(2**40)), body))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00\xff\xff{",
        b"\x93NUMPY\x02\x00\x00\x00\x00\x00",
        b"\x93NUMPY\x09\x00" + bytes(60),
        b"PK\x03\x04" + bytes(60),
        pickle.dumps([1]),
        npy("'<f8'", "(1,)", bytes(8))[:-1],
        npy("'<f8'", "(1,)", bytes(8)) + b"\0",
    ],
    ids=range(9),
)
def test_bytes_that_are_no_array_of_their_length_are_refused(data):
    with pytest.raises(WireError):
        wire.load_array(data)


@pytest.mark.parametrize(
    "form",
    [
        {"npy": 1},
        {"npy": -1},
        {"npy": "0"},
        {"npy": None},
        {"pickle": "x"},
        {},
        {"ref": "1"},
        {"ref": None},
        {"ref": 1.0},
        {"tuple": 1, "list": []},
        {"tuple": "ab"},
        {"list": {"ref": 1}},
        {"dict": [["a"]]},
        {"dict": [[[], 1]]},
        {"dict": {"a": 1}},
        [],
        [1],
        {"dict": [[{"ref": 1}, 1]]},
    ],
    ids=str,
)
def test_a_malformed_value_is_refused(form):
    with pytest.raises(WireError):
        wire.unpack(form, [wire.dump_array(np.zeros(1))], lambda number: number)


def test_a_dict_has_at_most_so_many_numbers_for_keys():
    # All have the same hash: thirty-six thousand, which one message can hold, take ten seconds.
    numbers = [[number * (2**61 - 1), None] for number in range(wire.NUMBER_KEYS_MAX + 1)]
    assert len(wire.unpack({"dict": numbers[1:]}, [], int)) == wire.NUMBER_KEYS_MAX
    with pytest.raises(WireError, match="more than 1000 keys that are numbers"):
        wire.unpack({"dict": numbers}, [], int)
    assert len(wire.unpack({"dict": [[str(number), None] for number, _ in numbers]}, [], int)) == len(numbers)


def test_an_array_that_is_named_twice_is_refused():
    with pytest.raises(WireError):
        wire.unpack({"list": [{"npy": 0}, {"npy": 0}]}, [wire.dump_array(np.zeros(9))], lambda number: number)


def test_a_body_longer_than_there_is_room_for_is_not_read():
    frame = io.BytesIO(wire.encode(WireMessage({}, [bytes(100)])))
    with pytest.raises(WireError, match="too large"):
        wire.read_frame(frame.read, room=99)
    assert frame.tell() == LENGTHS.size


def test_a_value_that_is_nested_too_deep_is_refused():
    form: object = 1
    for _ in range(wire.MAX_DEPTH + 2):
        form = {"list": [form]}
    with pytest.raises(WireError):
        wire.unpack(form, [], lambda number: number)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"[]",
        b"1",
        b"{}",
        b'{"content": {}}',
        b'{"content": [], "sizes": []}',
        b'{"content": {}, "sizes": {}}',
        b'{"content": {}, "sizes": [1]}',
        b'{"content": {}, "sizes": [-1, 1]}',
        b'{"content": {}, "sizes": ["0"]}',
        b'{"content": {}, "sizes": [0.0]}',
        b"[" * 200_000,
        b"1" * 10_000,
        b'{"content": {"a": ' + b"[" * 5_000 + b"]" * 5_000 + b'}, "sizes": []}',
    ],
    ids=range(16),
)
def test_a_header_that_encode_would_not_write_is_refused_or_harmless(header):
    try:
        message = wire.decode(header, b"")
    except WireError:
        return
    with pytest.raises(WireError):
        wire.unpack(message.content["a"], [], lambda number: number)


@pytest.mark.parametrize(("header", "body"), [(MAX_HEADER + 1, 0), (2, MAX_BODY + 1), (2**32 - 1, 2**32 - 1)])
def test_a_frame_that_is_too_large_is_refused_before_it_is_read(header, body):
    asked = []

    def receive(count):
        asked.append(count)
        return LENGTHS.pack(header, body)

    with pytest.raises(WireError, match="too large"):
        wire.read_frame(receive)
    assert asked == [LENGTHS.size]


def test_a_message_that_is_too_large_is_not_sent():
    with pytest.raises(WireError, match="too large"):
        wire.encode(WireMessage({"text": "x" * MAX_HEADER}))


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb"])
def test_half_a_surrogate_pair_becomes_text_that_can_be_written_to_a_file(value):
    assert travel({"key": [value]})["key"][0].encode()


def test_half_a_surrogate_pair_that_a_stranger_sends_is_refused():
    with pytest.raises(WireError):
        wire.decode(b'{"content": {"text": "\\ud800"}, "sizes": []}', b"")


def test_an_integer_too_long_for_json_is_not_sent():
    with pytest.raises(WireError, match="cannot be written as JSON"):
        wire.encode(WireMessage({"value": 10**5_000}))


def test_damaged_frames_are_refused_and_nothing_worse_happens():
    """Flip, drop and repeat bytes of good frames: each is read, or refused with a WireError, or ends too early."""
    random_numbers = random.Random(231)
    attachments: list[bytes] = []
    form = wire.pack((np.arange(6.0).reshape(2, 3), [1, {"a": np.array(True)}], None), attachments, lambda _value: None)
    frame = wire.encode(WireMessage({"value": form}, attachments))
    refused = 0
    for _ in range(3_000):
        damaged = bytearray(frame)
        for _ in range(random_numbers.randint(1, 4)):
            place = random_numbers.randrange(len(damaged))
            match random_numbers.randrange(3):
                case 0:
                    damaged[place] = random_numbers.randrange(256)
                case 1:
                    del damaged[place:]
                case _:
                    damaged[place:place] = damaged[place : place + 8]
            if not damaged:
                break
        refused += not survives(bytes(damaged))
    assert refused > 1_000


def survives(frame: bytes) -> bool:
    """Return whether a frame can be read; let anything but the two errors that are expected through."""
    stream = io.BytesIO(frame)

    def receive(count):
        data = stream.read(count)
        if len(data) < count:
            raise EOFError
        return data

    try:
        message = wire.read_frame(receive)
        wire.unpack(message.content.get("value"), message.attachments, lambda number: number)
    except (WireError, EOFError):
        return False
    return True


def test_a_frame_is_lengths_then_json_then_arrays():
    frame = wire.encode(WireMessage({"a": 1}, [b"xyz", b"w"]))
    header_length, body_length = LENGTHS.unpack(frame[: LENGTHS.size])
    assert json.loads(frame[LENGTHS.size : LENGTHS.size + header_length]) == {
        "content": {"a": 1},
        "sizes": [3, 1],
    }
    assert frame[-body_length:] == b"xyzw"


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24.0).reshape(2, 3, 4),
        np.arange(24.0).reshape(2, 3, 4).T,
        np.arange(24).reshape(4, 6)[::2, ::-1],
        np.asfortranarray(np.eye(3, dtype=np.float32)),
        np.float64(2.5),
        np.zeros((0, 3), dtype=np.int32),
        np.ma.masked_array([1.0, 2.0], [True, False]),
    ],
)
def test_the_bytes_of_an_array_are_those_that_numpy_writes(array):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array, order="C"), allow_pickle=False)
    assert wire.dump_array(np.asanyarray(array)) == buffer.getvalue()
