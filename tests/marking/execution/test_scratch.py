"""Scratch folders are removed, whatever student code left in them."""

from __future__ import annotations

import contextlib
import os
import stat

from autograder.marking.execution.scratch import remove, scratch_folder


def test_a_scratch_folder_is_gone_afterwards_also_when_its_use_failed(scratch):
    with contextlib.suppress(ZeroDivisionError), scratch_folder() as folder:
        (folder / "file").write_text("x")
        raise ZeroDivisionError
    assert not folder.exists()


def test_other_users_get_through_a_scratch_folder_and_see_nothing_in_it(scratch):
    with scratch_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o711


def test_folders_deeper_than_a_path_can_name_are_removed(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for _ in range(1500):
            os.mkdir("deep")
            os.chdir("deep")
            open("file", "w").close()
    finally:
        os.fchdir(here)
        os.close(here)
    remove(folder)
    assert not list(tmp_path.iterdir())


def test_locked_folders_are_removed(tmp_path):
    folder = tmp_path / "scratch"
    (folder / "locked" / "inner").mkdir(parents=True)
    (folder / "locked" / "inner" / "file").touch()
    (folder / "locked" / "inner").chmod(0)
    (folder / "locked").chmod(0)
    remove(folder)
    assert not list(tmp_path.iterdir())


def test_links_are_removed_and_not_followed(tmp_path):
    folder, outside = tmp_path / "scratch", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "kept").touch()
    (folder / "link").symlink_to(outside)
    remove(folder)
    assert (outside / "kept").exists()
