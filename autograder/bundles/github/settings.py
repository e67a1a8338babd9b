"""What the program in a job is told when the bundle is made."""

from __future__ import annotations

from pathlib import Path

import msgspec

SETTINGS = "settings.json"


class Settings(msgspec.Struct, frozen=True):
    """What the program in a job is told. It lies in the private repository: no student can change it.

    Attributes:
        assignment: The assignment's name.
        unisolated: Whether it may mark where there is no isolation at all.
        hints: The attempt from which hints are shown; None: as ``assignment.toml`` says.
    """

    assignment: str
    unisolated: bool = False
    hints: int | None = None


def settings_of(course: Path) -> Settings:
    """Return the settings that lie in the course's folder of a bundle."""
    return msgspec.json.decode((course / SETTINGS).read_bytes(), type=Settings)
