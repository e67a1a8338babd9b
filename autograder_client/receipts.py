"""Checks receipts without the server: who signed, and whether files are those that were handed in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder_client.errors import ClientError
from autograder_client.submitting import files_below

SIGNATURE = "signature"


def canonical(receipt: Mapping[str, Any]) -> bytes:
    """Return what of a receipt is signed: all but the signature, with sorted keys, without blanks, in UTF-8."""
    signed = {name: value for name, value in receipt.items() if name != SIGNATURE}
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON that says each thing once: a person could read one, and what is checked is the other.

    Raises:
        ClientError: It says something twice.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ClientError("this is no receipt: it says the same thing twice. The server's page of the attempt has it")
    return found


def read_receipt(file: Path) -> dict[str, Any]:
    """Return the receipt in a file.

    Raises:
        ClientError: There is none.
    """
    try:
        found = json.loads(file.read_bytes(), object_pairs_hook=_once)
    except OSError as fault:
        raise ClientError(f"{file} cannot be read ({fault.strerror})") from fault
    except ValueError as fault:
        raise ClientError(f"{file} is no receipt: it is not JSON. The server's page of the attempt has it") from fault
    texts = isinstance(found, dict) and all(isinstance(found.get(name), str) for name in (SIGNATURE, "public_key"))
    if not texts or not isinstance(found.get("files"), list):
        raise ClientError(f"{file} is no receipt: it has no signature. The server's page of the attempt has it")
    return dict(found)


def check_signature(receipt: Mapping[str, Any], key: str = "") -> None:
    """Check who signed a receipt.

    Args:
        receipt: The receipt.
        key: The server's public key in Base64, from a place that you trust. Without it, only that the receipt is as it
            was signed by *some* key, the one that it names.

    Raises:
        ClientError: It was not signed by that key, or has been changed.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as fault:
        raise ClientError("checking a receipt needs the package cryptography: pip install cryptography") from fault
    if key and key != receipt["public_key"]:
        raise ClientError("the receipt was signed with another key than the server's: it is not from this server")
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(receipt["public_key"], validate=True))
        public.verify(base64.b64decode(receipt[SIGNATURE], validate=True), canonical(receipt))
    except (ValueError, InvalidSignature) as fault:
        raise ClientError("the signature does not fit: the receipt is not as the server made it") from fault


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
