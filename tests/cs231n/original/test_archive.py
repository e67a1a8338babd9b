import builtins
import errno
import io
import stat
import struct
import zipfile

import pytest

from cs231n.datasets.layout import ALL_FILES, ARCHIVE_FOLDER, CAPTIONS, EXTRA_FILES, VOCABULARY
from cs231n.datasets.original import archive as archive_module
from cs231n.datasets.original.archive import SLACK, opened
from cs231n.datasets.original.faults import FolderError, NoSpaceError, WrongFileError
from tests.cs231n.original.packs import SMALL, zipped

INSIDE = f"{ARCHIVE_FOLDER}/{CAPTIONS}"


def unpack(content, folder):
    path = folder / "x.zip"
    path.write_bytes(content)
    target = folder / "unpacked"
    target.mkdir()
    with opened(path, SMALL) as archive:
        archive.unpack(target)
    return archive, {file.name: file.read_bytes() for file in target.iterdir()}


def refused(content, folder, words):
    with pytest.raises(WrongFileError, match=words):
        unpack(content, folder)
    assert list((folder / "unpacked").iterdir()) == []


def named(name, kind=0):
    member = zipfile.ZipInfo(name)
    member.external_attr = (kind | 0o644) << 16
    return member


def test_the_files_come_out_without_their_folder(files, archive, tmp_path):
    seen, unpacked = unpack(archive, tmp_path)
    assert unpacked == {name.removeprefix(f"{ARCHIVE_FOLDER}/"): files[name] for name in files if files[name]}
    assert set(unpacked) == {*ALL_FILES, *EXTRA_FILES}
    assert seen.size == sum(map(len, files.values()))
    assert seen.left_out == ()


def test_what_nothing_reads_may_be_missing(files, tmp_path):
    content = zipped({name: data for name, data in files.items() if not name.endswith("_images.txt")})
    assert set(unpack(content, tmp_path)[1]) == set(ALL_FILES)


def test_other_files_are_left_out(files, tmp_path):
    others = {"__MACOSX/coco_captioning/._x": b"x", "coco_captioning/.DS_Store": b"y", CAPTIONS: b"z"}
    seen, unpacked = unpack(zipped(files | others), tmp_path)
    assert set(unpacked) == {*ALL_FILES, *EXTRA_FILES}
    assert seen.left_out == tuple(others)
    assert unpacked[CAPTIONS] == files[INSIDE]


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "coco_captioning/../../evil",
        "/etc/evil",
        "..\\evil",
        "C:evil",
        f"{ARCHIVE_FOLDER}/{CAPTIONS}\0evil",
    ],
)
def test_a_path_that_leads_out_of_the_folder_is_refused(files, tmp_path, name):
    member = named("placeholder")
    member.filename = name
    refused(zipped({**files, member: b"x"}), tmp_path, "leads out of its folder")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO], ids=["link", "device", "pipe"])
@pytest.mark.parametrize("name", ["other", INSIDE])
def test_links_and_devices_are_refused(files, tmp_path, kind, name):
    others = {member: data for member, data in files.items() if member != name}
    refused(zipped({**others, named(name, kind): b"/etc/passwd"}), tmp_path, "a link or a device")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(files, tmp_path):
    refused(zipped({**files, named(INSIDE): b"x"}), tmp_path, "twice")


def test_a_bomb_is_refused_before_anything_is_unpacked(files, tmp_path):
    bomb = zipped(files | {INSIDE: bytes(2 * SMALL.sizes()[CAPTIONS] + SLACK + 1)})
    refused(bomb, tmp_path, r"coco2014_captions\.h5 would have 4,2\d\d,\d\d\d bytes")


def test_a_bomb_that_lies_about_its_size_is_cut_off(files, tmp_path):
    content = zipped(files | {INSIDE: bytes(2**23)})
    lying = content.replace(struct.pack("<L", 2**23), struct.pack("<L", 1000))
    assert lying != content
    with pytest.raises(WrongFileError, match="cut short or damaged"):
        unpack(lying, tmp_path)
    assert sum(path.stat().st_size for path in (tmp_path / "unpacked").iterdir()) < 2**20


def test_a_false_table_of_contents_takes_no_memory(files, archive, tmp_path):
    end = archive.rindex(b"PK\5\6")
    size = 2**30
    path = tmp_path / "x.zip"
    with path.open("wb") as file:
        file.truncate(size)  # takes no space
        file.seek(size)
        file.write(archive[end : end + 12] + struct.pack("<LLH", size, 0, 0))
    with pytest.raises(WrongFileError, match="table of contents"), opened(path, SMALL):
        pass


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(files, tmp_path, method):
    refused(zipped(files, method), tmp_path, "compressed in a way that the pack isn't")


def test_encrypted_files_are_refused(files, archive, tmp_path):
    entry = bytearray(archive)
    entry[archive.index(b"PK\1\2", archive.index(b"PK\1\2") + 1) + 8] |= 1
    refused(bytes(entry), tmp_path, r"\.h5 is encrypted\.$")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><html>gone</html>", "is a web page, not a zip archive"),
        (b"\n <HTML>gone</HTML>", "is a web page"),
        (b"\x89PNG", "is not a zip archive"),
        (b"", "is not a zip archive"),
    ],
)
def test_what_is_no_archive_is_called_what_it_is(tmp_path, content, words):
    refused(content, tmp_path, words)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_archive_is_refused(archive, tmp_path, share):
    refused(archive[: int(share * len(archive))], tmp_path, "cut short or damaged")


def test_a_changed_byte_is_noticed(files, archive, tmp_path):
    stored = bytearray(zipped(files, zipfile.ZIP_STORED))
    place = stored.index(files[f"{ARCHIVE_FOLDER}/{VOCABULARY}"])
    stored[place + 3] ^= 1
    with pytest.raises(WrongFileError, match=r"damaged.*CRC"):
        unpack(bytes(stored), tmp_path)


def test_an_archive_of_something_else_is_refused(tmp_path):
    refused(zipped({"cats/1.jpg": b"x"}), tmp_path, r"is not the pack.*coco2014_captions\.h5.*cats/1\.jpg")


def test_names_cannot_steer_the_terminal(tmp_path):
    with pytest.raises(WrongFileError) as caught:
        unpack(zipped({"\x1b[2J": b"x"}), tmp_path)
    assert "\x1b" not in str(caught.value)


def test_a_full_disk_is_named(archive, tmp_path, monkeypatch):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(errno.ENOSPC, "no")

    def fake(path, mode="r"):
        return Full() if "x" in mode else builtins.open(path, mode)

    monkeypatch.setattr(archive_module, "open", fake, raising=False)
    with pytest.raises(NoSpaceError, match="is full"):
        unpack(archive, tmp_path)


def test_an_archive_that_cannot_be_read_is_the_folders_fault(tmp_path):
    with pytest.raises(FolderError, match="No such file"), opened(tmp_path / "x.zip", SMALL):
        pass
