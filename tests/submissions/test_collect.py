"""What was handed in becomes bytes once, within limits; what is no file, or leads elsewhere, is refused."""

from __future__ import annotations

import os

import pytest

from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected
from autograder.submissions.collect import SubmittedFiles, collect


def test_of_a_folder_the_files_are_taken_that_can_matter_by_their_names_below_it(tmp_path):
    for name in ("a.ipynb", "cs231n/b.py", "all.zip", "plot.png", ".ipynb_checkpoints/a-checkpoint.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    submitted = collect(tmp_path)
    assert submitted == SubmittedFiles(
        tmp_path.name, {name: name.encode() for name in ("a.ipynb", "cs231n/b.py", "all.zip")}
    )
    assert submitted.size == len("a.ipynbcs231n/b.pyall.zip")


def test_environments_beside_the_work_are_left_out_whatever_is_in_them(tmp_path):
    (tmp_path / "a.ipynb").write_text("a")
    for environment in (tmp_path / "env", tmp_path / "more" / "of them"):
        (environment / "lib").mkdir(parents=True)
        (environment / "pyvenv.cfg").touch()
        (environment / "lib" / "rnn_layers.py").touch()
        (environment / "lib64").symlink_to("lib")
    assert collect(tmp_path).files == {"a.ipynb": b"a"}


def test_what_git_keeps_is_left_out_however_much_it_is(tmp_path):
    (tmp_path / "a.ipynb").write_text("a")
    objects = tmp_path / "clone" / ".git" / "objects"
    objects.mkdir(parents=True)
    for number in range(LIMITS.files + 1):
        (objects / f"{number}.py").touch()
    assert collect(tmp_path).files == {"a.ipynb": b"a"}


def test_a_single_file_is_taken_whatever_its_name(tmp_path):
    (tmp_path / "work.txt").write_text("x")
    assert collect(tmp_path / "work.txt") == SubmittedFiles("work.txt", {"work.txt": b"x"}, folder=False)


def test_of_a_long_python_file_one_byte_more_than_is_marked_is_taken_and_of_an_archive_all(tmp_path):
    limits = IntakeLimits(module=3)
    (tmp_path / "a.py").write_bytes(b"123456")
    (tmp_path / "b.py").write_bytes(b"PK\x03\x04 and more")
    assert collect(tmp_path, limits).files == {"a.py": b"1234", "b.py": b"PK\x03\x04 and more"}


def test_nothing_there_is_told_from_what_may_not_be_opened(tmp_path):
    with pytest.raises(FileNotFoundError, match="no hand-in"):
        collect(tmp_path / "none")
    (tmp_path / "link").symlink_to(tmp_path / "none")
    with pytest.raises(Rejected, match="link is a link"):
        collect(tmp_path / "link")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "folder" / "a.ipynb")
    with pytest.raises(Rejected, match="is no ordinary file"):
        collect(tmp_path / "folder")


def test_a_link_to_a_folder_is_not_followed(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "eve").symlink_to(tmp_path / "ada")
    with pytest.raises(Rejected, match="eve is a link"):
        collect(tmp_path / "eve")
