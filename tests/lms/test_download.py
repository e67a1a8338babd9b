"""Downloads are opened within bounds, and nothing of them leads anywhere."""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile

import pytest

from autograder.course.course import CourseError
from autograder.lms import download as module
from autograder.lms.download import LEADS_OUT, LINK, NotCollected, opened
from tests.support.downloads import write, zip_of


def names(path):
    with opened(path, "Canvas") as download:
        return [one.name for one in download.members], download.refused


def test_files_are_listed_by_their_paths_and_litter_is_not(tmp_path):
    file = write(
        tmp_path, "a.zip", zip_of({"b/c.py": b"", "a": b"", "__MACOSX/._a": b"", "b/.DS_Store": b"", "._b": b""})
    )
    assert names(file) == (["a", "b/c.py"], {})


@pytest.mark.parametrize("marked", [True, False])
def test_names_are_read_whether_or_not_they_are_marked_as_utf_8(tmp_path, marked):
    file = write(tmp_path, "a.zip", zip_of({"张伟_1_2_é.py": b""}, marked_utf_8=marked))
    assert names(file)[0] == ["张伟_1_2_é.py"]


def test_a_name_that_begins_with_a_point_is_a_students(tmp_path):
    file = write(tmp_path, "a.zip", zip_of({".Net Guy_12_assignsubmission_file/.hidden": b""}))
    assert names(file)[0] == [".Net Guy_12_assignsubmission_file/.hidden"]


@pytest.mark.parametrize("name", ["../a", "x/../../a", "/etc/passwd", "C:/a", "..\\a", "\\\\server\\a"])
def test_a_name_that_leads_out_is_refused_and_the_others_are_there(tmp_path, name):
    members, refused = names(write(tmp_path, "a.zip", zip_of({name: b"", "b": b""})))
    assert members == ["b"]
    assert list(refused.values()) == [LEADS_OUT]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_a_device_in_a_zip_is_refused(tmp_path, kind):
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as packed:
        entry = zipfile.ZipInfo("a")
        entry.external_attr = (kind | 0o777) << 16
        packed.writestr(entry, "/etc/passwd")
    assert names(file) == ([], {"a": LINK})


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_a_bound_are_refused(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as packed:
        packed.writestr("a", "x")
    assert names(tmp_path / "a.zip")[1] == {"a": "it is packed in a way that is not read"}


def test_what_is_locked_with_a_password_is_refused(tmp_path):
    data = bytearray(zip_of({"a": b"x"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert names(write(tmp_path, "a.zip", bytes(data)))[1] == {"a": "it is locked with a password"}


def test_bytes_are_copied_and_a_file_that_is_there_is_never_written_over(tmp_path):
    with opened(write(tmp_path, "a.zip", zip_of({"a": b"x" * 3_000_000})), "Canvas") as download:
        download.members[0].copy(tmp_path / "copy")
        assert (tmp_path / "copy").stat().st_size == 3_000_000
        with pytest.raises(FileExistsError):
            download.members[0].copy(tmp_path / "copy")


@pytest.mark.parametrize("stated", [1, 100])
def test_a_file_that_has_another_size_than_it_states_is_damaged(tmp_path, stated):
    data = bytearray(zip_of({"a": b"0123456789"}))
    # The size in the list at the end, which is what is read.
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = stated.to_bytes(4, "little")
    with (
        opened(write(tmp_path, "a.zip", bytes(data)), "Canvas") as download,
        pytest.raises(NotCollected, match=r"^a (cannot be read|has not the size)"),
    ):
        download.members[0].copy(tmp_path / "copy")


def test_a_file_whose_bytes_have_changed_is_damaged(tmp_path):
    data = bytearray(zip_of({"a": os.urandom(1000)}))
    data[100] ^= 1
    with (
        opened(write(tmp_path, "a.zip", bytes(data)), "Canvas") as download,
        pytest.raises(NotCollected, match="a cannot be read"),
    ):
        download.members[0].copy(tmp_path / "copy")


def test_far_too_many_files_and_a_list_without_end_are_no_download(tmp_path, monkeypatch):
    file = write(tmp_path, "a.zip", zip_of({str(at): b"" for at in range(20)}))
    monkeypatch.setattr(module, "MOST_FILES", 10)
    with pytest.raises(CourseError, match="more than 10 files"):
        names(file)
    monkeypatch.setattr(module, "LONGEST_LIST", 500)
    with pytest.raises(CourseError, match="cannot be read as a zip"):
        names(file)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04 cut off"])
def test_what_is_no_zip_is_named(tmp_path, data):
    with pytest.raises(
        CourseError, match=r"a.zip cannot be read as a zip .*: give the file that Canvas let you download"
    ):
        names(write(tmp_path, "a.zip", data))
    with pytest.raises(CourseError, match=r"b.zip is not there"):
        names(tmp_path / "b.zip")


def test_an_empty_folder_is_no_download(tmp_path):
    with pytest.raises(CourseError, match="holds no files"):
        names(tmp_path)


def test_of_a_folder_links_pipes_and_what_lies_behind_them_are_refused(tmp_path):
    folder = tmp_path / "unpacked"
    (folder / "b").mkdir(parents=True)
    write(folder / "b", "c", b"")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "folder").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    assert names(folder) == (["b/c"], dict.fromkeys(["folder", "link", "pipe"], LINK))


def test_what_became_a_link_since_it_was_listed_is_not_followed(tmp_path):
    folder = tmp_path / "unpacked"
    folder.mkdir()
    file = write(folder, "a", b"mine")
    with opened(folder, "Canvas") as download:
        file.unlink()
        file.symlink_to("/etc/passwd")
        with pytest.raises(NotCollected):
            download.members[0].copy(tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b""


def test_names_are_put_together_that_a_system_has_taken_apart(tmp_path):
    folder = tmp_path / "unpacked"
    folder.mkdir()
    write(folder, unicodedata.normalize("NFD", "Müller"), b"")
    assert names(folder)[0] == ["Müller"]


def test_a_fault_of_the_disk_is_not_told_as_one_of_the_zip(tmp_path):
    file = write(tmp_path, "a.zip", zip_of({"a": b"x"}))
    with pytest.raises(OSError, match="No space"), opened(file, "Canvas"):
        raise OSError(28, "No space left on device")
