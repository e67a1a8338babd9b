"""Hands in files once, whatever happens in between: the key of an attempt is kept until the server has answered."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder_client.errors import ClientError, RefusedError
from autograder_client.http import Server

# Larger is refused by every server of this kind; nobody should have to wait until it is there.
TOTAL_MAX = 64 << 20
RECEIPT_SUFFIX = ".receipt.json"
# Folders whose content nobody wrote.
PASSED_OVER = {".git", ".ipynb_checkpoints", "__pycache__", "feedback", "venv", ".venv"}


def read_files(paths: Sequence[Path]) -> dict[str, bytes]:
    """Return what is handed in, by name: files, and what lies in folders.

    Raises:
        ClientError: A file is missing, or it is too much.
    """
    found: dict[str, bytes] = {}
    left = TOTAL_MAX
    for path in paths:
        for name, file in _named(path):
            if name in found:
                raise ClientError(f"{name} is named twice: files of one attempt need names of their own")
            try:
                left -= file.stat().st_size
                if left < 0:
                    raise ClientError(
                        f"this is more than {TOTAL_MAX >> 20} MB: hand in the notebook, or the module files, "
                        "and no data and no results"
                    )
                found[name] = file.read_bytes()
            except OSError as fault:
                raise ClientError(f"{file} cannot be read ({fault.strerror})") from fault
    if not found:
        raise ClientError("there is no file to hand in: name the notebook, or its folder")
    return found


def _named(path: Path) -> list[tuple[str, Path]]:
    if not path.is_dir():
        return [(path.name, path)]
    found = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        here = Path(folder)
        found += [
            ((here / name).relative_to(path).as_posix(), here / name)
            for name in sorted(files)
            if not name.endswith(RECEIPT_SUFFIX) and (here / name).is_file()
        ]
    return found


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
    except RefusedError:
        # It has answered: nothing is under way any more.
        pending.unlink(missing_ok=True)
        raise
    if not isinstance(receipt, dict) or not isinstance(receipt.get("attempt"), str):
        raise ClientError(f"{server.settings.url} gave no receipt: do not count on it, and ask your course")
    pending.unlink(missing_ok=True)
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
    try:
        return pending.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    key = secrets.token_hex(16)
    pending.parent.mkdir(parents=True, exist_ok=True)
    draft = pending.with_name(f"{pending.name}.{key}")
    draft.write_text(key, encoding="ascii")
    draft.replace(pending)
    return key


def keep_receipt(receipt: Mapping[str, Any], beside: Path, assignment: str) -> Path:
    """Write a receipt beside what was handed in, and return its file; none is ever replaced."""
    folder = beside if beside.is_dir() else beside.parent
    number = receipt.get("number")
    name = f"{assignment}-{number:03d}" if isinstance(number, int) else f"{assignment}-{receipt['attempt']}"
    file = folder / f"{name}{RECEIPT_SUFFIX}"
    text = json.dumps(receipt, indent=1, ensure_ascii=False) + "\n"
    if file.exists() and file.read_text(encoding="utf-8") != text:
        file = folder / f"{name}-{receipt['attempt']}{RECEIPT_SUFFIX}"
    file.write_text(text, encoding="utf-8")
    return file
