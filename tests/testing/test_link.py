"""A link inside this process carries nothing but what could travel over a socket."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.kernel import wire
from autograder.kernel.call_server import Server
from autograder.testing.link import LocalLink, reframed
from autograder.testing.student import Student, fetch


def test_a_message_arrives_as_a_copy():
    sent = wire.WireMessage({"requests": ["double", 1]}, [b"array"])
    arrived = reframed(sent)
    assert (arrived.content, arrived.attachments) == (sent.content, [b"array"])
    assert arrived.content is not sent.content


def test_a_message_with_more_arrays_than_there_is_room_for_does_not_arrive():
    with pytest.raises(wire.WireError):
        reframed(wire.WireMessage({}, [bytes(100)]), room=99)


def test_request_and_reply_have_to_travel():
    server: Any = SimpleNamespace(handle=lambda message: message)
    echo = LocalLink(server)
    with pytest.raises(wire.WireError):
        echo.exchange(wire.WireMessage({}, [bytes(100)]), room=99)
    with pytest.raises(wire.WireError):
        echo.exchange(wire.WireMessage({"requests": "x" * wire.MAX_HEADER}))


def test_what_a_test_passes_and_what_it_gets_are_copies():
    kept = np.zeros(2)

    def keep(x):
        x += 1
        return kept

    link = LocalLink(Server({"keep": keep}))
    given = np.zeros(2)
    found = fetch(Student(lambda: link).keep(given), limit=100)
    kept += 5
    assert (float(given.sum()), float(found.sum())) == (0, 0)
