"""Checks receipts without the server: who signed, and whether files are those that were handed in.

What is signed (Ed25519, RFC 8032) is the receipt's canonical JSON without its signature: keys sorted, no blanks, UTF-8.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder_client.errors import ClientError
from autograder_client.submitting import files_below

VERSION = 1
# Digits of a key's digest by which people tell keys apart.
KEY_ID_DIGITS = 16
SIGNATURE, PUBLIC_KEY, KEY_ID = "signature", "public_key", "key_id"


class ReceiptError(ClientError):
    """A receipt does not prove what it says; the message says why."""


def key_id(public: bytes) -> str:
    """Return the name of a public key: the beginning of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:KEY_ID_DIGITS]


def canonical(receipt: Mapping[str, Any]) -> bytes:
    """Return what of a receipt is signed."""
    signed = {name: value for name, value in receipt.items() if name != SIGNATURE}
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON that says each thing once: a person could read one, and what is checked is the other.

    Raises:
        ReceiptError: It says something twice.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ReceiptError("it says the same thing twice, and a receipt says each once")
    return found


def read(text: bytes) -> Any:
    """Return what the text of a receipt holds.

    Raises:
        ReceiptError: It says the same thing twice.
        ValueError: It is no JSON.
        RecursionError: It is nested without end.
    """
    return json.loads(text, object_pairs_hook=_once)


def read_receipt(file: Path) -> dict[str, Any]:
    """Return the receipt in a file.

    Raises:
        ReceiptError: There is none.
    """
    again = "The server's page of the attempt has it"
    try:
        found = read(file.read_bytes())
    except OSError as fault:
        raise ReceiptError(f"{file} cannot be read ({fault.strerror})") from fault
    except ReceiptError as fault:
        raise ReceiptError(f"{file} is no receipt: {fault}. {again}") from fault
    except (ValueError, RecursionError) as fault:
        raise ReceiptError(f"{file} is no receipt: it is not JSON. {again}") from fault
    texts = isinstance(found, dict) and all(isinstance(found.get(name), str) for name in (SIGNATURE, PUBLIC_KEY))
    if not texts or not isinstance(found.get("files"), list):
        raise ReceiptError(f"{file} is no receipt: it has no signature. {again}")
    return dict(found)


def verify(receipt: Any, pinned: str | None = None) -> dict[str, Any]:
    """Check who signed a receipt, and return it.

    Args:
        receipt: The receipt, as read of its JSON.
        pinned: The server's public key in Base64, from a place that you trust. With None, only that the receipt is as
            it was signed by *some* key, the one that it names.

    Raises:
        ReceiptError: It is no receipt, was not signed by that key, or has been changed.
        ClientError: What checks signatures is not installed.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as fault:
        raise ClientError("checking a receipt needs the package cryptography: pip install cryptography") from fault
    if not isinstance(receipt, dict) or not all(
        isinstance(receipt.get(name), str) for name in (SIGNATURE, PUBLIC_KEY, KEY_ID)
    ):
        raise ReceiptError("this is no receipt: a JSON object with key_id, public_key and signature was expected")
    if receipt.get("version") != VERSION:
        raise ReceiptError(f"this receipt has version {receipt.get('version')!r}; {VERSION} was expected")
    if pinned is not None and receipt[PUBLIC_KEY] != pinned:
        raise ReceiptError(f"this receipt was signed with key {receipt[KEY_ID]}, which is not the server's")
    try:
        public = base64.b64decode(receipt[PUBLIC_KEY], validate=True)
        signature = base64.b64decode(receipt[SIGNATURE], validate=True)
        if key_id(public) != receipt[KEY_ID]:
            raise ReceiptError("the receipt's key does not have the id that it names")
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(receipt))
    except (InvalidSignature, UnicodeEncodeError) as fault:
        raise ReceiptError("the signature does not fit: something in this receipt was changed") from fault
    except (ValueError, RecursionError) as fault:
        raise ReceiptError(f"the receipt, its key or its signature cannot be read ({fault})") from fault
    return receipt


def check_files(receipt: Mapping[str, Any], paths: Sequence[Path]) -> None:
    """Check that files are those of a receipt; what a folder holds besides does not matter.

    Raises:
        ClientError: One is missing, is another, or is too many.
    """
    named = {str(one["name"]): str(one["sha256"]) for one in receipt["files"]}
    found = set()
    for path in paths:
        if path.is_dir():
            found |= {_digest(file) for _, file in files_below(path)}
            continue
        digest = _digest(path)
        if digest not in named.values():
            raise ClientError(
                f"{path.name} is not what was handed in: no file of the receipt has its SHA-256, {digest}"
            )
        found.add(digest)
    if missing := [name for name, digest in named.items() if digest not in found]:
        raise ClientError(
            f"not found as it was handed in: {', '.join(missing)}. It has changed since, or lies elsewhere; the server "
            "gives back what was handed in"
        )


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as fault:
        raise ClientError(f"{file} cannot be read ({fault.strerror})") from fault
