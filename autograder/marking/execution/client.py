"""Runs cells in a kernel that may send anything: what arrives is bounded before it is parsed, and while it arrives.

What bounds what:

- the size of a message and the number of unread ones: ZeroMQ itself, in the context of this client's sockets;
- the parts of a message and the size of its headers: `BoundedChannel`, before anything is parsed;
- what one cell may send: `Client`, which stops listening to it and says so with `Flooded`;
- what is kept of it: `autograder.marking.execution.outputs.CellOutputs`;
- a message of endlessly many parts, which ZeroMQ collects before anybody sees it: `Guard`.

`Client` overrides private methods of nbclient 0.11 (``_async_check_alive``) and sets attributes of jupyter_client 8.10
(``_created_context``, the channels' classes). Stock clients read with no bound: 400 unread displays of 3 MB took 1,150
MB of the grader's memory, with these bounds 37 MB.
"""

from __future__ import annotations

import hmac
import math
import mmap
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import nbformat
import psutil
import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from autograder.course.limits import OutputLimits
from autograder.marking.execution.outputs import CellOutputs, held

POLL_SECONDS = 0.1
# Between looks at a kernel from which nothing is to be feared, and whose end is seen at once.
CALM_SECONDS = 0.5
GUARD_SECONDS = 0.05
# What a request waits for a connection, in milliseconds. Where there is one, it waits for nothing.
SEND_MS = 5_000
# A connection counts as broken after so many polls: that of a kernel that is just ending breaks as well.
BROKEN_FOR = 5
# Silent polls after a reply, 4 seconds in all: what was shown before the reply has long come.
LOST_AFTER = 40
# A kernel could send replies faster than they are read.
REPLIES_AT_ONCE = 100
# Signature, header, parent header, metadata.
HEADERS = 4


class Flooded(Exception):
    """A cell sent more than is taken in."""


class Garbled(Exception):
    """A kernel sent something that is no Jupyter message."""


class BoundedChannel(AsyncZMQSocketChannel):
    """A channel that refuses messages of too many parts or with too large headers before it parses them."""

    limits = OutputLimits()

    # AsyncZMQSocketChannel.get_msg calls this; `take` below does without the event loop, which costs more than a short
    # cell.
    async def _recv(self, **kwargs: Any) -> dict[str, Any]:  # type: ignore[override]  # as in AsyncZMQSocketChannel
        return self._read(await self.socket.recv_multipart(**kwargs))

    @cached_property
    def plain(self) -> zmq.Socket[bytes]:
        """The same socket for use without an event loop."""
        # It shares the underlying socket, which must not be used by both at the same time; one thread uses it here.
        return zmq.Socket.shadow(self.socket)

    def take(self, seconds: float, ended: int | None = None) -> dict[str, Any] | None:
        """Return the next message, or None when none comes in time; no event loop is needed.

        Args:
            seconds: How long to wait.
            ended: A descriptor that can be read when waiting any longer is of no use.
        """
        poller = zmq.Poller()
        poller.register(self.plain, zmq.POLLIN)
        if ended is not None:
            poller.register(ended, zmq.POLLIN)
        ready = dict(poller.poll(round(1000 * seconds)))
        return self._read(self.plain.recv_multipart(zmq.NOBLOCK)) if self.plain in ready else None

    def _read(self, frames: list[bytes]) -> dict[str, Any]:
        size = sum(map(len, frames))
        # Before deserialising: the parser would copy and parse whatever came.
        if size > self.limits.message or len(frames) > self.limits.frames:
            raise Flooded
        try:
            _, parts = self.session.feed_identities(frames)
            # Headers are parsed as JSON, contents only of messages that are wanted.
            if sum(map(len, parts[:HEADERS])) > self.limits.header:
                raise ValueError("its headers are too large")
            return {**self._unpacked(parts), "size": size}
        except Exception as fault:  # the parsers raise whatever the bytes lead them to
            raise Garbled(f"{type(fault).__name__}: {fault}"[:200]) from fault

    def _unpacked(self, parts: list[Any]) -> dict[str, Any]:
        """Return what is used of a message: its type, what it answers, what it says.

        `Session.deserialize` of jupyter_client takes four times as long, most of it for times that nobody reads.
        """
        signature, *signed = parts[: HEADERS + 1]
        if len(signed) != HEADERS or not hmac.compare_digest(signature, self.session.sign(signed)):
            raise ValueError("it is not signed with the kernel's key")
        header, parent, _, content = signed
        unpack = self.session.unpack
        return {"msg_type": unpack(header)["msg_type"], "parent_header": unpack(parent), "content": unpack(content)}


def bounded_context(limits: OutputLimits) -> zmq.asyncio.Context:
    """Return a context whose sockets take no larger and no more unread messages than the limits say."""
    # A context of the client's own: the kernel manager's is not the one that the client's sockets are made in. A
    # message that is too large is lost, and the connection with it, so a missing end of a cell counts as flooding.
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, limits.message)
    context.setsockopt(zmq.RCVHWM, limits.backlog)
    # Where the lost connection is the one for requests, a request would wait for another one, which never comes.
    context.setsockopt(zmq.SNDTIMEO, SEND_MS)
    return context


class Client(NotebookClient):
    """nbclient's client, for kernels that nobody trusts; it works with any kernel manager.

    Args:
        notebook: Its cells are run; their outputs are written into it.
        limits: How much is taken in and kept.
        options: See `nbclient.NotebookClient`.

    Attributes:
        ended: A descriptor that can be read when the kernel's process has ended; None where there is none.
    """

    # None in the base class until there is one; nothing here is called before that.
    km: AsyncKernelManager
    kc: AsyncKernelClient

    def __init__(self, notebook: nbformat.NotebookNode, limits: OutputLimits, **options: Any) -> None:
        super().__init__(notebook, **options)
        self._output_limits = limits
        self.ended: int | None = None

    async def async_start_new_kernel_client(self) -> Any:
        """Connect to the kernel, by channels that are bounded."""
        self.kc = self.km.client(context=bounded_context(self._output_limits))
        self.kc._created_context = True  # so that it is closed together with the channels
        # Before the channels are started, which makes them of these classes.
        self.kc.iopub_channel_class = self.kc.shell_channel_class = BoundedChannel
        try:
            self.kc.start_channels(stdin=False, hb=False, control=False)
            # ZeroMQ tells nobody that it gave up a connection over a message that is too large; its monitor does.
            breaks = self.kc.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
            self._breaks: zmq.Socket[bytes] = zmq.Socket.shadow(breaks)
            await self.kc.wait_for_ready(timeout=self.startup_timeout)
        except BaseException:
            await self._async_cleanup_kernel()
            raise
        return self.kc

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    def execute_cell(
        self,
        cell: nbformat.NotebookNode,
        cell_index: int,
        execution_count: int | None = None,
        store_history: bool = True,
    ) -> nbformat.NotebookNode:
        """Run a cell and return it with its outputs, which hold an error when its code raised.

        Raises:
            Flooded: The cell sent more than is taken in; the kernel is to be ended.
            Garbled: The kernel sent something that is no message; it is to be ended.
            DeadKernelError: The kernel has ended.
        """
        outputs = CellOutputs(cell, self._output_limits, self._output_limits.notebook - held(self.nb))
        # Nobody can foresee the request's number, so what was sent before the request cannot pass for its answer.
        self.kc.session.message_count = secrets.randbits(62)
        request = self.kc.execute(cell.source, store_history=store_history, allow_stdin=False, stop_on_error=False)
        for message in self._until_idle(request):
            outputs.take(message["msg_type"], message["content"])
        return cell

    async def async_execute_cell(self, *arguments: Any, **options: Any) -> nbformat.NotebookNode:
        """Run a cell as `execute_cell` does; nbclient's own methods await this."""
        return self.execute_cell(*arguments, **options)

    def _until_idle(self, request: str, deadline: float = math.inf) -> Iterator[dict[str, Any]]:
        """Yield what the kernel sends for a request, until it says that it is idle; other messages are passed over.

        Raises:
            TimeoutError: It has not by the deadline.
        """
        # Every message counts, also those that answer nothing: reading them takes the grader's time all the same.
        count = size = 0
        while True:
            message = self._next(request, deadline)
            count, size = count + 1, size + message["size"]
            if count > self._output_limits.cell_messages or size > self._output_limits.cell_bytes:
                raise Flooded
            if answers_request(message, request):
                if is_idle(message):
                    return
                yield message

    def _next(self, request: str, deadline: float) -> dict[str, Any]:
        """Return the next message that shows something.

        Raises:
            TimeoutError: The deadline has passed.
            Flooded: No more can come: ZeroMQ gave up the connection over too large a message, or the request was
                answered a while ago and the kernel dropped the end of what it showed.
        """
        broken = after_reply = 0
        replied = False
        while broken < BROKEN_FOR and after_reply < LOST_AFTER:
            if time.monotonic() > deadline:
                raise TimeoutError
            message = self._message(calm=not broken and not replied)
            if message is not None:
                return message
            self._check_alive()
            # The reply goes over another channel than the outputs, and may overtake them.
            replied = replied or self._has_replied(request)
            broken += bool(self._breaks.poll(0))
            after_reply += replied
        raise Flooded

    def _message(self, *, calm: bool) -> dict[str, Any] | None:
        """Return the next message that shows something, None when there was none for a while."""
        channel: BoundedChannel = self.kc.iopub_channel
        if calm and self.ended is not None and (message := channel.take(CALM_SECONDS, self.ended)) is not None:
            return message
        # What a kernel sent before its end may still be on its way.
        return channel.take(POLL_SECONDS)

    def _has_replied(self, request: str) -> bool:
        """Take the replies that have come and return whether one of them answers ``request``."""
        for _ in range(REPLIES_AT_ONCE):
            reply = self.kc.shell_channel.take(0)
            if reply is None:
                return False
            if answers_request(reply, request):
                return True
        return False

    def pass_over(self, request: str, seconds: float) -> None:
        """Drop everything that the kernel sends for a request, until it says that it is idle.

        Raises:
            TimeoutError: It was not idle within so many seconds.
        """
        deadline = time.monotonic() + seconds
        for _ in self._until_idle(request, deadline):
            pass

    async def _async_check_alive(self) -> None:
        # Another thread may have closed it; nbclient would fail on None.
        if self.kc is None:
            raise DeadKernelError("the kernel has been closed")
        await super()._async_check_alive()

    _check_alive = run_sync(_async_check_alive)


def answers_request(message: dict[str, Any], request: str) -> bool:
    """Return whether a message claims to answer a request."""
    parent = message["parent_header"]
    return isinstance(parent, dict) and parent.get("msg_id") == request


def is_idle(message: dict[str, Any]) -> bool:
    """Return whether a message says that the kernel is idle again."""
    content = message["content"]
    return message["msg_type"] == "status" and isinstance(content, dict) and content.get("execution_state") == "idle"


def resident() -> int:
    """Return how many bytes of memory this process holds."""
    try:
        # Read directly: psutil takes longer, and this is asked twenty times a second while a kernel lives.
        with open("/proc/self/statm", "rb", buffering=0) as file:
            return int(file.read(100).split()[1]) * mmap.PAGESIZE
    except FileNotFoundError:  # not on Linux
        return int(psutil.Process().memory_info().rss)


class Guard:
    """Watches this process's memory in a thread while a kernel lives.

    Args:
        growth: Bytes by which it may grow.
        end: Ends the kernel; called from the thread, at most once.
    """

    def __init__(self, growth: int, end: Callable[[], None]) -> None:
        self._growth, self._end = growth, end
        self._before = resident()
        self._done = threading.Event()
        self.tripped = False
        self._thread = threading.Thread(target=self._watch, name="memory guard", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(GUARD_SECONDS):
            if resident() - self._before > self._growth:
                self.tripped = True
                self._end()
                return

    def stop(self) -> None:
        """Stop watching."""
        self._done.set()
        # The guard itself may end the kernel, and so come here: a thread cannot wait for itself.
        if threading.current_thread() is not self._thread:
            self._thread.join()
