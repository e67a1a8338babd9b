"""What a kernel may send: replies to calls, arrays, questions to stand-ins, and Jupyter's messages.

Each is right but for a few places, or not at all.
"""

from __future__ import annotations

import functools
import json
from random import Random
from typing import Any

import nbformat
import numpy as np
from jupyter_client.session import Session

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.limits import OutputLimits, StandInLimits
from autograder.course.paths import KIT_ROOT
from autograder.kernel import wire
from autograder.kernel.call_server import Server, reader
from autograder.marking.execution.client import BoundedChannel, Flooded, Garbled, answers_request, is_idle
from autograder.marking.execution.outputs import CellOutputs, held
from autograder.marking.sanitise import OutputCleaner, clean_cells
from autograder.testing import student as remote
from autograder.testing.case import Case, open_case
from autograder.testing.expect import close, is_close, number, returned
from autograder.testing.faults import CheckFailed, StudentError
from autograder.testing.link import LocalLink
from autograder.testing.stand_ins import StandIns
from autograder.testing.student import Student
from tests.fuzz.mutation import NUMBERS, TEXTS, json_bytes, mutated_bytes, mutated_value, odd_value
from tests.fuzz.target import Target, Wrong, drawn

ASSIGNMENT = "rnn_captioning"
FIELDS = (
    "replies",
    "value",
    "about",
    "parts",
    "now",
    "items",
    "changed",
    "printed",
    "error",
    "ask",
    "ref",
    "npy",
    "tuple",
    "list",
    "dict",
)
ARRAYS = (np.zeros(0), np.ones(3), np.float32(2), np.arange(6).reshape(2, 3), np.full((2, 2), np.nan), np.array([True]))
NPY = (
    b"\x93NUMPY", b"\x01\x00", b"v\x00", b"'descr': ", b"'<f8'", b"'|O'", b"'<U9'", b"'>c16'",
    b"'fortran_order': True", b"(3,)",
    b"(0, 99999999999999999999)",
    b"(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)", b"\n", b"{", b"}",
)  # fmt: skip


def odd_form(rng: Random, attachments: list[bytes], depth: int = 4) -> Any:
    """Return what stands for a value in a message, now and then rightly."""
    if depth and rng.random() < 0.5:
        several = [odd_form(rng, attachments, depth - 1) for _ in range(rng.randrange(5))]
        keys = (*TEXTS[:6], None, True, *NUMBERS)
        items = [[rng.choice(keys), form] for form in several]
        return rng.choice(({"tuple": several}, {"list": several}, {"dict": items}, {rng.choice(FIELDS): several}))
    attachments.append(odd_array(rng))
    number = rng.choice((len(attachments) - 1, 0, -1, *NUMBERS))
    right = wire.pack(rng.choice(ARRAYS), attachments, lambda _value: None)
    return rng.choice((odd_value(rng), {"npy": number}, {"ref": number}, mutated_value(rng, right)))


def odd_array(rng: Random) -> bytes:
    """Return the bytes of an array, most of them right."""
    data = wire.dump_array(np.asarray(rng.choice(ARRAYS)))
    return mutated_bytes(rng, data, pieces=NPY) if rng.random() < 0.7 else data


def framed(content: dict[str, Any], attachments: list[bytes]) -> bytes:
    """Return a frame as a kernel may write it, whatever it holds."""
    header = json_bytes({"content": content, "sizes": [len(part) for part in attachments]})
    return wire.LENGTHS.pack(len(header), sum(map(len, attachments))) + header + b"".join(attachments)


def read(frame: bytes) -> wire.WireMessage:
    """Read a frame."""
    left = memoryview(frame)

    def receive(count: int) -> bytes:
        nonlocal left
        part, left = bytes(left[:count]), left[count:]
        return part

    return wire.read_frame(reader(receive))


def draw_frame(rng: Random) -> bytes:
    """Return a frame."""
    attachments: list[bytes] = []
    frame = framed({"value": odd_form(rng, attachments)}, attachments)
    return mutated_bytes(rng, frame) if rng.random() < 0.5 else frame


def read_value(frame: bytes) -> None:
    """Read a frame and the value in it, which must be one that can be sent back."""
    message = read(frame)
    value = wire.unpack(message.content.get("value"), message.attachments, remote.Reference)
    wire.encode(wire.WireMessage({"value": wire.pack(value, [], lambda one: getattr(one, "number", None))}))


class Mutating:
    """A link to right code, on which replies are changed.

    Args:
        rng: Says how.
    """

    def __init__(self, rng: Random) -> None:
        self._rng, self._link = rng, LocalLink(Server({"f": lambda x: (x, {"a": x, "b": 1}, [1, 2]), "n": 3.0}))

    def exchange(self, message: wire.WireMessage, room: int = 0) -> wire.WireMessage:
        """Return a reply, as it would arrive."""
        reply = self._link.exchange(message, wire.MAX_BODY)
        content, attachments = mutated_value(self._rng, reply.content, 0.03), list(reply.attachments)
        if isinstance(content, dict) and self._rng.random() < 0.3:
            content[self._rng.choice(FIELDS)] = odd_form(self._rng, attachments)
        return read(framed(content, attachments))


def ask(seed: bytes) -> None:
    """Do what hidden tests do with a function of which the replies are changed."""
    rng = Random(seed)
    student = Student(lambda: Mutating(rng))
    with open_case(Case()):
        for step in rng.choices(STEPS, k=6):
            try:
                step(student)
            except EXPECTED as fault:
                f"{fault}{getattr(fault, 'lines', '')}".encode()  # it is written into the record


def late(result: remote.Remote, student: Student) -> None:
    """Look at what a call returned after another call."""
    student.f(np.ones(3))
    for part in (result, result[0], result[1]["b"], result[2]):
        remote.fetch(part, 4096)


def many(result: remote.Remote, student: Student) -> None:
    """Look up and set several items, all of which go over in one message."""
    items = [result[index] for index in (0, 1, 2)] + [student.n, student.missing]
    result[0] = np.ones(2)
    for item in items:
        remote.kind(item)


EXPECTED = (StudentError, CheckFailed, wire.WireError)
STEPS = (
    lambda student: close(returned(student.f(np.ones(3)), "y", "cache", "further")[0], np.ones(3)),
    lambda student: is_close(returned(student.f(np.ones(3)), "y")[0], np.ones(3)),
    lambda student: number(returned(student.n, "loss", dimensions=0)[0]),
    lambda student: remote.fetch(student.f(np.ones(3))[1]["a"], 4096),
    lambda student: remote.kind(student.f(np.ones(3))[1]["b"]),
    lambda student: many(student.f(np.ones(3))[2], student),
    lambda student: remote.keys(student.f(np.ones(3))[1]),
    lambda student: remote.plain(student.n),
    lambda student: remote.fetch(student.f(np.ones(3))[2], 4096) + len(remote.keys(student.f(np.ones(3))[1])),
    lambda student: late(student.f(np.ones(3)), student),
    lambda student: (remote.kind(student.n), remote.dtype(student.n), remote.length(student.n), repr(student.n)),
)


@functools.cache
def assignment() -> Assignment:
    """Return the assignment whose functions stand in."""
    return Assignment(Course(KIT_ROOT), ASSIGNMENT)


def draw_question(rng: Random) -> bytes:
    """Return frames of questions, some of them to functions that stand in."""
    names = [name for entry in assignment().stand_ins for name in entry.functions]
    frames = b""
    for _ in range(3):
        attachments: list[bytes] = []
        forms = [odd_form(rng, attachments) for _ in range(rng.randrange(7))]
        named = [[rng.choice((*TEXTS[:4], "x", "dout", "cache")), form] for form in forms[:2]]
        question = [["function", rng.choice((*names, "f"))], ["args", {"list": forms[2:]}], ["kwargs", {"dict": named}]]
        if rng.random() < 0.2:
            question = mutated_value(rng, [["looked", rng.choice(names)], *question])
        frames += framed({"ask": {"dict": question}}, attachments)
    return frames


def answer(frames: bytes) -> None:
    """Answer questions; each answer must be one that can be sent."""
    stand_ins = StandIns(assignment(), assignment().stand_ins, StandInLimits(axis=100, elements=10_000))
    place = 0
    while place < len(frames):
        header, body = wire.LENGTHS.unpack_from(frames, place)
        end = place + wire.LENGTHS.size + header + body
        wire.encode(stand_ins.answer(read(frames[place:end])))
        place = end


KINDS = (
    "stream",
    "display_data",
    "execute_result",
    "update_display_data",
    "error",
    "clear_output",
    "status",
    "comm_msg",
)
CONTENT = {
    "name": "stdout", "text": "a\rb\n", "data": {"text/plain": "1", "text/html": "<b>1</b>",
    "image/png": "iVBORw0KGgo="},
    "metadata": {"image/png": {"width": 3}}, "transient": {"display_id": "d"}, "execution_count": 1, "wait": True,
    "ename": "E", "evalue": "v", "traceback": ["a", "\x1b[31mb"], "execution_state": "idle",
}  # fmt: skip
DATE = "2026-03-01T12:00:00Z"
HTML = (
    "<table><tr><td style='text-align:right'>",
    "<svg/onload=x>",
    "<img src='data:image/png;base64,iVBORw0KGgo='>",
    "<!--",
    "<b " * 50,
)


def draw_messages(rng: Random) -> bytes:
    """Return messages of a cell: their types and contents."""
    messages = []
    for _ in range(rng.randrange(1, 12)):
        content = mutated_value(rng, CONTENT, 0.08)
        if isinstance(content, dict) and isinstance(content.get("data"), dict):
            content["data"][rng.choice(("text/html", "text/markdown", "text/latex"))] = "".join(rng.choices(HTML, k=9))
        messages.append([rng.choice(KINDS) if rng.random() < 0.95 else odd_value(rng), content])
    return json_bytes(messages)


def show(data: bytes) -> None:
    """Let a cell show what messages tell; it must be bounded, and fit to be written and cleaned."""
    limits = OutputLimits(outputs=5, text=1000, kept=20_000)
    cell = nbformat.v4.new_code_cell()
    outputs = CellOutputs(cell, limits, 1 << 20)
    for kind, content in json.loads(data):
        outputs.take(kind, content)
        is_idle({"msg_type": kind, "content": content}) or answers_request({"parent_header": content}, "a")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    if held(notebook) > 2 * limits.kept or len(cell.outputs) > limits.outputs + 1:
        raise Wrong(f"{len(cell.outputs)} outputs of {held(notebook)} bytes were kept")
    for _ in ("as it was shown", "cleaned"):
        nbformat.validate(nbformat.reads(nbformat.writes(notebook).encode().decode(), as_version=4))
        cell.outputs = OutputCleaner().clean(cell.outputs)
        clean_cells(notebook)


def draw_parts(rng: Random) -> bytes:
    """Return the parts of one of Jupyter's messages, of which some were changed."""
    header = {"msg_id": "a_1", "msg_type": "stream", "session": "a", "username": "", "version": "5.3", "date": DATE}
    contents = (header, {**header, "msg_type": "execute_request"}, {}, {"name": "stdout", "text": "a"})
    parts = [b"kernel.a", b"<IDS|MSG>", b"", *map(json_bytes, contents)]
    for _ in range(rng.randrange(1, 3)):
        at = rng.randrange(len(parts))
        odd = json_bytes(odd_value(rng)) if rng.random() < 0.5 else mutated_bytes(rng, parts[at])
        parts[at : at + rng.randrange(2)] = [odd] * rng.choice((1, 1, 2, 70))
    return json_bytes([part.decode("latin-1") for part in parts])


class Deaf(BoundedChannel):
    """A channel without a socket."""

    def __init__(self) -> None:
        self.session = Session(key=b"")


def take_parts(data: bytes) -> None:
    """Read a message and look at it as a client does."""
    message = Deaf()._read([part.encode("latin-1") for part in json.loads(data)])
    if not (answers_request(message, "a") or is_idle(message)):
        CellOutputs(nbformat.v4.new_code_cell(), OutputLimits(), 1 << 20).take(message["msg_type"], message["content"])


TARGETS = (
    Target("frames", drawn(draw_frame), read_value, (wire.WireError, EOFError)),
    Target("arrays", drawn(odd_array), lambda data: wire.dump_array(wire.load_array(data)), (wire.WireError,)),
    Target("replies", drawn(lambda rng: rng.randbytes(8).hex().encode()), ask, EXPECTED),
    Target("questions", drawn(draw_question), answer, (wire.WireError,)),
    Target("outputs", drawn(draw_messages), show),
    Target("messages", drawn(draw_parts), take_parts, (Flooded, Garbled)),
)
