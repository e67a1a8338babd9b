"""Where the kit lies. Nothing else, but for the kernel's side, counts folders from where it lies itself."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
KIT_ROOT = PACKAGE.parent
ASSIGNMENTS = PACKAGE / "assignments"
