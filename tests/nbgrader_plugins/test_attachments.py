"""Of what was handed in, only pictures and plain texts come to lie beside a marked notebook."""

from __future__ import annotations

import os

import pytest

from autograder.nbgrader_plugins.attachments import attachments, sweep
from autograder.submissions.checks import LIMITS
from tests.nbgrader_plugins.attached import FIT, UNFIT, fill, names


def test_pictures_and_plain_texts_may_lie_beside_a_notebook(tmp_path):
    fill(tmp_path, FIT)
    assert {str(file.relative_to(tmp_path)) for file in attachments(tmp_path)} == set(FIT)


@pytest.mark.parametrize("name", UNFIT)
def test_what_can_do_something_by_lying_there_may_not(tmp_path, name):
    fill(tmp_path, {name: UNFIT[name]})
    assert attachments(tmp_path) == []


def test_links_may_not(tmp_path):
    secret = fill(tmp_path, {"secret.txt": b"x"}) / "secret.txt"
    folder = tmp_path / "handed"
    folder.mkdir()
    (folder / "a.txt").symlink_to(secret)
    (folder / "b").symlink_to(tmp_path)
    os.link(secret, folder / "c.txt")
    assert attachments(folder) == []


def test_environments_are_passed_over_as_where_hand_ins_are_counted(tmp_path):
    fill(tmp_path, {"of them/pyvenv.cfg": b"", "of them/notes/a.txt": b"", "notes/b.txt": b""})
    assert attachments(tmp_path) == [tmp_path / "notes" / "b.txt"]


def test_more_files_than_may_be_handed_in_are_swept_and_environments_too(tmp_path):
    fill(tmp_path, {f"{number}.txt": b"" for number in range(LIMITS.files + 1)})
    fill(tmp_path, {"of them/pyvenv.cfg": b"", "of them/lib/x.py": b""})
    sweep(tmp_path, lambda *_: False)
    assert len(names(tmp_path)) == LIMITS.files + 1


def test_what_earlier_versions_left_is_removed_and_what_is_not_the_students_stays(tmp_path):
    fill(tmp_path, {**FIT, **UNFIT, "arithmetic.ipynb": b"{}", "deep/er/x.py": b""})
    (tmp_path / "link.txt").symlink_to("/")
    sweep(tmp_path, lambda file, folder: file == folder / "arithmetic.ipynb")
    assert names(tmp_path) == {*FIT, "arithmetic.ipynb"}
    assert not (tmp_path / "deep").exists()
