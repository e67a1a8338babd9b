"""What a grader asks of a zygote arrives whole, with its descriptors, and a side that has gone is told."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from autograder.kernel.control import (
    CHANNELS,
    ControlError,
    Descriptors,
    ForkRequest,
    read_fork_request,
    receive,
    send,
    send_fork_request,
)

REQUEST = ForkRequest({"ip": "/tmp/k", "key": "secret"}, "/scratch", {"HOME": "/scratch"})
Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        yield ours, theirs


def test_a_birth_arrives_with_its_descriptors_in_their_places(pair):
    pipes = [os.pipe() for _ in range(len(CHANNELS) + 3)]
    sent = [write for _, write in pipes]
    count = len(CHANNELS)
    send_fork_request(
        pair[0],
        REQUEST,
        Descriptors(dict(zip(CHANNELS, sent[:count], strict=True)), sent[count], tuple(sent[count + 1 :])),
    )
    request, descriptors = read_fork_request(*receive(pair[1]))
    assert request == REQUEST
    assert list(descriptors.channels) == list(CHANNELS)
    for number, ((read, write), arrived) in enumerate(zip(pipes, descriptors.all, strict=True)):
        os.write(arrived, bytes([number]))
        assert os.read(read, 1) == bytes([number])
        os.close(read)
        os.close(write)
    descriptors.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptors.ready)


def test_messages_stay_apart(pair):
    send(pair[0], {"first": 1})
    send(pair[0], {"second": 2})
    assert receive(pair[1]) == ({"first": 1}, [])
    assert receive(pair[1]) == ({"second": 2}, [])


def test_a_side_that_has_gone_is_told(pair):
    pair[0].close()
    with pytest.raises(ControlError, match="the process has ended"):
        receive(pair[1])
    with pytest.raises(ControlError, match="Broken pipe"):
        send(pair[1], {})


def test_a_side_that_does_not_answer_in_time_is_told(pair):
    pair[0].settimeout(0.01)
    with pytest.raises(ControlError, match="timed out"):
        receive(pair[0])
