"""A download that isn't complete yet: what has come so far, and which version of the file it is of."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Part:
    """The first bytes of a file, and a record of where they are from.

    Attributes:
        path: The file with the bytes.
    """

    path: Path

    @property
    def size(self) -> int:
        """Number of bytes that are there."""
        return self.path.stat().st_size if self.path.exists() else 0

    def validator(self, url: str) -> str | None:
        """Return the ETag or date of the version at ``url`` that the bytes are of; ``None`` if that is not known."""
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
            validator = record["validator"] if record["url"] == url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return validator if isinstance(validator, str) else None

    def restart(self, url: str, validator: str | None) -> None:
        """Forget all bytes, and note which version the next ones are of."""
        # In this order: a process that is killed in between must not leave old bytes under a new version's name.
        self.discard()
        if validator is not None:
            draft = self._record.with_name(self._record.name + ".draft")
            draft.write_text(json.dumps({"url": url, "validator": validator}) + "\n", encoding="utf-8")
            os.replace(draft, self._record)

    def append(self) -> IO[bytes]:
        """Open the file for more bytes; they are on their way to the disk once ``write`` returns."""
        return open(self.path, "ab", buffering=0)

    def discard(self) -> None:
        """Remove what is there."""
        self.path.unlink(missing_ok=True)
        self._record.unlink(missing_ok=True)

    def finish(self, target: Path) -> None:
        """Give the complete file its name."""
        os.replace(self.path, target)
        self._record.unlink(missing_ok=True)

    @property
    def _record(self) -> Path:
        return self.path.with_name(self.path.name + ".json")
