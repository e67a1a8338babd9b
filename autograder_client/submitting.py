"""Hands in files once, whatever happens in between: the key of an attempt is kept until the server has answered."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import secrets
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder_client.errors import ClientError, NotReachedError, RefusedError
from autograder_client.http import Server

RECEIPT_SUFFIX = ".receipt.json"
# Folders whose content nobody wrote.
PASSED_OVER = {"__pycache__", "feedback", "venv"}
# Zip files know no earlier time; so the same files are always the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
# A server's refusal; what lies above may be a fault after it has taken an attempt in.
REFUSALS_END = 500


@dataclass(frozen=True)
class Wanted:
    """What the server says of an assignment's files.

    Attributes:
        name: The assignment's name.
        files: How many it takes in one attempt.
        file_bytes: Bytes of one file.
        attempt_bytes: Bytes of all files of one attempt.
        released: The SHA-256 of each file that students got, by its name.
    """

    name: str
    files: int = 40
    file_bytes: int = 50 << 20
    attempt_bytes: int = 100 << 20
    released: Mapping[str, str] | None = None

    @classmethod
    def told(cls, assignment: Mapping[str, Any]) -> Wanted:
        """Return what the server tells of an assignment.

        Raises:
            ClientError: It is not told as a grading server does.
        """
        try:
            limits = {name: int(assignment["limits"][name]) for name in ("files", "file_bytes", "attempt_bytes")}
            return cls(str(assignment["assignment"]), **limits, released=dict(assignment["files"]))
        except (KeyError, TypeError, ValueError) as fault:
            raise ClientError("the server does not answer as a grading server does: is that its address?") from fault


def read_files(
    paths: Sequence[Path], wanted: Wanted, passed_over: Callable[[str, list[str]], Sequence[str]] | None = None
) -> dict[str, bytes]:
    """Return what is handed in, by name: files, and of a folder what is the student's own.

    Of a folder that is what differs from the files that students got, and the notebooks beside it. Where something of
    it lies in folders, as module files do, all of it is put into one zip file, in which they stay where they are.

    Args:
        paths: Files and folders.
        wanted: What the server takes.
        passed_over: Names in a folder that are left out, as `shutil.copytree` asks for them.

    Raises:
        ClientError: A file is missing, or it is too much.
    """
    found: dict[str, bytes] = {}
    for path in paths:
        own = dict(_own(path, wanted, passed_over)) if path.is_dir() else {path.name: _read(path, wanted)}
        if any("/" in name for name in own):
            own = {f"{wanted.name}.zip": _packed(own)}
        if twice := own.keys() & found.keys():
            raise ClientError(f"{min(twice)} is named twice: files of one attempt need names of their own")
        found |= own
    if not found:
        raise ClientError("there is no file to hand in: name the notebook, or its folder")
    if len(found) > wanted.files:
        raise ClientError(
            f"these are {len(found)} files, and at most {wanted.files} are taken: name the notebook alone"
        )
    if sum(map(len, found.values())) > wanted.attempt_bytes:
        largest = max(found, key=lambda name: len(found[name]))
        raise ClientError(
            f"together this is more than {wanted.attempt_bytes >> 20} MB; the largest is {largest}: hand in the "
            "notebook, or the module files, and no data and no results"
        )
    return found


def _own(
    folder: Path, wanted: Wanted, passed_over: Callable[[str, list[str]], Sequence[str]] | None
) -> Iterator[tuple[str, bytes]]:
    released = wanted.released or {}
    for name, file in files_below(folder, passed_over):
        data = _read(file, wanted)
        notebook = name.endswith(".ipynb") and "/" not in name
        if notebook or released.get(name) != hashlib.sha256(data).hexdigest():
            yield name, data


def files_below(
    folder: Path, passed_over: Callable[[str, list[str]], Sequence[str]] | None = None
) -> Iterator[tuple[str, Path]]:
    """Yield the files of a folder that somebody wrote, by their names below it."""
    for place, folders, files in os.walk(folder):
        left_out = set(passed_over(place, [*folders, *files])) if passed_over else set()
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER | left_out and not name.startswith("."))
        for name in sorted(set(files) - left_out):
            file = Path(place, name)
            if not name.endswith(RECEIPT_SUFFIX) and not name.startswith(".") and file.is_file():
                yield file.relative_to(folder).as_posix(), file


def _read(file: Path, wanted: Wanted) -> bytes:
    try:
        if file.stat().st_size > wanted.file_bytes:
            raise ClientError(
                f"{file.name} has more than {wanted.file_bytes >> 20} MB: clear the notebook's outputs, and leave data "
                "and results out"
            )
        return file.read_bytes()
    except OSError as fault:
        raise ClientError(f"{file} cannot be read ({fault.strerror})") from fault


def _packed(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as zipped:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            zipped.writestr(entry, data)
    return stream.getvalue()


def hand_in(server: Server, course: str, assignment: str, files: Mapping[str, bytes], source: str) -> dict[str, Any]:
    """Hand in files, and return the receipt.

    If this was cut short before, and the files are the same, it is the same attempt.

    Raises:
        NotReachedError: The server has not answered; doing the same again goes on with this attempt.
        RefusedError: The server takes nothing now, and says why.
    """
    pending = _pending(server, course, assignment, files)
    key = _key_in(pending)
    try:
        receipt = server.hand_in(course, assignment, files, key, source)
    except NotReachedError as fault:
        raise NotReachedError(
            f"{fault}. Nobody knows yet whether this was handed in: hand in the same again, it counts once"
        ) from fault
    except RefusedError as fault:
        if fault.status < REFUSALS_END:
            # It has answered: nothing is under way any more.
            _forget(pending)
        raise
    # It names the receipt's file.
    if not isinstance(receipt, dict) or not str(receipt.get("attempt", "")).isalnum():
        raise ClientError(f"{server.settings.url} gave no receipt: do not count on it, and ask your course")
    _forget(pending)
    return receipt


def _pending(server: Server, course: str, assignment: str, files: Mapping[str, bytes]) -> Path:
    """Return the file that keeps the key of an attempt while it is under way."""
    named = sorted((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())
    # The person is part of it: two of one machine may hand in the same bytes.
    who = hashlib.sha256(server.settings.token.encode()).hexdigest()
    digest = hashlib.sha256(json.dumps([server.settings.url, who, course, assignment, named]).encode()).hexdigest()
    place = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "autograder" / "pending"
    return place / digest


def _key_in(pending: Path) -> str:
    """Return the key of an attempt that is under way; a new one, kept there, where none is."""
    key = secrets.token_hex(16)
    # A full disk at home keeps nobody from handing in; the server knows the same files again for some minutes.
    with contextlib.suppress(OSError):
        if pending.is_file():
            return pending.read_text(encoding="ascii")
        pending.parent.mkdir(parents=True, exist_ok=True)
        draft = pending.with_name(f"{pending.name}.{key}")
        draft.write_text(key, encoding="ascii")
        draft.replace(pending)
    return key


def _forget(pending: Path) -> None:
    with contextlib.suppress(OSError):
        pending.unlink(missing_ok=True)


def keep_receipt(receipt: Mapping[str, Any], folder: Path, assignment: str) -> Path:
    """Write a receipt beside what was handed in, and return its file; none is ever replaced.

    Raises:
        ClientError: It cannot be written; it is handed in all the same, and the message says so.
    """
    number = receipt.get("number")
    name = f"{assignment}-{number:03d}" if isinstance(number, int) else f"{assignment}-{receipt['attempt']}"
    text = json.dumps(receipt, indent=1, ensure_ascii=False) + "\n"
    file = folder / f"{name}{RECEIPT_SUFFIX}"
    try:
        if file.exists() and file.read_text(encoding="utf-8") != text:
            file = folder / f"{name}-{receipt['attempt']}{RECEIPT_SUFFIX}"
        file.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise ClientError(
            f"it is handed in, as attempt {number}; its receipt cannot be written to {file} ({fault.strerror}): "
            f"{receipt.get('server', 'the server')} has it, on the attempt's page"
        ) from fault
    return file
