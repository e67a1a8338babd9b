"""Archives are read within bounds: nothing more is unpacked, or kept, than will be looked at."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from autograder.submissions import archives as archive_module
from autograder.submissions.checks import IntakeLimits, Rejected
from autograder.submissions.collect import collect
from autograder.submissions.select import submitted_files

FILE = "cs231n/rnn_layers.py"
SMALL = IntakeLimits(module=1000, modules=5000)


def packed(files, how=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def handed(tmp_path):
    """Return a function that hands in some bytes as an archive."""

    def write(data, limits=SMALL):
        (tmp_path / "a.zip").write_bytes(data)
        return submitted_files(collect(tmp_path / "a.zip", limits), limits)

    return write


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_what_python_unpacks_without_a_bound_is_refused(handed, how):
    with pytest.raises(Rejected, match="packed in a way that is not read: hand in a zip as your system makes it"):
        handed(packed({FILE: "x = 1"}, how))


def test_all_sizes_are_counted_before_anything_isunpacked(handed, monkeypatch):
    monkeypatch.setattr(archive_module, "unpacked", lambda *_: pytest.fail("something was unpacked"))
    with pytest.raises(Rejected, match=r"a\.zip/5\.py is too large when it is unpacked"):
        handed(packed({f"{number}.py": "#" * 900 for number in range(9)}))


def test_of_a_python_file_that_is_too_long_only_the_beginning_is_kept(handed, tmp_path):
    (found,) = handed(packed({FILE: "#" * 4000}))
    assert len(found.data) == 1001
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "rnn_layers.py").write_text("#" * 4000)
    (found,) = submitted_files(collect(tmp_path / "b", SMALL), SMALL)
    assert len(found.data) == 1001


def test_python_files_that_are_too_large_together_are_refused_in_a_folder_as_well(tmp_path):
    for number in range(9):
        (tmp_path / f"{number}.py").write_text("#" * 900)
    with pytest.raises(Rejected, match=r"5\.py is too large, with what was read before it"):
        submitted_files(collect(tmp_path, SMALL), SMALL)


def test_an_archive_is_read_where_it_lies_and_a_long_list_of_members_not_at_all(handed, monkeypatch):
    monkeypatch.setattr(archive_module, "PIECE", 10_000)
    assert len(handed(packed({FILE: "x = 1", "data.bin": bytes(50_000)}, zipfile.ZIP_STORED))) == 1
    with pytest.raises(Rejected, match="damaged archive"):
        handed(packed({f"{number:0200}.txt": "" for number in range(60)}))


def test_members_that_lie_on_the_same_bytes_count_each(handed):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        archive.writestr(FILE, "#" * 900)
        archive.filelist += [archive.getinfo(FILE)] * 8
    with pytest.raises(Rejected, match=r"too large when it is unpacked|damaged archive"):
        handed(stream.getvalue())


def test_a_name_is_told_on_one_line_and_cut(handed):
    with pytest.raises(Rejected) as caught:
        handed(packed({"a\n\x1b[31m" + "b" * 5000 + "/../c.py": ""}))
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


MODULE = "cs231n/rnn_layers.py"


def archive_of(*names, size=0):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (archive_of("../cs231n/rnn_layers.py"), "leads out of it"),
        (archive_of("/cs231n/rnn_layers.py"), "leads out of it"),
        (archive_of(MODULE, size=3000), "too large when it is unpacked"),
        (archive_of(*(f"{number}.py" for number in range(9))), "more than 4 files"),
        (archive_of(MODULE)[:-30], "damaged archive"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 9, "more than 4 files"),
    ],
    ids=["above", "root", "bomb", "many", "cut", "long list"],
)
def test_an_archive_is_unpacked_within_bounds_and_never_to_the_disk(tmp_path, data, why):
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(Rejected, match=why):
        submitted_files(collect(tmp_path / "a.zip"), IntakeLimits(file=2500, total=2500, files=4))
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]
