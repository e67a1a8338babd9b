"""Requests about one student's code, answered in this process and over a socket."""

from __future__ import annotations

import importlib
import io
import socket
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from autograder.kernel import wire
from autograder.kernel.call_server import MESSAGE_MAX, PRINTED_MAX, Server, reader, serve
from autograder.kernel.wire import WireMessage

STUDENT_FILE = "hand_in.py"


def run(source: str) -> dict[str, object]:
    """Return the names that student code defines; its file is one that is not the kit's."""
    names: dict[str, object] = {"np": np}
    exec(compile(source, STUDENT_FILE, "exec"), names)
    return names


def ask(server: Server, **request: object) -> WireMessage:
    """Return the reply to one request; ``{"ref": n}`` stands for a kept object."""
    attachments: list[bytes] = []
    form = wire.pack(request, attachments, lambda value: value if isinstance(value, Ref) else None)
    return server.handle(WireMessage({"request": form}, attachments))


class Ref(int):
    """The number of an object that the server keeps."""


def named(server: Server, name: str) -> Ref:
    """Return the handle of what the student's code defines under a name."""
    return Ref(ask(server, op="name", name=name).content["value"]["ref"])


def call(server: Server, name: str, *args: object, **kwargs: object) -> WireMessage:
    """Call a function of the student's."""
    return ask(server, op="call", target=named(server, name), args=list(args), kwargs=kwargs)


def test_what_a_function_returns_stays_and_a_handle_is_sent_with_the_arrays_as_they_are():
    server = Server(run("def f(x): return (x + 1, object())"))
    reply = call(server, "f", np.zeros((2, 3)))
    assert [wire.load_array(part).tolist() for part in reply.attachments] == [np.ones((2, 3)).tolist()]
    assert reply.content["about"] == {"type": "tuple", "length": 2}
    first = ask(server, op="item", target=Ref(reply.content["value"]["ref"]), key=0)
    assert first.content["about"] == {"type": "ndarray", "shape": [2, 3], "dtype": "float64"}


def test_a_kept_object_is_passed_to_another_call_as_itself():
    server = Server(run("secret = object()\ndef give(): return secret\ndef take(x): return x is secret"))
    kept = Ref(call(server, "give").content["value"]["ref"])
    answer = Ref(call(server, "take", kept).content["value"]["ref"])
    assert ask(server, op="plain", target=answer).content["value"] is True


def test_an_argument_changed_in_place_is_told_by_its_position():
    server = Server(run("def f(a, b, c):\n    b += 1\n    c[0] = np.nan"))
    reply = call(server, "f", np.zeros(2), np.zeros(2), np.full(2, np.nan))
    assert reply.content["changed"] == [1]


@pytest.mark.parametrize(
    ("body", "name", "text"),
    [
        ("raise ValueError('what went wrong')", "ValueError", "what went wrong"),
        ("import sys; sys.exit(3)", "SystemExit", "3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("return f(x)", "RecursionError", "maximum recursion"),
        (
            "class E(Exception):\n        def __str__(self): raise ValueError\n    raise E",
            "E",
            "(its message raised ValueError)",
        ),
        (
            "class E(Exception):\n        def __str__(self): raise SystemExit\n    raise E",
            "E",
            "(its message raised SystemExit)",
        ),
        ("raise ValueError('x' * 10**6)", "ValueError", "x" * MESSAGE_MAX),
    ],
    ids=["error", "exit", "interrupt", "recursion", "unprintable", "exit in its message", "long"],
)
def test_whatever_student_code_raises_becomes_an_error_reply(body, name, text):
    error = call(Server(run(f"def f(x):\n    {body}")), "f", 1).content["error"]
    assert error["name"] == name
    assert text in error["text"]
    assert len(error["text"]) <= MESSAGE_MAX


def test_an_error_shows_the_students_lines_and_no_others(tmp_path, monkeypatch):
    (tmp_path / "work.py").write_text(
        "import numpy as np\ndef f(x):\n    return inner(x)\ndef inner(x):\n    return np.reshape(x, (7, 7))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    try:
        work = importlib.import_module("work")
        lines = call(Server(vars(work)), "f", np.zeros(2)).content["error"]["lines"]
    finally:
        sys.modules.pop("work", None)
    assert lines == ["f, line 3: return inner(x)", "inner, line 5: return np.reshape(x, (7, 7))"]


def test_a_name_that_is_not_defined_is_an_error_that_names_it():
    assert ask(Server({}), op="name", name="double").content["error"]["text"] == "double is not defined"


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"op": "eval"},
        {"op": "call"},
        {"op": "name", "name": [1]},
        {"op": "plain", "of": {"op": "plain"}},
        {"op": "plain", "of": 1},
    ],
)
def test_a_request_that_makes_no_sense_is_answered_with_an_error(request_):
    assert "error" in ask(Server({}), **request_).content


def test_what_code_prints_is_cut_and_sent_with_the_reply(capsys):
    server = Server(
        run("import sys\ndef f():\n    print('out')\n    print('err', file=sys.stderr)\n    print('x' * 10**6)")
    )
    printed = call(server, "f").content["printed"]
    assert printed.startswith("out\nerr\nxxx")
    assert len(printed) == PRINTED_MAX
    assert capsys.readouterr() == ("", "")


def test_code_that_closes_its_output_is_answered():
    server = Server(run("import sys\ndef f():\n    print('first')\n    sys.stdout.close()\n    return 1"))
    assert "error" not in call(server, "f").content


def test_an_array_is_sent_only_up_to_the_size_that_is_asked():
    server = Server({"big": np.zeros(100)})
    handle = named(server, "big")
    assert "larger than what is asked" in ask(server, op="array", target=handle, limit=799).content["error"]["text"]
    assert len(ask(server, op="array", target=handle, limit=800).attachments) == 1


@pytest.mark.parametrize(
    "value",
    [[[1], [2, 3]], object(), "text", {"a": 1}, [None]],
    ids=["ragged", "object", "text", "dict", "none"],
)
def test_what_is_no_array_of_numbers_is_an_error(value):
    server = Server({"value": value})
    assert "error" in ask(server, op="array", target=named(server, "value"), limit=10**6).content


def test_keys_and_items_of_a_dict_are_read_and_set():
    server = Server({"grads": {"Wx": 1, 7: 2, "Wh": 3}})
    handle = named(server, "grads")
    assert ask(server, op="keys", target=handle).content["value"] == {"list": ["Wx", "Wh"]}
    ask(server, op="set_item", target=handle, key="Wx", value=9)
    item = Ref(ask(server, op="item", target=handle, key="Wx").content["value"]["ref"])
    assert ask(server, op="plain", target=item).content["value"] == 9


def test_a_plain_value_is_not_an_object():
    server = Server({"value": [1], "number": np.float64(2.5)})
    assert ask(server, op="plain", target=named(server, "value")).content["error"]["name"] == "TypeError"
    assert ask(server, op="plain", target=named(server, "number")).content["value"] == 2.5


def test_freed_objects_are_forgotten():
    server = Server({"value": 1})
    handle = named(server, "value")
    ask(server, op="free")
    assert "error" in ask(server, op="plain", target=handle).content


def test_a_reply_that_cannot_be_sent_becomes_an_error_reply():
    server = Server({"value": 10**5_000})
    handle = named(server, "value")
    form = {"dict": [["op", "plain"], ["target", {"ref": handle}]]}
    reply = wire.read_frame(io.BytesIO(server.answer(WireMessage({"request": form}))).read)
    assert "cannot be written as JSON" in reply.content["error"]["text"]


@pytest.fixture
def served() -> Iterator[socket.socket]:
    """Our end of a socket on whose other end a thread serves ``{"f": abs}``; the thread must end by itself."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve, args=(theirs.fileno(), {"f": abs}))
    thread.start()
    try:
        ours.settimeout(10)
        yield ours
    finally:
        ours.close()
        thread.join(10)
        theirs.close()
    assert not thread.is_alive()


REQUEST = WireMessage({"request": {"dict": [["op", "name"], ["name", "f"]]}})


def test_requests_are_answered_until_the_other_side_closes(served):
    for number in (1, 2):
        served.sendall(wire.encode(REQUEST))
        assert wire.read_frame(reader(served.recv)).content["value"] == {"ref": number}


def test_serving_ends_when_it_is_told_so(served):
    served.sendall(wire.encode(WireMessage({"end": True})))
    served.sendall(wire.encode(REQUEST))
    served.settimeout(0.3)
    with pytest.raises(TimeoutError):
        served.recv(1)


def test_the_reader_puts_pieces_together_and_ends_with_an_error():
    pieces = iter([b"ab", b"c", b"de", b""])
    receive = reader(lambda _count: next(pieces))
    assert receive(3) == b"abc"
    with pytest.raises(EOFError):
        receive(3)
