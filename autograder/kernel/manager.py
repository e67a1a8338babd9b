"""Presents a zygote's kernels as jupyter_client and nbclient know kernels: a manager, its client, a kernel spec."""

from __future__ import annotations

import queue
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from traitlets import Instance, Type

from .kind import KernelKind
from .provisioner import DIED, NAME

KERNEL = "python3"
WELCOME = "iopub_welcome"
# The welcome comes within hundredths of a second; when it does not, the subscription is made again.
WELCOME_SECONDS = 0.5


# `KernelClient.wait_for_ready` of jupyter_client 8.10 ends with 0.2 seconds of waiting for silence, in each of the
# several kernels that a submission takes: readiness here is one byte from the kernel and ipykernel's welcome on iopub.
class ForkedClient(AsyncKernelClient):
    """A client that is ready as soon as its kernel says so, and that has no heartbeat.

    Stock clients ask, and then wait for 0.2 seconds of silence. Whether the kernel lives is seen from its process
    instead. The heartbeat's thread, when it is stopped while it starts, makes sockets without end until there are no
    more.
    """

    def start_channels(
        self, shell: bool = True, iopub: bool = True, stdin: bool = True, hb: bool = False, control: bool = True
    ) -> None:
        """Start the channels, as `jupyter_client.KernelClient` does, but for the heartbeat."""
        super().start_channels(shell, iopub, stdin, hb, control)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel is ready and its outputs reach us.

        Raises:
            RuntimeError: It has ended, or takes longer than ``timeout`` seconds.
        """
        deadline = time.monotonic() + (timeout or float("inf"))
        manager: Any = self.parent
        # First the kernel's own word: before it nobody listens, and a subscription could only be lost.
        await manager.provisioner.wait_for_ready(timeout)
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = await self.iopub_channel.get_msg(timeout=min(left, WELCOME_SECONDS))
            except queue.Empty:
                if await manager.provisioner.poll() is not None:
                    raise RuntimeError(DIED) from None
                self._subscribe_again()
            else:
                if message["msg_type"] == WELCOME:
                    return
        raise RuntimeError(f"the kernel was not ready after {timeout} seconds")

    def _subscribe_again(self) -> None:
        """Subscribe anew: once in some thousands of starts, a kernel that is still starting misses a subscription."""
        for option in (zmq.UNSUBSCRIBE, zmq.SUBSCRIBE):
            self.iopub_channel.socket.setsockopt(option, b"")


class ForkedKernelManager(AsyncKernelManager):
    """A manager of one kernel that a zygote forks."""

    client_factory = Type(ForkedClient)


class OneKernelSpec(KernelSpecManager):
    """Knows one kernel, which no file describes, whatever kernels the user has installed."""

    spec = Instance(KernelSpec)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the spec of the kernel."""
        if kernel_name != KERNEL:
            raise NoSuchKernel(kernel_name)
        return self.spec


def forked_kernel(kind: KernelKind, variables: Mapping[str, str] = MappingProxyType({})) -> ForkedKernelManager:
    """Return a manager of a kernel that is yet to be started.

    Args:
        kind: What it has in common with others.
        variables: Environment variables that the kernel gets, besides those that all kernels get.
    """
    spec = KernelSpec(
        # The provisioner forks and starts no program: jupyter_client gets an empty command line.
        argv=[],
        env=dict(variables),
        display_name="Python 3 (forked)",
        language="python",
        metadata={"kernel_provisioner": {"provisioner_name": NAME, "config": {"kind": kind}}},
    )
    return ForkedKernelManager(kernel_name=KERNEL, kernel_spec_manager=OneKernelSpec(spec=spec))
