"""What may still be unpacked of one hand-in: archives can be small, and hold very much."""

from __future__ import annotations

import zipfile

from autograder.intake import IntakeLimits, Rejected
from autograder.messages import say

DEEPEST = 2  # an archive in an archive


class Budget:
    """What may still be unpacked of one hand-in.

    Args:
        limits: How much that is in the beginning.
    """

    def __init__(self, limits: IntakeLimits) -> None:
        self._limits, self._bytes, self._files = limits, limits.total, limits.files

    def expects(self, name: str, count: int) -> None:
        """Look at how many members an archive can have, before its list, however long, is read.

        Raises:
            Rejected: There are far too many, those of archives in it counted with them.
        """
        if count > DEEPEST * self._limits.files:
            raise Rejected(
                say(
                    "{name} holds more than {files} files: hand in the notebook alone",
                    name=name,
                    files=self._limits.files,
                )
            )

    def listed(self, name: str, count: int) -> None:
        """Take the number of an archive's members off.

        Raises:
            Rejected: There are too many.
        """
        self._files -= count
        if self._files < 0:
            raise Rejected(
                say(
                    "{name} holds more than {files} files: hand in the notebook alone",
                    name=name,
                    files=self._limits.files,
                )
            )

    def unpack(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
        """Return a member's bytes.

        Raises:
            Rejected: It is too large, whatever size it says that it has.
        """
        most = min(self._limits.file, self._bytes)
        with archive.open(member) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise Rejected(
                say("{name} is too large when it is unpacked: clear outputs, and hand in the notebook alone", name=name)
            )
        self._bytes -= len(data)
        return data
