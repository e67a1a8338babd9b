"""Whether a folder is within its bounds."""

from __future__ import annotations

import dataclasses
import os

import pytest

from autograder.kernel.sandbox.policy import POLICY
from autograder.kernel.sandbox.quota import overfull

SMALL = dataclasses.replace(POLICY, scratch_bytes=1 << 20, scratch_files=10)


def test_an_empty_folder_and_one_with_a_few_files_are_within_bounds(tmp_path):
    assert not overfull(tmp_path, SMALL)
    for number in range(9):
        (tmp_path / str(number)).write_bytes(bytes(1 << 12))
    assert not overfull(tmp_path, SMALL)


def test_too_many_bytes_are_seen_however_deep(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "large").write_bytes(bytes((1 << 20) + 1))
    assert overfull(tmp_path, SMALL)


def test_too_many_files_and_folders_are_seen(tmp_path):
    for number in range(11):
        (tmp_path / str(number)).mkdir()
    assert overfull(tmp_path, SMALL)


def test_links_are_not_followed(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "away").symlink_to("/usr")
    assert not overfull(tmp_path, SMALL)


def test_holes_do_not_count(tmp_path):
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 30)
    assert not overfull(tmp_path, SMALL)


def test_a_folder_that_was_removed_is_within_bounds(tmp_path):
    assert not overfull(tmp_path / "gone", SMALL)


@pytest.mark.skipif(os.getuid() == 0, reason="root can look into every folder")
def test_a_folder_that_cannot_be_looked_into_is_over(tmp_path):
    (tmp_path / "closed").mkdir(mode=0)
    assert overfull(tmp_path, SMALL)
    (tmp_path / "closed").rmdir()
