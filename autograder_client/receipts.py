"""Checks receipts without the server: who signed, and whether files are those that were handed in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder_client.errors import ClientError

SIGNATURE = "signature"


def canonical(receipt: Mapping[str, Any]) -> bytes:
    """Return what of a receipt is signed: all but the signature, with sorted keys, without blanks, in UTF-8."""
    signed = {name: value for name, value in receipt.items() if name != SIGNATURE}
    return json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_receipt(file: Path) -> dict[str, Any]:
    """Return the receipt in a file.

    Raises:
        ClientError: There is none.
    """
    try:
        found = json.loads(file.read_bytes())
    except OSError as fault:
        raise ClientError(f"{file} cannot be read ({fault.strerror})") from fault
    except ValueError as fault:
        raise ClientError(f"{file} is no receipt: it is not JSON. The server's page of the attempt has it") from fault
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in (SIGNATURE, "public_key")):
        raise ClientError(f"{file} is no receipt: it has no signature. The server's page of the attempt has it")
    return found


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


def check_files(receipt: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Check that files are those of a receipt.

    Raises:
        ClientError: One is missing, is another, or is too many.
    """
    named = {one["name"]: one["sha256"] for one in receipt["files"]}
    for name, data in files.items():
        if name not in named:
            raise ClientError(f"{name} is not in the receipt, which names {', '.join(named)}")
        if hashlib.sha256(data).hexdigest() != named[name]:
            raise ClientError(f"{name} is not the file that was handed in: its SHA-256 is another")
    if missing := [name for name in named if name not in files]:
        raise ClientError(f"not given, and in the receipt: {', '.join(missing)}")
