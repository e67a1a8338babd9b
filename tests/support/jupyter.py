"""A Jupyter server that a test starts in a folder, with what the Makefile installs, and that ends with it."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import websocket

from autograder.course.paths import PACKAGE
from autograder.doctor import SETTINGS
from autograder.marking.sanitise import KERNEL

SECONDS = 120
TOKEN = "secret"


@dataclass
class Server:
    """A Jupyter server, with a token."""

    address: str

    def ask(self, method: str, what: str, content: Any = None) -> Any:
        body = json.dumps(content).encode() if content else None
        request = urllib.request.Request(f"http://{self.address}/api/{what}", body, method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            text = reply.read()
        return json.loads(text) if text else None

    def open(self, notebook: str, kernel: str) -> dict[str, Any]:
        """Start a kernel for a notebook as JupyterLab does, by the name that its metadata give."""
        asked = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": kernel}}
        started: dict[str, Any] = self.ask("POST", "sessions", asked)["kernel"]
        return started

    @contextlib.contextmanager
    def connected(self, kernel: dict[str, Any]) -> Iterator[websocket.WebSocket]:
        address = f"ws://{self.address}/api/kernels/{kernel['id']}/channels?token={TOKEN}"
        connection = websocket.create_connection(address, timeout=SECONDS)
        try:
            yield connection
        finally:
            connection.close()

    def page(self, path: str) -> str:
        """Return the address of a page for a browser, with the token."""
        return f"http://{self.address}/{path}?token={TOKEN}"


@contextlib.contextmanager
def served(
    folder: Path,
    scratch: Path,
    program: str = "jupyter_server",
    options: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> Iterator[Server]:
    """Run a Jupyter server in a folder.

    Args:
        folder: What it serves.
        scratch: A folder for its settings and kernels, which nobody else's are mixed with.
        program: The module that is run: ``jupyter_server``, or ``jupyterlab``.
        options: Further options of its command.
        environment: Its environment, without Jupyter's places.
    """
    kit = PACKAGE / "nbgrader_plugins" / "jupyter"
    kernels = scratch / "data" / "kernels" / KERNEL["name"]
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_bytes((kit / "kernel.json").read_bytes())
    installed = scratch / "etc"
    installed.mkdir()
    # Under the name that it is installed by: Jupyter reads this file, and takes little from others beside it.
    shutil.copy(kit / SETTINGS, installed)
    places = {
        "JUPYTER_RUNTIME_DIR": scratch / "runtime",
        "JUPYTER_DATA_DIR": scratch / "data",
        "JUPYTER_CONFIG_DIR": scratch,
        "JUPYTER_CONFIG_PATH": installed,
        "JUPYTERLAB_SETTINGS_DIR": scratch / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": scratch / "workspaces",
    }
    command = [
        sys.executable,
        "-m",
        program,
        "--no-browser",
        "--allow-root",
        "--port=0",
        "--ip=127.0.0.1",
        f"--IdentityProvider.token={TOKEN}",
        *options,
    ]
    variables = {**environment, **{name: str(path) for name, path in places.items()}}
    with subprocess.Popen(command, cwd=folder, env=variables, stderr=subprocess.PIPE, text=True) as process:
        log = process.stderr
        assert log is not None
        drain = threading.Thread(target=collections.deque, args=(log, 0))  # the pipe must not fill
        try:
            said = next((line for line in log if "http://127.0.0.1:" in line), None)
            if said is None:
                raise RuntimeError("the server has ended")
            drain.start()
            address = said.partition("http://")[2].partition("/")[0]
            _wait_for(address, process)
            yield Server(address)
        finally:
            process.terminate()
            if drain.ident is not None:
                drain.join()


def _wait_for(address: str, process: subprocess.Popen[str]) -> None:
    """Wait until a server that has told its address listens there, which comes a moment later."""
    host, _, port = address.partition(":")
    while process.poll() is None:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection((host, int(port)), SECONDS):
            return
    raise RuntimeError("the server has ended")
