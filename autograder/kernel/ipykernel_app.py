"""ipykernel's application in two halves: what can be done before a fork, and what must be done after it.

Before: configuration, the shell, whatever the first cell would load or compute. After: sockets, threads, loops, and
output streams, none of which survives a fork.
"""

from __future__ import annotations

import io
import os
import signal
import tempfile
from typing import Any

import zmq
from ipykernel.compiler import XCachingCompiler
from ipykernel.control import ControlThread
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.profiledir import ProfileDir

from .control import CHANNELS, READY, Birth, Descriptors
from .randomness import seed

LINGER_MILLISECONDS = 1000
# A full channel drops what comes, the end of a cell with it; before that a cell is stopped for all that it shows.
UNSENT_MESSAGES = 25_000


class Beat(Heartbeat):  # type: ignore[misc]
    """A heartbeat on a socket that listens already.

    Args:
        descriptor: That socket.
    """

    def __init__(self, context: zmq.Context[Any], address: tuple[str, str, int], descriptor: int) -> None:
        self._descriptor = descriptor
        super().__init__(context, address)

    def _bind_socket(self) -> None:
        self.socket.setsockopt(zmq.USE_FD, self._descriptor)
        super()._bind_socket()


class Kernel(IPythonKernel):  # type: ignore[misc]
    """IPython's kernel without its debugger, which would open connections of its own."""

    async def poll_stopped_queue(self) -> None:
        """Wait for nothing."""


class KernelApp(IPKernelApp):  # type: ignore[misc]
    """A kernel that comes to life in two steps, `prepare` and `adopt`, between which its process forks."""

    def prepare(self) -> None:
        """Do all that can be done before the fork."""
        # Without a place on the disk: nobody's settings and start-up files are read.
        self.profile_dir = ProfileDir()
        self.kernel_class = Kernel
        self.config.HistoryManager.enabled = False
        self.init_pdb()
        self.init_path()
        self.shell = ZMQInteractiveShell.instance(
            parent=self, profile_dir=self.profile_dir, compiler_class=XCachingCompiler
        )
        self.init_extensions()
        self.init_code()
        warm_up(self.shell)

    def _run_startup_files(self) -> None:
        pass

    def adopt(self, birth: Birth, descriptors: Descriptors) -> None:
        """Become the kernel that ``birth`` describes; to be called in the forked process.

        Args:
            birth: What was asked for.
            descriptors: Its sockets.
        """
        settle(birth)
        self._descriptors = descriptors
        self.load_connection_info(birth.connection)
        self.init_sockets()
        self.init_heartbeat()
        self.init_io()
        self.init_signal()
        self.init_kernel()
        self.shell.kernel = self.kernel
        self.init_shell()

    def _bind_socket(self, channel: zmq.Socket[Any], port: Any) -> Any:
        name = next(name for name in CHANNELS if port == getattr(self, f"{name}_port"))
        channel.setsockopt(zmq.USE_FD, self._descriptors.channels[name])
        channel.bind(f"{self.transport}://{self.ip}-{port}")
        return port

    def init_control(self, context: zmq.Context[Any]) -> None:
        """Make the control channel; the debugger's sockets are connected to nothing."""
        sockets = {"control_socket": zmq.ROUTER, "debugpy_socket": zmq.STREAM, "debug_shell_socket": zmq.DEALER}
        for name, kind in sockets.items():
            setattr(self, name, context.socket(kind))
        self._bind_socket(self.control_socket, self.control_port)
        self.control_socket.router_handover = 1
        self.control_thread = ControlThread(daemon=True)
        self.shell_channel_thread = ShellChannelThread(context, daemon=True)

    def init_iopub(self, context: zmq.Context[Any]) -> None:
        """Make the channel of outputs, without the port on which stock ipykernel takes child processes' output."""
        socket = context.socket(zmq.XPUB)
        socket.linger = LINGER_MILLISECONDS
        socket.sndhwm = UNSENT_MESSAGES
        self._bind_socket(socket, self.iopub_port)
        self.configure_tornado_logger()
        self.iopub_thread = IOPubThread(socket, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_heartbeat(self) -> None:
        """Start the heartbeat."""
        address = (self.transport, self.ip, self.hb_port)
        self.heartbeat = Beat(zmq.Context(), address, self._descriptors.channels["hb"])
        self.heartbeat.start()

    def run(self) -> None:
        """Say that the kernel is ready, and serve until it ends."""
        os.write(self._descriptors.ready, READY)
        os.close(self._descriptors.ready)
        self.start()


def warm_up(shell: ZMQInteractiveShell) -> None:
    """Do once what the first figure, the first error and the first cell would spend time on."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, 1], label="warm")
    axes.set_title("warm")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    plt.close("all")
    try:
        raise ValueError("warm")
    except ValueError as fault:
        shell.InteractiveTB.structured_traceback(type(fault), fault, fault.__traceback__)
    shell.run_cell("0", silent=True, store_history=False)


def settle(birth: Birth) -> None:
    """Take on the environment, the folder and the seeds of a new kernel."""
    os.environ.clear()
    os.environ.update(birth.environment)
    os.chdir(birth.folder)
    tempfile.tempdir = None  # found anew from the environment
    seed()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
