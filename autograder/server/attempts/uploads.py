"""Takes files from the network to the disk as they come, within limits: nothing of them is held in memory.

A form (``multipart/form-data``) may have small fields besides files. What goes over a limit, stands still or does not
fit on the disk is refused, and nothing stays of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import unicodedata
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from autograder.i18n.messages import say
from autograder.server.attempts.storage import FULL, StoredFile
from autograder.server.errors import RequestError
from autograder.server.settings import Limits
from autograder.submissions.checks import TIMESTAMP

# Fields beside the files, such as a form's token: how many, and bytes of each.
FIELDS, FIELD_BYTES = 20, 10_000
# Bytes of what stands between files: the boundaries and headers of their parts.
FRAMES = 100_000
# Bytes of a file's name; file systems have 255.
NAME_BYTES = 200
# A sender who sends nothing for so long has gone.
IDLE_SECONDS = 60.0
# However slowly it comes, an upload ends.
UPLOAD_SECONDS = 1_800.0
# After so many bytes it is looked again whether the disk has room: others hand in at the same time.
ROOM_EACH = 1 << 20


@dataclass
class Upload:
    """What came with one request.

    Attributes:
        folder: Holds the files.
        files: The files.
        fields: The other fields, by name.
    """

    folder: Path
    files: list[StoredFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


async def read_form(
    content_type: str, stream: AsyncIterator[bytes], folder: Path, limits: Limits, room: Callable[[], int]
) -> Upload:
    """Write the files of a form into a folder, and return what came.

    Args:
        content_type: The request's header of this name.
        stream: The request's body.
        folder: Where files are written; it is there, and empty.
        limits: What may come.
        room: Returns how many bytes may still be written; others write as well.

    Raises:
        RequestError: It is no such form, is too much, stood still, or does not fit on the disk.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise RequestError(
            415,
            "no-form",
            say("This is no form with files."),
            say("Send multipart/form-data with a part named files for each file."),
        )
    reader, came = _Reader(Upload(folder), limits, room), 0
    parser = MultipartParser(options[b"boundary"], reader.callbacks())  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            chunks = aiter(stream)
            while True:
                async with asyncio.timeout(IDLE_SECONDS):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                # Also what stands before, between and after files, and is none.
                came += len(chunk)
                if came > limits.attempt_bytes + FRAMES:
                    raise too_much(limits)
                parser.write(chunk)
        parser.finalize()
        if not reader.ended:
            raise MultipartParseError("it ends too early")
    except TimeoutError:
        raise RequestError(
            408, "too-slow", say("The upload stood still for too long."), say("Hand in again; nothing of it was kept.")
        ) from None
    except MultipartParseError as fault:
        raise RequestError(
            400,
            "damaged-form",
            say("The upload is damaged or was cut short ({fault}).", fault=str(fault)),
            say("Hand in again; nothing of it was kept."),
        ) from fault
    except OSError as fault:
        raise disk_full() if fault.errno in FULL else fault from fault
    finally:
        reader.close()
    return reader.upload


class _Reader:
    """Takes what the parser finds."""

    def __init__(self, upload: Upload, limits: Limits, room: Callable[[], int]) -> None:
        self.upload, self.ended = upload, False
        self._limits, self._room = limits, room
        self._total = self._frames = self._looked = 0
        self._header, self._value = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._file: IO[bytes] | None = None
        self._field: tuple[str, bytearray] | None = None
        self._digest = hashlib.sha256()
        self._name, self._size = "", 0

    def callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self._part,
            "on_header_field": lambda data, start, end: self._frame(self._header, data[start:end]),
            "on_header_value": lambda data, start, end: self._frame(self._value, data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._begin,
            "on_part_data": lambda data, start, end: self._data(data[start:end]),
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _end(self) -> None:
        self.ended = True

    def _part(self) -> None:
        self._headers, self._file, self._field = {}, None, None

    def _frame(self, kept: bytearray, data: bytes) -> None:
        self._frames += len(data)
        if self._frames > FRAMES:
            raise too_much(self._limits)
        kept += data

    def _header_end(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _begin(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if b"filename" not in options:
            self._field = (options.get(b"name", b"").decode("utf-8", "replace"), bytearray())
            if len(self.upload.fields) >= FIELDS:
                raise too_much(self._limits)
            return
        said = options[b"filename"].decode("utf-8", "replace")
        # A browser's form sends an empty file where none was chosen; see `_part_end`.
        self._name, self._size, self._digest = said, 0, hashlib.sha256()
        if len(self.upload.files) >= self._limits.files:
            raise too_much(self._limits)
        self._name = unused(file_name(said), {one.name for one in self.upload.files})
        # Never through a link, and never over a file: the folder is new, and nobody else's.
        self._file = (self.upload.folder / self._name).open("xb")
        self._said = said

    def _data(self, data: bytes) -> None:
        if self._file is None:
            self._field_data(data)
            return
        self._size += len(data)
        self._total += len(data)
        if self._size > self._limits.file_bytes or self._total > self._limits.attempt_bytes:
            raise too_much(self._limits)
        if self._total > self._looked:
            if self._room() < len(data):
                raise disk_full()
            self._looked = self._total + ROOM_EACH
        self._digest.update(data)
        self._file.write(data)

    def _field_data(self, data: bytes) -> None:
        assert self._field is not None  # the parser tells of data only after headers
        self._field[1].extend(data)
        if len(self._field[1]) > FIELD_BYTES:
            raise too_much(self._limits)

    def _part_end(self) -> None:
        if self._file is not None:
            self._file.close()
            if self._size or self._said:
                self.upload.files.append(StoredFile(self._name, self._size, self._digest.hexdigest()))
            else:
                os.unlink(self._file.name)
        elif self._field is not None:
            self.upload.fields[self._field[0]] = self._field[1].decode("utf-8", "replace")


def file_name(said: str) -> str:
    """Return the name under which a file is kept: the sender's, without folders and without what cannot be seen."""
    name = unicodedata.normalize("NFC", said.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(letter if letter.isprintable() else "_" for letter in name).strip()
    # nbgrader's own file, which says when something was handed in; here the server says that.
    if name in {"", ".", "..", TIMESTAMP}:
        name = f"_{name}"
    return _cut(name, NAME_BYTES)


def _cut(name: str, most: int) -> str:
    """Return a name of at most so many bytes; its ending stays."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode("utf-8", "replace")) > 16:
        stem, dot, ending = name, "", ""
    end = dot + ending
    kept = stem.encode("utf-8", "replace")[: most - len(end.encode("utf-8", "replace"))]
    return kept.decode("utf-8", "ignore") + end


def unused(name: str, used: set[str]) -> str:
    """Return a name that is not used yet: that one, or one with a number."""
    stem, dot, ending = name.rpartition(".")
    candidate, number = name, 1
    while candidate in used:
        number += 1
        candidate = f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"
    return candidate


def too_much(limits: Limits) -> RequestError:
    """Return the error for what is larger than may come."""
    return RequestError(
        413,
        "too-much",
        say(
            "More came than may be handed in: at most {files} files, {file} MB each and {total} MB together.",
            files=limits.files,
            file=limits.file_bytes >> 20,
            total=limits.attempt_bytes >> 20,
        ),
        say("Clear the notebook's outputs, leave data out, and hand in the notebook alone. Nothing of it was kept."),
    )


def disk_full() -> RequestError:
    """Return the error for what the disk has no room for."""
    return RequestError(
        507,
        "disk-full",
        say("The server's disk is full, so nothing can be handed in now. What you sent was not kept."),
        say("Keep your file, tell your course's staff, and hand in again later, with the same file."),
        retry_after=60,
    )
