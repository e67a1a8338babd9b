"""Splits ipykernel's application in two halves: what can be done before a fork, and what must be done after it.

Before: configuration, the shell, whatever the first cell would load or compute. After: sockets, threads, loops, and
output streams, none of which survives a fork.

`KernelApp` calls the parts of `IPKernelApp.initialize` one by one, and overrides private methods of it (ipykernel
7.4.0). When ipykernel is upgraded, compare ``initialize``, ``_bind_socket``, ``init_control`` and ``init_iopub`` with
what stands here: a part that is missing shows only as a kernel that does not start, or that opens a port.
"""

from __future__ import annotations

import inspect
import io
import os
import signal
import tempfile
from types import FrameType, ModuleType, TracebackType
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
from IPython.core.ultratb import AutoFormattedTB

from .control import CHANNELS, READY, Descriptors, ForkRequest
from .randomness import seed

# As in ipykernel: how long outputs that are still on their way may keep an ending kernel.
LINGER_MILLISECONDS = 1000
# A full channel drops what comes, the end of a cell with it; before that a cell is stopped for all that it shows.
UNSENT_MESSAGES = 25_000
module_of = inspect.getmodule


class Beat(Heartbeat):
    """A heartbeat on a socket that listens already.

    Args:
        context: The heartbeat's own context, as ipykernel makes one.
        address: Transport, address and port number.
        descriptor: The listening socket.
    """

    def __init__(self, context: zmq.Context[Any], address: tuple[str, str, int], descriptor: int) -> None:
        self._descriptor = descriptor
        super().__init__(context, address)

    def _bind_socket(self) -> None:
        # libzmq takes the socket over instead of making one. The sandbox refuses socket(), and the path lies outside of
        # the kernel's root. The address is still needed: it tells libzmq the transport.
        self.socket.setsockopt(zmq.USE_FD, self._descriptor)
        super()._bind_socket()


class Kernel(IPythonKernel):
    """IPython's kernel without its debugger, which would open connections of its own."""

    # IPythonKernel.start() schedules this for the control thread where there is a debugpy stream, and the loop in it
    # asks the debugger again and again.
    async def poll_stopped_queue(self) -> None:
        """Wait for nothing."""


class Tracebacks(AutoFormattedTB):
    """IPython's tracebacks, which ask of which module a file is once, and not several times for each frame."""

    def get_records(self, etb: TracebackType, context: int, tb_offset: int) -> Any:
        """Return what is to be shown of a traceback's frames."""
        known: dict[tuple[str, str | None], ModuleType | None] = {}

        def remembered(object: object, _filename: str | None = None) -> ModuleType | None:
            if not isinstance(object, FrameType):
                return module_of(object, _filename)
            key = (object.f_code.co_filename, _filename)
            if key not in known:
                known[key] = module_of(object, _filename)
            return known[key]

        # No module has the name of a cell's file, so each question goes through the thousands that are loaded: a
        # function that calls itself without end took 2.5 s to be shown, now 0.2 s.
        inspect.getmodule = remembered
        try:
            return super().get_records(etb, context, tb_offset)
        finally:
            inspect.getmodule = module_of


class KernelApp(IPKernelApp):
    """A kernel that comes to life in two steps, `prepare` and `adopt`, with a fork between them."""

    def prepare(self) -> None:
        """Do all that can be done before the fork."""
        # Nobody's settings and start-up files are read: a profile that lies nowhere on the disk has none.
        self.profile_dir = ProfileDir()
        self.kernel_class = Kernel
        # History is an SQLite database with a thread of its own, and no thread survives a fork.
        self.config.HistoryManager.enabled = False
        self.init_pdb()
        self.init_path()
        # A singleton: IPythonKernel later asks for the shell by ``instance()`` and gets this one, with all that it has
        # loaded.
        self.shell = ZMQInteractiveShell.instance(
            parent=self, profile_dir=self.profile_dir, compiler_class=XCachingCompiler
        )
        self.shell.InteractiveTB = Tracebacks(mode=self.shell.xmode, theme_name=self.shell.colors, tb_offset=1)
        self.init_extensions()
        self.init_code()
        warm_up(self.shell)

    def _run_startup_files(self) -> None:
        # init_code() calls this: student code runs without anybody's start-up files.
        pass

    def adopt(self, request: ForkRequest, descriptors: Descriptors) -> None:
        """Become the kernel that was requested, with the sockets that came along; called in the forked process."""
        # The environment and the folder first: what follows reads them.
        settle(request)
        self._descriptors = descriptors
        # A dict from JSON, checked by nobody but ipykernel.
        connection: Any = request.connection
        self.load_connection_info(connection)
        self.init_sockets()
        self.init_heartbeat()
        self.init_io()
        self.init_signal()
        self.init_kernel()
        # The shell was made without a kernel, which only now exists; display hooks and input() look for it there.
        shell: Any = self.shell
        shell.kernel = self.kernel
        self.init_shell()

    def _bind_socket(self, channel: zmq.Socket[Any], port: Any) -> Any:
        # The provisioner has numbered the channels; ipykernel calls this for each of them and passes nothing but the
        # number.
        name = next(name for name in CHANNELS if port == getattr(self, f"{name}_port"))
        channel.setsockopt(zmq.USE_FD, self._descriptors.channels[name])
        channel.bind(f"{self.transport}://{self.ip}-{port}")
        return port

    def init_control(self, context: zmq.Context[Any]) -> None:
        """Make the control channel; the debugger's sockets are connected to nothing."""
        # ipykernel expects all three sockets to exist; the two of the debugger stay unconnected.
        sockets = {"control_socket": zmq.ROUTER, "debugpy_socket": zmq.STREAM, "debug_shell_socket": zmq.DEALER}
        for name, kind in sockets.items():
            setattr(self, name, context.socket(kind))
        self._bind_socket(self.control_socket, self.control_port)
        # As ipykernel does, see ipython/ipykernel#270: without it a client that connects again may get no replies.
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
        # ipykernel passes ``pipe=True`` here, which opens a TCP port for the output of child processes. There are none.
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
        # Everything is bound: what is sent before the loop runs waits in the sockets.
        os.write(self._descriptors.ready, READY)
        os.close(self._descriptors.ready)
        self.start()


def warm_up(shell: ZMQInteractiveShell) -> None:
    """Do once what the first figure, the first error and the first cell would spend time on."""
    import matplotlib.pyplot as plt

    # Matplotlib looks for fonts at the first figure, IPython loads its formatters at the first error and compiles at
    # the first cell. Every kernel has from the fork what is done here: with the application and the shell made before
    # it as well, a kernel's first cell came after 0.09 s instead of 0.14 s.
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


def settle(request: ForkRequest) -> None:
    """Take on the environment, the folder and the seeds of a new kernel."""
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.folder)
    tempfile.tempdir = None  # found anew from the environment
    seed()
    # An interrupt counts for cells only, during which ipykernel sets its own handler. One that comes late would
    # otherwise end the kernel between two cells.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
