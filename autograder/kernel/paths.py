"""Tells where the kit lies, for the side that runs student code: it imports nothing of the rest."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
KIT = PACKAGE.parent
# As tracebacks name it: with symbolic links left as they are, because Python does not resolve them either.
KIT_AS_NAMED = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
