"""Archives, pictures, encoded texts and pages give what they hold, within bounds and with the place of each part."""

from __future__ import annotations

import gzip
import zlib

import pytest

from autograder.release.leaks.containers import (
    Unopened,
    UnpackBudget,
    encoded_blobs,
    image_parts,
    is_page,
    is_readable_archive,
    members,
    text_of,
)
from autograder.release.leaks.findings import Blob, Leak, Piece, Where
from autograder.submissions.checks import IntakeLimits
from tests.release.leaks.workshop import base64_of, png, tarred, zipped

TEXT = b"a text that is long enough for an encoding"


def opened(data: bytes, budget: UnpackBudget | None = None, level: int = 0) -> dict[str, bytes]:
    found = members(Blob(Where("a.zip"), data, "a.zip"), budget or UnpackBudget(IntakeLimits()), level)
    return {str(blob.where): blob.data for blob in found}


def test_a_member_of_an_archive_is_named_by_its_path():
    assert opened(zipped({"b/x.py": TEXT, "y.txt": b"y"})) == {"a.zip/b/x.py": TEXT, "a.zip/y.txt": b"y"}
    assert opened(gzip.compress(TEXT)) == {"a.zip: unpacked": TEXT}


def test_parts_of_a_gzip_file_are_counted_as_members_are():
    with pytest.raises(Unopened, match="more than 3 files"):
        opened(gzip.compress(b"") * 4, UnpackBudget(IntakeLimits(files=3)))


@pytest.mark.parametrize(
    ("packed", "name"),
    [(lambda data: zipped({"x": data}), "x"), (lambda data: tarred({"x": data}), "x"), (gzip.compress, "a.zip")],
    ids=["zip", "tar", "gzip"],
)
def test_all_archives_of_a_folder_share_one_budget_and_what_is_over_it_says_so(packed, name):
    budget = UnpackBudget(IntakeLimits(total=110))
    assert list(opened(packed(bytes(60)), budget).values()) == [bytes(60)]
    assert list(opened(packed(bytes(50)), budget).values()) == [bytes(50)]
    for other in (lambda data: zipped({"x": data}), packed):
        with pytest.raises(Unopened, match="x is too large when" if other is not packed else f"{name} is too large"):
            opened(other(bytes(1)), budget)


@pytest.mark.parametrize("packed", [lambda data: tarred({"x": data}), gzip.compress], ids=["tar", "gzip"])
def test_one_file_is_no_larger_than_a_submissions(packed):
    with pytest.raises(Unopened, match="is too large when it is unpacked"):
        opened(packed(bytes(60)), UnpackBudget(IntakeLimits(file=59)))


def test_a_gzip_file_is_read_to_its_end_and_beyond():
    parts = gzip.compress(TEXT) + gzip.compress(b" in two parts")
    assert opened(parts) == {"a.zip: unpacked": TEXT + b" in two parts"}
    assert opened(parts + b"more") == {"a.zip: unpacked": TEXT + b" in two parts", "a.zip: behind its end": b"more"}


def test_of_a_gzip_file_that_is_cut_off_the_rest_is_looked_into_and_that_is_said():
    found = members(Blob(Where("a.gz"), gzip.compress(TEXT)[:-9], "a.gz"), UnpackBudget(IntakeLimits()), 0)
    assert next(found).data.startswith(TEXT[:10])
    with pytest.raises(Unopened, match="the file is cut off"):
        next(found)


def test_an_archive_within_a_cell_keeps_the_cells_name():
    output = Blob(Where("a.ipynb", "cell 2", "output 1"), zipped({"x": TEXT}))
    (blob,) = members(output, UnpackBudget(IntakeLimits()), 0)
    assert str(blob.where) == "a.ipynb: cell 2, output 1, x"


def test_what_cannot_be_opened_says_why():
    with pytest.raises(Unopened, match="BadZipFile"):
        opened(zipped({"x": TEXT})[:-30])
    with pytest.raises(Unopened, match="in an archive in an archive"):
        opened(zipped({"x": TEXT}), level=2)


def test_an_archive_is_told_by_its_bytes_also_behind_a_program():
    assert is_readable_archive(zipped({"x": TEXT}))
    assert is_readable_archive(b"#!/bin/sh\n" + zipped({"x": TEXT}))
    assert not is_readable_archive(TEXT)


def test_a_picture_gives_its_texts_unpacked_and_a_leak_for_bytes_behind_its_end():
    chunks = (b"tEXt", b"Title\0plain"), (b"zTXt", b"Author\0\0" + zlib.compress(TEXT))
    found = list(image_parts(Blob(Where("a.png"), png(*chunks, behind=b"more"))))
    parts = {blob.where.part: blob.data for blob in found if isinstance(blob, Blob)}
    assert parts == {"PNG text 'Title'": b"plain", "PNG text 'Author'": TEXT, "behind the picture": b"more"}
    (leak,) = (leak for leak in found if isinstance(leak, Leak))
    assert leak.kind == "4 bytes behind the end of a picture"


def test_line_ends_behind_a_picture_are_no_leak():
    assert not [part for part in image_parts(Blob(Where("a"), png(behind=b"\r\n\0"))) if isinstance(part, Leak)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (base64_of(TEXT), "base64 text"),
        (TEXT.hex(), "hexadecimal digits"),
        ("data:text/plain," + TEXT.decode().replace(" ", "%20"), "a data URI"),
    ],
)
def test_encoded_text_is_decoded_and_placed(text, kind):
    found = {blob.where.part: blob.data for blob in encoded_blobs(Piece(Where("a"), f'first\nx = "{text}"'))}
    assert found[f"{kind} in line 2"] == TEXT


def test_short_words_are_no_encoding():
    assert list(encoded_blobs(Piece(Where("a"), "rnn_step_forward and deadbeef"))) == []


def test_the_text_of_a_page_keeps_its_lines_and_its_comments():
    assert text_of("<p\nid='a'>one &amp; <b>two</b></p>\n<!-- three -->") == "\none & two\n three "
    assert is_page("a.svg", "")
    assert is_page("a", "\ufeff <!DOCTYPE html>")
    assert not is_page("a.md", "see <html>")
