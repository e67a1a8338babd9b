"""Signs receipts, by which a student proves what was handed in and when, and checks them without the server.

What is signed (Ed25519, RFC 8032) is the receipt's canonical JSON without its signature: keys sorted, no blanks, UTF-8.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from autograder.course.course import CourseError
from autograder.server.attempts.storage import sync

VERSION = 1
KEY_FILE = "receipt.key"
KEY_BYTES = 32
# Digits of a key's digest by which people tell keys apart.
KEY_ID_DIGITS = 16
SIGNATURE, PUBLIC_KEY, KEY_ID = "signature", "public_key", "key_id"


class ReceiptError(ValueError):
    """A receipt does not prove what it says; the message says why."""


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


def key_id(public: bytes) -> str:
    """Return the name of a public key: the beginning of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:KEY_ID_DIGITS]


def read(text: bytes) -> Any:
    """Return what the text of a receipt holds.

    Raises:
        ReceiptError: It says the same thing twice: a person could read one, and what is checked is the other.
        ValueError: It is no JSON.
        RecursionError: It is nested without end.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ReceiptError("it says the same thing twice, and a receipt says each once")
        return found

    return json.loads(text, object_pairs_hook=once)


def canonical(receipt: Mapping[str, Any]) -> bytes:
    """Return what is signed of a receipt."""
    signed = {name: value for name, value in receipt.items() if name != SIGNATURE}
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def verify(receipt: Any, pinned: str | None = None) -> dict[str, Any]:
    """Check a receipt, and return it.

    Args:
        receipt: The receipt, as read of its JSON.
        pinned: The public key that the server is known to have, in base64; with None, the receipt's own is believed.

    Raises:
        ReceiptError: It is no receipt, or its signature is not that of the key.
    """
    if not isinstance(receipt, dict) or not all(
        isinstance(receipt.get(name), str) for name in (SIGNATURE, PUBLIC_KEY, KEY_ID)
    ):
        raise ReceiptError("this is no receipt: a JSON object with key_id, public_key and signature was expected")
    if receipt.get("version") != VERSION:
        raise ReceiptError(f"this receipt has version {receipt.get('version')!r}; {VERSION} was expected")
    if pinned is not None and receipt[PUBLIC_KEY] != pinned:
        raise ReceiptError(f"this receipt is signed with key {receipt[KEY_ID]}, which is not this server's")
    try:
        public = base64.b64decode(receipt[PUBLIC_KEY], validate=True)
        signature = base64.b64decode(receipt[SIGNATURE], validate=True)
        if key_id(public) != receipt[KEY_ID]:
            raise ReceiptError("the receipt's key does not have the id that it names")
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(receipt))
    except (InvalidSignature, UnicodeEncodeError) as fault:
        raise ReceiptError("the signature does not fit: something in this receipt was changed") from fault
    except (binascii.Error, ValueError) as fault:
        if isinstance(fault, ReceiptError):
            raise
        raise ReceiptError(f"the receipt's key or signature cannot be read ({fault})") from fault
    return receipt


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
        "This line is what is signed; `autograder receipt verify` checks it:",
        canonical(receipt).decode(),
        f"signature {receipt[SIGNATURE]}",
    ]
    return "\n".join(lines) + "\n"
