"""What a sandboxed kernel may do, on one screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """The limits of a sandbox."""


POLICY = Policy()
