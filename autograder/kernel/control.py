"""Sends messages between a grader and its zygote; a message may carry descriptors.

They go over a pair of Unix sockets that keeps messages apart. Both ends are trusted: no student code runs in
a zygote, and a kernel does not inherit its end.
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass
from typing import Any

# Far more than a request takes. What is longer than the buffer would be cut, because the sockets keep messages apart.
MAX_BYTES = 1 << 16
MAX_DESCRIPTORS = 16
# The order in which sockets travel, and the order of the ports by which ipykernel names its channels.
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
READY = b"+"


class ControlError(Exception):
    """The other side has ended, or did not understand the message."""


@dataclass(frozen=True)
class ForkRequest:
    """One kernel that a grader asks for.

    Descriptors travel beside it: a listening socket for each of `CHANNELS`, in their order, the pipe on which the
    kernel says that it is ready, and whatever else the kernel inherits.

    Attributes:
        connection: Jupyter's connection information.
        folder: The kernel's working folder, as the kernel sees it.
        environment: The kernel's whole environment; it gets no other variable.
    """

    connection: dict[str, Any]
    folder: str
    environment: dict[str, str]


@dataclass(frozen=True)
class Descriptors:
    """The descriptors that travel beside a `ForkRequest`.

    Attributes:
        channels: Listening sockets, by channel.
        ready: The pipe on which the kernel says that it is ready.
        inherited: What else the kernel has, under these numbers.
    """

    channels: dict[str, int]
    ready: int
    inherited: tuple[int, ...]

    @property
    def all(self) -> list[int]:
        """All of them, in the order in which they travel."""
        return [*self.channels.values(), self.ready, *self.inherited]

    def close(self) -> None:
        """Close all of them."""
        for number in self.all:
            os.close(number)


def send(connection: socket.socket, content: dict[str, Any], descriptors: list[int] | None = None) -> None:
    """Send one message.

    Raises:
        ControlError: The other side has gone.
    """
    try:
        socket.send_fds(connection, [json.dumps(content).encode()], descriptors or [])
    except OSError as fault:
        raise ControlError(f"no answer ({fault})") from fault


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Return the next message and the descriptors that came with it.

    Raises:
        ControlError: The other side has gone, or does not answer in time.
    """
    try:
        data, descriptors, _, _ = socket.recv_fds(connection, MAX_BYTES, MAX_DESCRIPTORS)
    except OSError as fault:
        raise ControlError(f"no answer ({fault})") from fault
    # A socket that keeps messages apart ends with an empty message, as a stream does: nobody sends one.
    if not data:
        raise ControlError("no answer: the process has ended")
    content: dict[str, Any] = json.loads(data)
    return content, descriptors


def send_fork_request(connection: socket.socket, request: ForkRequest, descriptors: Descriptors) -> None:
    """Ask for a kernel.

    Raises:
        ControlError: The zygote has gone.
    """
    send(connection, asdict(request), descriptors.all)


def read_fork_request(content: dict[str, Any], numbers: list[int]) -> tuple[ForkRequest, Descriptors]:
    """Return what `send_fork_request` sent."""
    ready = len(CHANNELS)
    channels = dict(zip(CHANNELS, numbers[:ready], strict=True))
    return ForkRequest(**content), Descriptors(channels, numbers[ready], tuple(numbers[ready + 1 :]))
