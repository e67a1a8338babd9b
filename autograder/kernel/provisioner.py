"""Starts kernels from a zygote for jupyter_client, which finds this provisioner by its entry point in pyproject.toml.

jupyter_client calls these methods in the order of `KernelManager` (8.10): ``pre_launch``, ``launch_kernel``, then
``poll``, ``send_signal``, ``kill`` and at last ``cleanup``. ``_finalize_env`` is called by the base's ``pre_launch``; a
release that no longer calls it would hand the grader's whole environment to student code.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Instance

from .control import CHANNELS, READY, Descriptors, ForkRequest
from .kind import KernelKind
from .process import Process
from .sandbox.filesystem import SCRATCH
from .sandbox.levels import Level
from .zygote_client import SETTINGS, ForkedKernel, client_for

NAME = "autograder-zygote"
# sun_path of unix(7) has 108 bytes, the last of which is zero.
SOCKET_PATH_BYTES = 107
# After SIGKILL a process ends at once unless it waits in the kernel for a device; whoever shuts down goes on then.
END_SECONDS = 5.0
DIED = "the kernel died before it was ready"
# What a kernel gets from the environment that it is started with; everything else stays with the grader.
KEPT_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")


class ZygoteProvisioner(KernelProvisionerBase):
    """A kernel that is forked from a zygote.

    Its kind comes from the kernel spec's config, variables from its ``env``.

    Attributes:
        forked: The kernel as it came from the zygote; None before the start.
        process: The kernel's process; None before the start and after `cleanup`.
    """

    kind = Instance(KernelKind, (Level.FULL,), help="What the kernel has in common with others of its zygote")

    forked: ForkedKernel | None = None
    process: Process | None = None
    _folder: str | None = None
    _ready: int | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel is managed."""
        return self.process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose where the channels are: in a folder that only we can enter. Called before `launch_kernel`."""
        # A restart comes here again, and finds the folder: connected clients keep their addresses.
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="ag")
        prefix = str(Path(self._folder).resolve() / "k")
        # The path is followed by a hyphen and the channel's number.
        if len(os.fsencode(prefix)) + 2 > SOCKET_PATH_BYTES:
            self._leave()
            raise ValueError(f"{prefix}-1 is too long for a socket: let TMPDIR name a folder with a shorter path")
        manager: Any = self.parent
        # transport='ipc' alone would make sockets in the current folder, and a free port is looked for where a port is
        # 0.
        manager.transport, manager.ip, manager.connection_file = "ipc", prefix, f"{prefix}.json"
        for port, channel in enumerate(CHANNELS, start=1):
            setattr(manager, f"{channel}_port", port)
        self.connection_info = manager.get_connection_info()
        kwargs = await super().pre_launch(cmd=[], **kwargs)
        return kwargs

    def _finalize_env(self, env: dict[str, str]) -> None:
        """Keep only what a kernel may know of the environment. Called by `pre_launch`."""
        kept = {name: env[name] for name in (*KEPT_VARIABLES, *self.kernel_spec.env) if name in env}
        env.clear()
        env.update(kept)

    async def launch_kernel(
        self,
        cmd: list[str],
        *,
        env: Mapping[str, str] = MappingProxyType({}),
        cwd: str | None = None,
        pass_fds: tuple[int, ...] = (),
        **_: Any,
    ) -> KernelConnectionInfo:
        """Have a kernel forked.

        Raises:
            SandboxError: The kernel can't be sandboxed as far as asked, or can't be started.
        """
        # At level full the kernel's folder lies in a root of its own: a path of ours means nothing there.
        folder = str(SCRATCH) if self.kind.level is Level.FULL else str(Path(cwd or str(self._folder)).resolve())
        # Bytes here, whatever the annotation in jupyter_client 8.10 says: `get_connection_info` gives the session's.
        key: Any = self.connection_info["key"]
        request = ForkRequest(
            {**self.connection_info, "key": key.decode()},
            folder,
            # Whatever writes into a home or a cache writes into the bounded scratch folder, not beside the grader's own
            # files.
            {**SETTINGS, **env, **dict.fromkeys(("HOME", "IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR"), folder)},
        )
        # Bound here and inherited: the kernel's root hides the folder, and the sandbox refuses bind() and listen().
        channels = {name: listener(f"{self.connection_info['ip']}-{n}") for n, name in enumerate(CHANNELS, start=1)}
        self._ready, theirs = os.pipe()
        numbers = {name: channel.fileno() for name, channel in channels.items()}
        try:
            self.forked = client_for(self.kind).fork(request, Descriptors(numbers, theirs, pass_fds))
            self.process = self.forked.process
        finally:
            # The kernel holds duplicates. Open here, the pipe would never report its end, and clients would connect to
            # a socket on which nobody accepts.
            os.close(theirs)
            for channel in channels.values():
                channel.close()
        return self.connection_info

    async def wait_for_ready(self, timeout: float) -> None:
        """Wait until the kernel says that it is ready.

        Raises:
            RuntimeError: It ends before that, or takes longer.
        """
        if self._ready is None:
            return
        # A process that was forked from ours meanwhile may hold the pipe open: its end alone says nothing.
        told = await readable(timeout, self._ready, *([] if self.process is None else [self.process.fileno()]))
        if not told:
            raise RuntimeError(f"the kernel was not ready after {timeout:g} seconds")
        word = os.read(self._ready, 1 << 16) if self._ready in told else b""
        os.close(self._ready)
        self._ready = None
        if word != READY:
            raise RuntimeError(f"{DIED}\n{word.decode(errors='replace')}")

    async def poll(self) -> int | None:
        """Return None while the kernel lives, as jupyter_client expects."""
        # The exit code is the zygote's to know; callers only ask whether there is one.
        return None if self.process is not None and self.process.alive else 0

    async def wait(self) -> int | None:
        """Wait until the kernel has ended."""
        if self.process is not None:
            await readable(None, self.process.fileno())
            self.process.close()
            self.process = None
        return 0

    async def send_signal(self, signum: int) -> None:
        """Send the kernel a signal; a kernel that has ended ignores it. Shutting down interrupts first."""
        if self.process is not None:
            self.process.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and return when it has ended."""
        if self.process is not None:
            self.process.signal(signal.SIGKILL)
            await readable(END_SECONDS, self.process.fileno())

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel; nothing in it needs time to shut down."""
        await self.kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """Close everything. Called when the kernel has been shut down, or was found dead.

        A kernel that is started again has its channels where they were, so that clients find them there.
        """
        await self.kill(restart)
        if self.process is not None:
            self.process.close()
            self.process = None
        if self._ready is not None:
            os.close(self._ready)
            self._ready = None
        if not restart:
            self._leave()

    def _leave(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def listener(path: str) -> socket.socket:
    """Return a socket that listens at a path, even where another one listened before."""
    Path(path).unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(path)
    made.listen()
    return made


async def readable(timeout: float | None, *descriptors: int) -> set[int]:
    """Wait at most ``timeout`` seconds until a descriptor can be read, and return all those that can be."""
    loop = asyncio.get_running_loop()
    ready: set[int] = set()
    one = asyncio.Event()

    def note(descriptor: int) -> None:
        ready.add(descriptor)
        one.set()

    for descriptor in descriptors:
        loop.add_reader(descriptor, note, descriptor)
    try:
        await asyncio.wait_for(one.wait(), timeout)
    except TimeoutError:
        return set()
    finally:
        # An asyncio loop watches a descriptor until it is told otherwise, and numbers of closed ones are used again.
        for descriptor in descriptors:
            loop.remove_reader(descriptor)
    return ready
