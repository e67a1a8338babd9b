"""Signs receipts, by which a student proves what was handed in and when; `autograder_client.receipts` checks them."""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from autograder.course.course import CourseError
from autograder.server.attempts.storage import sync
from autograder_client.receipts import KEY_ID, PUBLIC_KEY, SIGNATURE, VERSION, canonical, key_id

KEY_FILE = "receipt.key"
KEY_BYTES = 32


class ReceiptKey:
    """The key with which one server signs.

    Args:
        private: The 32 bytes of an Ed25519 key.
    """

    def __init__(self, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public, self.id = base64.b64encode(public).decode(), key_id(public)

    def sign(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return a receipt: what it says, the key, and the signature."""
        receipt = {"version": VERSION, **content, KEY_ID: self.id, PUBLIC_KEY: self.public}
        return {**receipt, SIGNATURE: base64.b64encode(self._key.sign(canonical(receipt))).decode()}


def key_at(data: Path) -> ReceiptKey:
    """Return the key in the server's folder; a new one is made where there is none.

    Raises:
        CourseError: The file is no key.
    """
    file = data / KEY_FILE
    with contextlib.suppress(FileExistsError):
        made = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(made)
        try:
            sync(draft)
            os.link(draft, file)  # refuses where there is one: no key is ever replaced
            sync(data)
        finally:
            draft.unlink()
    private = file.read_bytes()
    if len(private) != KEY_BYTES:
        raise CourseError(
            f"{file} is no key of receipts ({len(private)} bytes, {KEY_BYTES} expected): put it back from the backup; "
            "with a new one, receipts of before are checked by their old public key"
        )
    return ReceiptKey(private)


def as_text(receipt: Mapping[str, Any]) -> str:
    """Return a receipt for printing: what it says line by line, then the receipt itself."""
    files = [f"  {one['name']}  {one['size']} bytes\n    SHA-256 {one['sha256']}" for one in receipt["files"]]
    lines = [
        f"Receipt of {receipt['server']}",
        "",
        f"course      {receipt['course']}",
        f"assignment  {receipt['assignment']}",
        f"student     {receipt['student']}",
        f"attempt     {receipt['number']} ({receipt['attempt']})",
        f"received    {receipt['received_at']}",
        f"due         {receipt['due_at'] or '-'}",
        f"counts as   {receipt['counts_as']}",
        "files",
        *files,
        "",
        "This line is what is signed; `autograder-client receipt verify` checks it:",
        canonical(receipt).decode(),
        f"signature {receipt[SIGNATURE]}",
    ]
    return "\n".join(lines) + "\n"
