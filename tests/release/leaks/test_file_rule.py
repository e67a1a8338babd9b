"""Files that no student should get are told by their names, by their folders, and by how they begin."""

from __future__ import annotations

import pytest

from autograder.release.leaks.file_rule import file_leaks, folder_leak
from autograder.release.leaks.findings import Where


def kinds(name: str, data: bytes = b"", *, published: bool = False) -> list[str]:
    return [leak.kind for leak in file_leaks(Where(name), name, data, published=published)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (".ipynb_checkpoints/a.ipynb", "a folder of checkpoints, earlier versions"),
        ("cs231n/__pycache__/a.txt", "a folder of caches, which hold code"),
        ("x/.git/config", "a folder of version control, which holds all earlier versions"),
        ("layers.pyc", "compiled code"),
        ("gradebook-2026.DB", "a database, such as a gradebook"),
        ("a.ipynb~", "a backup file, which holds an earlier version"),
        ("Untitled-Copy1.ipynb", "a backup file, which holds an earlier version"),
        (".env", "a file for secrets"),
        ("nbgrader_config.py", "staff's configuration"),
        (".python_history", "a history of commands"),
    ],
)
def test_a_file_with_such_a_name_is_named_for_what_it_is(name, kind):
    assert kinds(name) == [kind]


@pytest.mark.parametrize("name", ["rnn.py", "environment.yml", "history.md", "old/notes.md", "gradebook.md", "a.npz"])
def test_other_names_are_fine(name):
    assert kinds(name) == []


def test_a_database_is_told_by_how_it_begins():
    assert kinds("notes.txt", b"SQLite format 3\0...") == ["a database (SQLite), such as a gradebook"]


@pytest.mark.parametrize(("name", "data"), [("a.zip", b""), ("notes.txt", b"PK\3\4"), ("notes.txt", b"Rar!")])
def test_an_archive_is_a_leak_until_it_was_published(name, data):
    assert kinds(name, data) == ["an archive"]
    assert kinds(name, data, published=True) == []


def test_documents_that_are_archives_inside_are_fine():
    assert kinds("data.npz", b"PK\3\4") == []


def test_a_folder_is_told_by_its_name_and_a_file_of_that_name_is_none():
    assert folder_leak(Where("x"), ".idea").kind == "a folder of an editor's settings and history"
    assert folder_leak(Where("x"), "nbgrader_config.py") is None
