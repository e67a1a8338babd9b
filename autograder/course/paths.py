"""Tells where the kit lies. No other file counts folders from its own place, except on the kernel's side."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
KIT_ROOT = PACKAGE.parent
ASSIGNMENTS = PACKAGE / "assignments"
