"""Where the kit lies, for the side that runs student code: it imports nothing of the rest."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
KIT = PACKAGE.parent
# As tracebacks name it: a link that leads to the kit is not followed there.
KIT_AS_NAMED = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
