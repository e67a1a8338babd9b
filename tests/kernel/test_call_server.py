"""Requests about one student's code, answered in this process and over a socket."""

from __future__ import annotations

import importlib
import io
import random
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograder.kernel import wire
from autograder.kernel.call_server import MESSAGE_MAX, PRINTED_MAX, SEALED_MAX, Server, reader, serve
from autograder.kernel.randomness import seed
from autograder.kernel.stand_in import Asker
from autograder.kernel.wire import WireMessage

STUDENT_FILE = "hand_in.py"


def run(source: str) -> dict[str, object]:
    """Return the names that student code defines; its file is one that is not the kit's."""
    names: dict[str, object] = {"np": np}
    exec(compile(source, STUDENT_FILE, "exec"), names)
    return names


def batch(*requests: tuple[str, dict[str, Any]]) -> WireMessage:
    """Return a message with some requests; a `Ref` stands for a kept object."""
    attachments: list[bytes] = []
    forms = [
        [op, wire.pack(fields, attachments, lambda value: value.number if isinstance(value, Ref) else None)]
        for op, fields in requests
    ]
    return WireMessage({"requests": forms}, attachments)


def ask(server: Server, op: str, **fields: object) -> WireMessage:
    """Return the reply to one request, with what was printed."""
    reply = server.handle(batch((op, fields)))
    (content,) = reply.content["replies"]
    return WireMessage({**content, "printed": reply.content["printed"]}, reply.attachments)


class Ref(NamedTuple):
    """Stands in requests for an object that the server keeps."""

    number: int


def named(server: Server, name: str) -> Ref:
    """Return the handle of what the student's code defines under a name."""
    return Ref(ask(server, "look_up", name=name).content["value"]["ref"])


def call(server: Server, name: str, *args: object, **kwargs: object) -> WireMessage:
    """Call a function of the student's."""
    return ask(server, "call", target=named(server, name), args=list(args), kwargs=kwargs)


def test_what_a_function_returns_stays_and_a_handle_is_sent_with_the_arrays_as_they_are():
    server = Server(run("def f(x): return (x + 1, object())"))
    reply = call(server, "f", np.zeros((2, 3)))
    assert [wire.load_array(part).tolist() for part in reply.attachments] == [np.ones((2, 3)).tolist()]
    assert reply.content["about"] == {"type": "tuple", "length": 2}
    first = ask(server, "look_up", target=Ref(reply.content["value"]["ref"]), key=0)
    assert first.content["about"] == {"type": "ndarray", "shape": [2, 3], "dtype": "float64"}


def test_a_kept_object_is_passed_to_another_call_as_itself():
    server = Server(run("secret = object()\ndef give(): return secret\ndef take(x): return x is secret"))
    kept = Ref(call(server, "give").content["value"]["ref"])
    answer = Ref(call(server, "take", kept).content["value"]["ref"])
    assert ask(server, "get", target=answer, form="plain").content["value"] is True


def test_text_is_passed_as_the_very_object_that_a_literal_is():
    # Made while this runs, as by a reader of JSON: equal to the literal, and another object.
    server = Server({"is_rnn": lambda kind, options: kind is sys.intern("rnn") and options["cell"] is kind})
    reply = call(server, "is_rnn", "".join(["rn", "n"]), {"cell": "".join(["r", "nn"])})
    assert ask(server, "get", target=Ref(reply.content["value"]["ref"]), form="plain").content["value"] is True


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


def test_an_error_names_the_classes_that_it_is_derived_from():
    body = "class E(KeyError):\n        @classmethod\n        def mro(cls): return []\n    raise E"
    bases = call(Server(run(f"def f(x):\n    {body}")), "f", 1).content["error"]["bases"]
    assert bases == ["KeyError", "LookupError", "Exception", "BaseException", "object"]


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
    assert ask(Server({}), "look_up", name="double").content["error"]["text"] == "double is not defined"


@pytest.mark.parametrize(
    ("op", "fields"),
    [
        ("eval", {}),
        ("call", {}),
        ("look_up", {}),
        ("look_up", {"name": [1]}),
        ("look_up", {"target": 1}),
        ("get", {"target": 1}),
        ("get", {"target": 1, "form": "pickle"}),
        ("set", {"target": {}, "items": {}}),
    ],
)
def test_a_request_that_makes_no_sense_is_answered_with_an_error(op, fields):
    assert "error" in ask(Server({}), op, **fields).content


@pytest.mark.parametrize("requests", [1, [1], [["get"]], {"a": 1}, [["get", {"dict": []}, 1]]], ids=str)
def test_a_batch_that_makes_no_sense_is_answered_with_an_error(requests):
    assert "error" in Server({}).handle(WireMessage({"requests": requests})).content


class Params:
    def __init__(self):
        self.params = {"W": np.zeros(2)}

    def total(self):
        return float(self.params["W"].sum() + self.params["b"])


def test_a_batch_is_carried_out_in_its_order_and_later_requests_refer_to_earlier_ones():
    server = Server({"Model": Params})
    replies = server.handle(
        batch(
            ("look_up", {"name": "Model"}),
            ("call", {"target": Ref(-1), "args": [], "kwargs": {}}),
            ("look_up", {"target": Ref(-2), "name": "params"}),
            ("set", {"target": Ref(-3), "key": "W", "value": np.ones(2)}),
            ("set", {"target": Ref(-3), "key": "b", "value": 3}),
            ("look_up", {"target": Ref(-2), "name": "total"}),
            ("call", {"target": Ref(-6), "args": [], "kwargs": {}}),
            ("get", {"target": Ref(-7), "form": "plain"}),
        )
    ).content["replies"]
    assert replies[-1] == {"value": 5.0}
    assert ask(server, "get", target=Ref(replies[6]["value"]["ref"]), form="plain").content["value"] == 5.0


def test_a_look_up_that_fails_is_an_error_of_what_refers_to_it_and_of_nothing_else():
    server = Server(
        run("class Odd:\n    def __getitem__(self, key): raise KeyError(key)\nodd = Odd()\ndef f(): return 7")
    )
    replies = server.handle(
        batch(
            ("look_up", {"name": "odd"}),
            ("look_up", {"target": Ref(-1), "key": "W"}),
            ("look_up", {"name": "f"}),
            ("look_up", {"target": Ref(-2), "name": "T"}),
            ("call", {"target": Ref(-3), "args": [], "kwargs": {}}),
            ("call", {"target": Ref(-3), "args": [Ref(-4)], "kwargs": {}}),
        )
    ).content["replies"]
    assert ["error" in reply for reply in replies] == [False, True, False, True, False, True]
    assert replies[1] == replies[3] == replies[5]
    assert replies[1]["error"]["lines"] == ["__getitem__ in hand_in.py, line 2: "]


@pytest.mark.parametrize("failing", [("set", {"target": (1,), "key": 0, "value": 2}), ("eval", {}), ("get", {})])
def test_what_follows_a_failure_in_a_batch_is_not_carried_out(failing):
    called: list[int] = []
    server = Server({"f": lambda: called.append(1)})
    target = {"target": named(server, "f"), "args": [], "kwargs": {}}
    replies = server.handle(batch(failing, ("look_up", {"name": "f"}), ("call", target))).content["replies"]
    assert ["error" in reply for reply in replies] == [True]
    assert called == []


@pytest.mark.parametrize("number", [-1, -2, -9, 0, 99])
def test_a_number_that_stands_for_nothing_is_an_error(number):
    server = Server({"f": abs})
    replies = server.handle(batch(("look_up", {"target": Ref(number), "name": "x"}), ("look_up", {"name": "f"})))
    assert ["error" in reply for reply in replies.content["replies"]] == [True, False]


def test_what_a_batch_sends_unasked_has_one_bound():
    server = Server({"big": {key: np.zeros(SEALED_MAX // 32) for key in "abcd"}})
    big = named(server, "big")
    reply = server.handle(batch(*(("look_up", {"target": big, "key": key}) for key in "abcd")))
    assert ["now" in one for one in reply.content["replies"]] == [True, True, True, False]
    assert sum(map(len, reply.attachments)) <= SEALED_MAX + wire.NPY_HEADER_MAX


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
    assert (
        "larger than what is asked"
        in ask(server, "get", target=handle, form="array", limit=799).content["error"]["text"]
    )
    assert len(ask(server, "get", target=handle, form="array", limit=800).attachments) == 1


@pytest.mark.parametrize(
    "value",
    [[[1], [2, 3]], object(), "text", {"a": 1}, [None]],
    ids=["ragged", "object", "text", "dict", "none"],
)
def test_what_is_no_array_of_numbers_is_an_error(value):
    server = Server({"value": value})
    assert "error" in ask(server, "get", target=named(server, "value"), form="array", limit=10**6).content


def test_keys_and_items_of_a_dict_are_read_and_set():
    server = Server({"grads": {"Wx": 1, 7: 2, "Wh": 3}})
    handle = named(server, "grads")
    assert ask(server, "get", target=handle, form="keys").content["value"] == {"list": ["Wx", "Wh"]}
    ask(server, "set", target=handle, key="Wx", value=9)
    item = Ref(ask(server, "look_up", target=handle, key="Wx").content["value"]["ref"])
    assert ask(server, "get", target=item, form="plain").content["value"] == 9


def test_a_plain_value_is_not_an_object():
    server = Server({"value": [1], "number": np.float64(2.5)})
    assert ask(server, "get", target=named(server, "value"), form="plain").content["error"]["name"] == "TypeError"
    assert ask(server, "get", target=named(server, "number"), form="plain").content["value"] == 2.5


class Kept:
    def __del__(self):
        random.random()


def test_what_a_test_was_given_is_released_when_the_next_one_begins():
    server = Server({"give": Kept})
    handle = Ref(call(server, "give").content["value"]["ref"])
    asked = batch(("get", {"target": handle, "form": "plain"}))
    asked.content["begins"] = True
    assert "KeyError" in server.handle(asked).content["replies"][0]["error"]["name"]
    drawn = random.random()
    seed()
    assert random.random() == drawn


def test_stand_ins_take_their_places_by_a_message_of_their_own():
    names = run("def f(x): return x\ndef back(dout, cache): return dout")
    questions: list[bytes] = []
    server = Server(names, Asker(questions.append, io.BytesIO().read))
    arranged = {"replaced": [["f", "back", 1]], "own": {"f": "wrong", "back": "wrong"}}
    assert server.handle(WireMessage({"stand_ins": arranged})).content == {"replies": [], "printed": ""}
    call(server, "f", np.ones(2))
    assert b'"f"' in questions[0]
    assert "error" in Server(names).handle(WireMessage({"stand_ins": arranged})).content


def test_a_reply_that_cannot_be_sent_becomes_an_error_reply():
    server = Server({"value": 10**5_000})
    handle = named(server, "value")
    reply = wire.read_frame(io.BytesIO(server.answer(batch(("get", {"target": handle, "form": "plain"})))).read)
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


REQUEST = batch(("look_up", {"name": "f"}))


def test_requests_are_answered_until_the_other_side_closes(served):
    for number in (1, 2):
        served.sendall(wire.encode(REQUEST))
        assert wire.read_frame(reader(served.recv)).content["replies"][0]["value"] == {"ref": number}


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
