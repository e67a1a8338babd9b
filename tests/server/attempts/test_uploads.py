"""Files come to the disk as they are sent, within limits; whatever else comes is refused, with what to do."""

import asyncio
import errno
import hashlib

import msgspec
import pytest

from autograder.server.attempts import uploads
from autograder.server.attempts.uploads import FIELD_BYTES, FIELDS, file_name, read_form, unused
from autograder.server.errors import RequestError
from autograder.server.settings import Limits

ROOM = 1 << 40
BOUNDARY = "xyz"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def part(content, name="files", filename=None):
    said = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
    return f"--{BOUNDARY}\r\nContent-Disposition: {said}\r\n\r\n".encode() + content + b"\r\n"


def form(*parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def read(folder, body, content_type=TYPE, size=7, room=ROOM, **limits):
    async def stream():
        for start in range(0, len(body), size):
            yield body[start : start + size]

    settings = msgspec.structs.replace(Limits(), **limits)
    return asyncio.run(read_form(content_type, stream(), folder, settings, room if callable(room) else lambda: room))


def refused(folder, *arguments, **more):
    with pytest.raises(RequestError) as caught:
        read(folder, *arguments, **more)
    return caught.value


def test_files_are_written_as_they_came_and_their_digests_told(tmp_path):
    body = form(part(b"one\r\n--xy", filename="a.ipynb"), part(b"", filename="empty.py"), part(b"k1", "key"))
    for size in (1, 2, 10_000):
        folder = tmp_path / str(size)
        folder.mkdir()
        upload = read(folder, body, size=size)
        assert upload.fields == {"key": "k1"}
        assert [(one.name, one.size) for one in upload.files] == [("a.ipynb", 9), ("empty.py", 0)]
        assert upload.files[0].sha256 == hashlib.sha256(b"one\r\n--xy").hexdigest()
        assert (folder / "a.ipynb").read_bytes() == b"one\r\n--xy"


def test_where_no_file_was_chosen_none_came(tmp_path):
    assert read(tmp_path, form(part(b"", filename=""))).files == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("rnn.ipynb", "rnn.ipynb"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\rnn.ipynb", "rnn.ipynb"),
        ("..", "_.."),
        ("a/..", "_.."),
        ("", "_"),
        ("a/", "_"),
        ("timestamp.txt", "_timestamp.txt"),
        ("作业 (1).ipynb", "作业 (1).ipynb"),
        ("a\x00b\nc\u202ed.py", "a_b_c_d.py"),
        ("e\u0301.py", "\xe9.py"),
        ("\udcff.py", "_.py"),
        ("长" * 100 + ".ipynb", "长" * 64 + ".ipynb"),
        ("x" * 300, "x" * 200),
    ],
)
def test_names_are_kept_without_folders_and_without_what_cannot_be_seen(said, kept):
    assert file_name(said) == kept


def test_two_files_of_one_name_are_both_kept(tmp_path):
    upload = read(tmp_path, form(part(b"1", filename="x/a.py"), part(b"2", filename="y/a.py")))
    assert [one.name for one in upload.files] == ["a.py", "a (2).py"]
    assert unused("a", {"a", "a (2)"}) == "a (3)"


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        (form(part(b"x" * 11, filename="a")), {"file_bytes": 10}),
        (form(part(b"x" * 6, filename="a"), part(b"x" * 6, filename="b")), {"attempt_bytes": 10}),
        (form(*(part(b"", filename=f"{one}") for one in range(4))), {"files": 3}),
        (form(part(b"x" * (FIELD_BYTES + 1), "csrf")), {}),
        (form(*(part(b"", f"f{one}") for one in range(FIELDS + 1))), {}),
    ],
)
def test_what_is_more_than_may_come_is_refused(tmp_path, body, limits):
    fault = refused(tmp_path, body, size=1000, **limits)
    assert (fault.status, fault.kind) == (413, "too-much")
    assert "leave data out" in str(fault.what_to_do)


def test_headers_of_parts_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "FRAMES", 100)
    assert refused(tmp_path, form(part(b"", "x" * 200))).status == 413


@pytest.mark.parametrize("kind", ["application/json", "", "multipart/form-data", "text/plain; boundary=xyz"])
def test_what_is_no_form_is_refused(tmp_path, kind):
    assert refused(tmp_path, b"", kind).status == 415


@pytest.mark.parametrize("cut", [1, 20, 60, -6, -9])
def test_what_ends_too_early_is_refused(tmp_path, cut):
    body = form(part(b"content", filename="a"))
    assert refused(tmp_path, body[:cut]).status == 400


def test_what_does_not_fit_beside_the_reserve_is_refused_as_it_comes(tmp_path, monkeypatch):
    """Others hand in at the same time: there was room when it began."""
    monkeypatch.setattr(uploads, "ROOM_EACH", 50)
    rooms = iter([200, 120, 6])
    fault = refused(tmp_path, form(part(b"x" * 200, filename="a")), room=lambda: next(rooms))
    assert (fault.status, fault.kind) == (507, "disk-full")
    assert "not kept" in str(fault.detail)


def test_a_disk_that_becomes_full_is_said_to_be_full(tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "unused", full)
    assert refused(tmp_path, form(part(b"x", filename="a"))).status == 507


def test_an_upload_that_stands_still_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "IDLE_SECONDS", 0.01)

    async def stream():
        yield part(b"x", filename="a")
        await asyncio.Event().wait()

    with pytest.raises(RequestError) as caught:
        asyncio.run(read_form(TYPE, stream(), tmp_path, Limits(), lambda: ROOM))
    assert caught.value.status == 408
