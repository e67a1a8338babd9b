"""A marked submission's folder is whole at any time: as it was, or as it is to be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.grading import autograded_tree
from autograder.grading.autograded_tree import MarkedTree
from autograder.submissions.checks import Rejected

NAME = "arithmetic"


@pytest.fixture
def submission(tmp_path):
    """What ada handed in, beside a file of the instructor's."""
    source, folder = tmp_path / "source" / NAME, tmp_path / "submitted" / "ada" / NAME
    for made in (source, folder):
        made.mkdir(parents=True)
    (source / "given.txt").write_text("the instructor's")
    (folder / "given.txt").write_text("the student's")
    (folder / "notes.txt").write_text("mine")
    (folder / "helper.py").write_text("print('run me')")
    return folder


@pytest.fixture
def tree(submission, tmp_path):
    """The folders of marked submissions."""
    folders = CourseDirectory(config=Config({"CourseDirectory": {"root": str(tmp_path)}}), assignment_id=NAME)
    return MarkedTree(folders, SimpleNamespace(permissions=444, exclude_overwriting={}))


def names(tree):
    """Return what lies in the folder of all of ada's marked submissions."""
    return sorted(file.name for file in tree.place("ada").parent.iterdir())


def test_it_holds_the_marked_notebook_attachments_and_the_instructors_files_over_them(tree, submission):
    tree.put("ada", submission, {f"{NAME}.ipynb": b"marked"})
    place = tree.place("ada")
    there = {file.name: file.read_text() for file in place.iterdir()}
    assert there == {f"{NAME}.ipynb": "marked", "notes.txt": "mine", "given.txt": "the instructor's"}
    assert (place / f"{NAME}.ipynb").stat().st_mode & 0o777 == 0o444
    assert names(tree) == [NAME]


def test_what_was_there_is_replaced_as_a_whole(tree, submission):
    tree.put("ada", submission, {f"{NAME}.ipynb": b"first"})
    (submission / "notes.txt").unlink()
    tree.put("ada", submission, {f"{NAME}.ipynb": b"second"})
    assert {file.name for file in tree.place("ada").iterdir()} == {f"{NAME}.ipynb", "given.txt"}
    assert (tree.place("ada") / f"{NAME}.ipynb").read_bytes() == b"second"


def test_a_fault_in_the_middle_leaves_what_was_there(tree, submission, monkeypatch):
    def full(*_arguments):
        raise OSError("no space left")

    tree.put("ada", submission, {f"{NAME}.ipynb": b"first"})
    monkeypatch.setattr(autograded_tree, "attachments", full)
    with pytest.raises(OSError, match="no space"):
        tree.put("ada", submission, {f"{NAME}.ipynb": b"second"})
    assert (tree.place("ada") / f"{NAME}.ipynb").read_bytes() == b"first"
    assert names(tree) == [NAME]


def test_a_folder_that_was_moved_away_without_a_successor_is_put_back(tree, submission):
    tree.put("ada", submission, {f"{NAME}.ipynb": b"first"})
    place = tree.place("ada")
    place.rename(place.with_name(f".{NAME}.old"))
    place.with_name(f".{NAME}.new").mkdir()
    tree.mend("ada")
    assert (place / f"{NAME}.ipynb").read_bytes() == b"first"
    assert names(tree) == [NAME]


def test_an_old_folder_whose_successor_is_there_goes(tree, submission):
    tree.put("ada", submission, {f"{NAME}.ipynb": b"second"})
    tree.place("ada").with_name(f".{NAME}.old").mkdir()
    tree.mend("ada")
    assert (tree.place("ada") / f"{NAME}.ipynb").read_bytes() == b"second"
    assert names(tree) == [NAME]


def test_a_link_is_refused_and_nothing_is_made(tree, submission):
    (submission / "link").symlink_to("/etc/passwd")
    with pytest.raises(Rejected, match="link"):
        tree.put("ada", submission, {f"{NAME}.ipynb": b"marked"})
    assert not tree.place("ada").parent.exists()


def test_who_is_refused_later_keeps_no_folder(tree, submission):
    tree.put("ada", submission, {f"{NAME}.ipynb": b"marked"})
    tree.remove("ada")
    assert names(tree) == []
    tree.remove("ada")
