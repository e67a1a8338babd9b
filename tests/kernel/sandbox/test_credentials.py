"""Users and capabilities of student code."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from autograder.kernel.sandbox import credentials
from autograder.kernel.sandbox.syscalls import CAP_SYS_ADMIN


@pytest.fixture
def told(monkeypatch):
    """Return a function that lets files of /proc/self hold a text."""

    def tell(text: str) -> None:
        monkeypatch.setattr(Path, "read_text", lambda _file: text)

    return tell


def test_a_kernels_user_is_one_that_nobody_has_and_that_no_other_kernel_has(told):
    told("         0          0 4294967295\n")
    assert credentials.unused_uid(7) == credentials.FIRST_UNUSED + 7


def test_where_a_container_has_few_users_the_last_that_it_is_sure_to_have_are_taken(told):
    told("         0     100000      65536\n")
    found = {credentials.unused_uid(number) for number in range(10_000, 10_050)}
    assert len(found) == 50
    assert all(credentials.FIRST_SMALL <= uid < 65_536 for uid in found)


def test_the_effective_capabilities_count(told):
    told(f"CapPrm:\tffffffffffffffff\nCapEff:\t{1 << CAP_SYS_ADMIN:016x}\n")
    assert credentials.has(CAP_SYS_ADMIN)
    assert not credentials.has(CAP_SYS_ADMIN - 1)


def test_all_threads_of_the_user_count():
    waits = threading.Event()
    threads = [threading.Thread(target=waits.wait) for _ in range(50)]
    try:
        before = credentials.threads_running()
        for thread in threads:
            thread.start()
        # Other processes of the user's come and go meanwhile.
        assert credentials.threads_running() > before + 25
    finally:
        waits.set()
        for thread in threads:
            thread.join()


def test_a_path_that_this_user_cannot_read_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path / "closed")
    credentials.check_readable([tmp_path])
    with pytest.raises(OSError, match=f"cannot read {tmp_path}/closed"):
        credentials.check_readable([tmp_path, tmp_path / "closed"])


def test_a_folder_must_be_one_that_can_be_entered(tmp_path, monkeypatch):
    asked = {}
    monkeypatch.setattr(os, "access", lambda path, mode: asked.setdefault(path, mode) or True)
    (tmp_path / "file").touch()
    credentials.check_readable([tmp_path, tmp_path / "file"])
    assert asked == {tmp_path: os.R_OK | os.X_OK, tmp_path / "file": os.R_OK}
