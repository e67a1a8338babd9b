"""Addresses of mini-COCO pictures, such as ``minicoco://train/000123``."""

from __future__ import annotations

import re

from .scene import SPLIT_SIZES

SCHEME = "minicoco"

_FORM = re.compile(rf"{SCHEME}://(train|val)/([0-9]{{6}})")


def address(split: str, index: int) -> str:
    """Return the address of picture ``index`` of ``split``."""
    return f"{SCHEME}://{split}/{index:06d}"


def parse_address(text: str) -> tuple[str, int]:
    """Return the split and the index in an address.

    Raises:
        ValueError: If the text isn't the address of a mini-COCO picture.
    """
    match = _FORM.fullmatch(str(text))
    if match is None or int(match[2]) >= SPLIT_SIZES[match[1]]:
        sizes = " or ".join(f"{address(split, 0)} to {address(split, size - 1)}" for split, size in SPLIT_SIZES.items())
        raise ValueError(f"{str(text)!r} is not the address of a mini-COCO picture: expected {sizes}.")
    return match[1], int(match[2])
