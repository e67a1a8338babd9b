"""Shows how far a download or an unpacking has come."""

from __future__ import annotations

import sys

from tqdm import tqdm


def byte_bar(title: str, total: int | None, initial: int = 0) -> tqdm:
    """Return a progress bar that counts bytes; it shows nothing where the output is no terminal.

    Args:
        title: What is going on.
        total: How many bytes there are; ``None`` if that isn't known.
        initial: How many are there already.
    """
    return tqdm(
        desc=title,
        total=total,
        initial=initial,
        unit="B",
        unit_scale=True,
        file=sys.stdout,
        leave=False,
        mininterval=0.5,
        disable=None,
    )
