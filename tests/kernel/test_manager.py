"""When a client of a forked kernel is ready, and what becomes of it when its kernel never is."""

from __future__ import annotations

import asyncio
import os
import queue
import signal
from pathlib import Path

import pytest
from jupyter_client.channels import HBChannel
from jupyter_client.kernelspec import NoSuchKernel

from autograder.kernel import manager as manager_module
from autograder.kernel import provisioner
from autograder.kernel.control import Descriptors
from autograder.kernel.manager import WELCOME, forked_kernel


@pytest.fixture
def folder(scratch: Path):
    made = scratch / "kernel"
    made.mkdir()
    yield made
    made.rmdir()


def started(kind, folder, *, stop: int | None = None, timeout: float = 60) -> None:
    """Start a kernel, send it a signal at once if asked, wait until it is ready, and end it."""

    async def run() -> None:
        manager = forked_kernel(kind)
        await manager.start_kernel(cwd=str(folder))
        if stop is not None:
            manager.provisioner.process.signal(stop)
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=timeout)
            client.execute("pass", silent=True)
            first = await client.get_iopub_msg(timeout=60)
            assert first["msg_type"] == "status", "what was sent before the client was ready has been left to others"
            reply = await client.get_shell_msg(timeout=60)
            assert reply["content"]["status"] == "ok"
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    asyncio.run(run())


def test_a_client_that_is_ready_can_be_used_at_once(kind, folder):
    started(kind, folder)


def test_a_client_has_no_heartbeat_whose_thread_could_run_away(kind, folder, monkeypatch):
    def beat(_channel):
        pytest.fail("a heartbeat was started")

    monkeypatch.setattr(HBChannel, "start", beat)
    started(kind, folder)


def test_a_welcome_that_is_lost_is_asked_for_again(kind, folder, monkeypatch):
    monkeypatch.setattr(manager_module, "WELCOME_SECONDS", 0.05)
    lost = []

    async def welcomed() -> None:
        manager = forked_kernel(kind)
        await manager.start_kernel(cwd=str(folder))
        client = manager.client()
        client.start_channels()
        channel = client.iopub_channel
        get_msg = channel.get_msg

        async def lossy(timeout):
            message = await get_msg(timeout=timeout)
            if not lost and message["header"]["msg_type"] == WELCOME:
                lost.append(message)
                raise queue.Empty
            return message

        channel.get_msg = lossy
        try:
            await client.wait_for_ready(timeout=60)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    asyncio.run(welcomed())
    assert lost


def test_a_kernel_that_ends_before_it_is_ready_is_an_error(kind, folder):
    with pytest.raises(RuntimeError, match="the kernel died before it was ready"):
        started(kind, folder, stop=signal.SIGKILL)


def test_a_kernel_that_ends_before_its_outputs_reach_us_is_an_error(kind, folder):
    async def run() -> None:
        manager = forked_kernel(kind)
        await manager.start_kernel(cwd=str(folder))
        try:
            await manager.provisioner.wait_for_ready(timeout=60)
            await manager.provisioner.kill()
            client = manager.client()
            client.start_channels()
            try:
                await client.wait_for_ready(timeout=60)
            finally:
                client.stop_channels()
        finally:
            await manager.shutdown_kernel(now=True)

    with pytest.raises(RuntimeError, match="the kernel died before it was ready"):
        asyncio.run(run())


def test_the_end_of_a_kernel_is_seen_although_its_pipe_is_held_open(kind, folder, monkeypatch):
    held = []

    def held_open(channels, ready, inherited) -> Descriptors:
        held.append(os.dup(ready))  # as a process has it that was forked meanwhile
        return Descriptors(channels, ready, inherited)

    monkeypatch.setattr(provisioner, "Descriptors", held_open)
    try:
        with pytest.raises(RuntimeError, match="the kernel died before it was ready"):
            started(kind, folder, stop=signal.SIGKILL)
    finally:
        for descriptor in held:
            os.close(descriptor)


def test_a_kernel_that_stands_still_is_an_error_when_the_time_is_over(kind, folder):
    with pytest.raises(RuntimeError, match="was not ready after 1 seconds"):
        started(kind, folder, stop=signal.SIGSTOP, timeout=1)


def test_there_is_one_kernel_and_asking_for_another_is_an_error(kind):
    with pytest.raises(NoSuchKernel, match="julia"):
        forked_kernel(kind).kernel_spec_manager.get_kernel_spec("julia")
