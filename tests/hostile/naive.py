"""A grader that keeps its tests outside, but believes what comes over the wire: the control for forged messages.

`mark` forks: the child serves calls with the kit's own serving code, the parent reads replies without a limit on
size, number or time, and with NumPy's own reader, pickles allowed.
"""

from __future__ import annotations

import io
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np

from autograder.kernel.call_server import serve
from autograder.kernel.wire import LENGTHS, WireMessage, encode

GROWN_KB = 400 << 10


def mark(names: dict[str, Any]) -> None:
    """Call ``double``, look at what it returns, and print what that cost."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        ours.close()
        serve(theirs.fileno(), names)
        os._exit(0)
    theirs.close()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far, which may be that of who started it
    before = peak_kb()
    try:
        print("POINTS", points(ours), flush=True)
    except (Exception, SystemExit) as fault:
        print("LOST", type(fault).__name__, flush=True)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        if peak_kb() - before > GROWN_KB:
            print("WORKED: the reader's memory has no bound", flush=True)


def peak_kb() -> int:
    """Return the most memory that this process has held."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def points(connection: socket.socket) -> int:
    """Return 4 when two numbers are doubled."""
    function = ask(connection, ["look_up", {"dict": [["name", "double"]]}], [])
    x = io.BytesIO()
    np.save(x, np.ones(2))
    called = [["target", function], ["args", {"list": [{"npy": 0}]}], ["kwargs", {"dict": []}]]
    result = ask(connection, ["call", {"dict": called}], [x.getvalue()])
    values = ask(connection, ["get", {"dict": [["target", result], ["form", "array"], ["limit", 1 << 40]]}], [])
    return 4 * bool(np.all(values == 2))


def ask(connection: socket.socket, request: list[Any], attachments: list[bytes]) -> Any:
    """Return the value in a reply."""
    connection.sendall(encode(WireMessage({"requests": [request]}, attachments)))
    header, body = (receive(connection, length) for length in LENGTHS.unpack(receive(connection, LENGTHS.size)))
    reply, start, parts = json.loads(header), 0, []
    for size in reply["sizes"]:
        parts.append(body[start : start + size])
        start += size
    return value_of(reply["content"]["replies"][0]["value"], parts)


def value_of(form: Any, parts: list[bytes]) -> Any:
    """Return what a reply stands for, each array made anew wherever it is named."""
    if isinstance(form, dict) and "npy" in form:
        return np.load(io.BytesIO(parts[form["npy"]]), allow_pickle=True).copy()
    if isinstance(form, dict) and "list" in form:
        return [value_of(item, parts) for item in form["list"]]
    return form


def receive(connection: socket.socket, count: int) -> bytes:
    """Return so many bytes, however long they take."""
    data = bytearray()
    while len(data) < count:
        data += connection.recv(min(count - len(data), 1 << 20)) or sys.exit("the other side has ended")
    return bytes(data)
