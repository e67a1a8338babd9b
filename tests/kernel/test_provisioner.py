"""Kernels from a zygote by way of jupyter_client alone: whoever starts kernels through it need not know."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbclient import NotebookClient

from autograder.kernel.manager import KERNEL, OneKernelSpec, forked_kernel
from autograder.kernel.provisioner import NAME, readable


@pytest.fixture
def specs(kind) -> OneKernelSpec:
    """The kernel spec that makes stock managers use the provisioner."""
    provisioner = {"provisioner_name": NAME, "config": {"kind": kind}}
    return OneKernelSpec(spec=KernelSpec(argv=[], language="python", metadata={"kernel_provisioner": provisioner}))


@pytest.fixture
def folder(scratch: Path) -> Iterator[Path]:
    made = scratch / "kernel"
    made.mkdir()
    yield made
    made.rmdir()


def test_stock_nbclient_with_a_stock_manager_runs_cells_in_it(specs, folder):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("6 * 7")])
    manager = AsyncKernelManager(kernel_name=KERNEL, kernel_spec_manager=specs)
    NotebookClient(notebook, km=manager, resources={"metadata": {"path": str(folder)}}).execute(cleanup_kc=True)
    assert notebook.cells[0].outputs[0].data["text/plain"] == "42"


def test_a_stock_manager_that_waits_for_nobody_interrupts_restarts_and_ends_it(specs, folder):
    manager = KernelManager(kernel_name=KERNEL, kernel_spec_manager=specs)
    manager.start_kernel(cwd=str(folder))
    first = manager.provisioner.process.pid
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        request = client.execute("print('on it')\nwhile True: pass")
        while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
            pass
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=60)
        assert (reply["parent_header"]["msg_id"], reply["content"]["ename"]) == (request, "KeyboardInterrupt")
        client.stop_channels()
        manager.restart_kernel(now=True)
        assert manager.provisioner.process.pid != first
        assert manager.is_alive()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert not manager.is_alive()


def test_signals_to_a_kernel_that_has_ended_are_taken_and_it_is_reported_dead(kind, folder):
    async def start_and_end() -> None:
        manager = forked_kernel(kind)
        await manager.start_kernel(cwd=str(folder))
        process = manager.provisioner.process
        process.signal(signal.SIGKILL)
        assert await readable(30, process.fileno())
        assert not await manager.is_alive()
        await manager.provisioner.send_signal(signal.SIGINT)
        await manager.shutdown_kernel(now=True)
        assert await manager.provisioner.poll() == 0

    asyncio.run(start_and_end())


def test_a_folder_whose_path_is_too_long_for_sockets_is_refused_by_name(kind, scratch, monkeypatch):
    deep = scratch / ("x" * 100)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))

    async def start() -> None:
        await forked_kernel(kind).start_kernel()

    with pytest.raises(ValueError, match=r"x{100}/ag.*/k-1 is too long for a socket: let TMPDIR name"):
        asyncio.run(start())
    deep.rmdir()


def test_channels_can_be_reached_by_their_owner_only(kind, folder, scratch):
    async def start_and_look() -> int:
        manager = forked_kernel(kind)
        await manager.start_kernel(cwd=str(folder))
        mode = os.stat(Path(manager.ip).parent).st_mode
        await manager.shutdown_kernel(now=True)
        return mode & 0o777

    assert asyncio.run(start_and_look()) == 0o700


def test_waiting_for_a_descriptor_ends_in_time():
    read, write = os.pipe()
    try:
        assert not asyncio.run(readable(0.01, read))
        os.write(write, b"x")
        assert asyncio.run(readable(None, read)) == {read}
    finally:
        os.close(read)
        os.close(write)
