"""What students can fetch: what is sent, what is taken back, and what is refused."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from autograder.server.attempts import releases
from autograder.server.attempts.releases import ReleaseError, Releases, digests, files_in, pack, unpack
from tests.support.seeded import NAME, seed

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    made = seed(tmp_path_factory.mktemp("server"))
    yield made
    made.school.database.close()


def archive_of(folder, *entries):
    """Write a zip file with entries of names, or of what zipfile knows of an entry, and bytes."""
    file = folder / "sent.zip"
    with zipfile.ZipFile(file, "w") as zipped:
        for name, data in entries:
            zipped.writestr(name, data)
    return file


def fetched(kept, seeded) -> list[str]:
    """Return the names of the files that students get."""
    folder = kept.folder(seeded.course, NAME)
    assert folder is not None
    return [name for name, _ in files_in(folder)]


def test_what_the_course_has_is_released_until_something_is_sent(seeded, tmp_path):
    kept = Releases(tmp_path)
    assert kept.folder(seeded.course, NAME) == seeded.course.course.release(NAME, "en")
    assert kept.folder(seeded.course, NAME, "zh-CN") == seeded.course.course.release(NAME, "zh-CN")
    kept.send(seeded.course, seeded.assignment, archive_of(tmp_path, ("a.ipynb", NOTEBOOK), ("d/b.txt", b"b")))
    assert fetched(kept, seeded) == ["a.ipynb", "d/b.txt"]


def test_what_was_withdrawn_is_there_again_when_it_is_sent(seeded, tmp_path):
    kept = Releases(tmp_path)
    kept.withdraw(seeded.course, NAME)
    assert kept.folder(seeded.course, NAME) is None
    kept.send(seeded.course, seeded.assignment, archive_of(tmp_path, ("a.ipynb", NOTEBOOK)))
    assert kept.folder(seeded.course, NAME) is not None


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([("a.txt", b"")], "there is no notebook at its top"),
        ([("a.ipynb", NOTEBOOK), ("x.py", b"### BEGIN HIDDEN TESTS\nx = 1\n### END HIDDEN TESTS\n")], "x.py: "),
    ],
    ids=["no notebook", "hidden tests"],
)
def test_what_is_no_release_changes_nothing(seeded, tmp_path, entries, said):
    kept = Releases(tmp_path)
    kept.send(seeded.course, seeded.assignment, archive_of(tmp_path, ("a.ipynb", NOTEBOOK)))
    with pytest.raises(ReleaseError, match=said):
        kept.send(seeded.course, seeded.assignment, archive_of(tmp_path, *entries))
    assert fetched(kept, seeded) == ["a.ipynb"]
    assert sorted(one.name for one in kept.place(seeded.course, NAME).iterdir()) == ["files"]


def link() -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("a.ipynb")
    made.external_attr = (stat.S_IFLNK | 0o777) << 16
    return made


@pytest.mark.parametrize("name", ["../a.ipynb", "/a.ipynb", "d/../../a.ipynb", "d\\a.ipynb", link()], ids=str)
def test_nothing_is_written_outside_of_the_folder(tmp_path, name):
    place = tmp_path / "place"
    place.mkdir()
    with pytest.raises(ReleaseError, match="leads out of the folder"):
        unpack(archive_of(tmp_path, (name, b"/etc/passwd")), place)
    assert list(place.iterdir()) == []


def test_a_small_zip_with_much_in_it_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(releases, "BYTES_MAX", 1_000)
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.ipynb", b"\0" * 100_000)
    (tmp_path / "place").mkdir()
    with pytest.raises(ReleaseError, match="unpacked it has more than"):
        unpack(file, tmp_path / "place")


def test_what_is_no_zip_is_said(tmp_path):
    file = tmp_path / "sent.zip"
    file.write_bytes(b"PK")
    with pytest.raises(ReleaseError, match="send the folder as a zip file"):
        unpack(file, tmp_path)


def test_the_same_files_are_the_same_bytes_and_what_is_hidden_stays(tmp_path):
    for name in ("b.txt", "a.txt", ".hidden", "__pycache__/a.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    first = pack(dict(files_in(tmp_path)))
    (tmp_path / "a.txt").touch()
    assert pack(dict(files_in(tmp_path))) == first
    assert zipfile.ZipFile(io.BytesIO(first)).namelist() == ["a.txt", "b.txt"]
    assert list(digests(tmp_path)) == ["a.txt", "b.txt"]
