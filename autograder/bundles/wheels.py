"""Packs Python packages as wheels, without any tool for it.

A wheel of Python files alone is a zip file with some texts more (PyPA's specification of binary distributions). So what
is packed is what runs, in a checkout and where it was installed.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from autograder import __version__
from autograder.course.paths import KIT_ROOT, PACKAGE
from autograder.course.zip_file import write_zip

TAG = "Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
LEFT_OUT = ("__pycache__", "*.pyc")


@dataclass(frozen=True)
class Distribution:
    """What is said of a wheel besides its files.

    Attributes:
        name: As in the package index.
        version: Its version.
        summary: What it is, in a line.
        python: The versions of Python that it takes, such as ``>=3.11``.
        requires: What it needs, in the form of PEP 508.
        extras: The names of what may be installed with it.
        entry_points: What others find in it, by group and name; ``console_scripts`` are its commands.
    """

    name: str
    version: str
    summary: str
    python: str
    requires: tuple[str, ...]
    extras: tuple[str, ...] = ()
    entry_points: tuple[tuple[str, str, str], ...] = ()

    @property
    def file_name(self) -> str:
        """The wheel's file name, which pip reads name and version from."""
        return f"{self._stem}-py3-none-any.whl"

    @property
    def _stem(self) -> str:
        return f"{self.name.replace('-', '_').lower()}-{self.version}"

    def wheel(self, files: Mapping[str, bytes]) -> bytes:
        """Return the wheel.

        Args:
            files: Its files, by their names below the folder in which packages are installed.
        """
        about = f"{self._stem}.dist-info"
        packed = {**files, f"{about}/METADATA": self._metadata().encode(), f"{about}/WHEEL": TAG.encode()}
        if self.entry_points:
            packed[f"{about}/entry_points.txt"] = self._entry_points().encode()
        record = [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in sorted(packed.items())]
        packed[f"{about}/RECORD"] = "".join([*record, f"{about}/RECORD,,\n"]).encode()
        stream = BytesIO()
        write_zip(stream, packed)
        return stream.getvalue()

    def _metadata(self) -> str:
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {self.name}",
            f"Version: {self.version}",
            f"Summary: {self.summary}",
            f"Requires-Python: {self.python}",
            *(f"Provides-Extra: {extra}" for extra in self.extras),
            *(f"Requires-Dist: {requirement}" for requirement in self.requires),
        ]
        return "\n".join(lines) + "\n"

    def _entry_points(self) -> str:
        lines = []
        for group, points in groupby(sorted(self.entry_points), key=itemgetter(0)):
            lines += [f"[{group}]", *(f"{name} = {value}" for _, name, value in points)]
        return "\n".join(lines) + "\n"


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def package_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a package with their names, the package's own name first; what Python has cached is left out.

    Args:
        folder: The package.
    """
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder.parent)
        if file.is_file() and not any(Path(part).match(pattern) for part in name.parts for pattern in LEFT_OUT):
            yield name.as_posix(), file.read_bytes()


@cache
def kit() -> Distribution:
    """Return what is said of the kit that runs: in a checkout by ``pyproject.toml``, else as it was installed."""
    checkout = KIT_ROOT / "pyproject.toml"
    # What is installed of a checkout may be of before its last change.
    return _of_checkout(checkout) if checkout.is_file() else _of_installation()


def _of_checkout(file: Path) -> Distribution:
    said = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    groups = {"console_scripts": said["scripts"], **said["entry-points"]}
    return Distribution(
        said["name"],
        __version__,
        said["description"],
        said["requires-python"],
        tuple(said["dependencies"]),
        entry_points=tuple((group, name, value) for group, points in groups.items() for name, value in points.items()),
    )


def _of_installation() -> Distribution:
    (name, *_) = metadata.packages_distributions()[PACKAGE.name]
    installed = metadata.distribution(name)
    about = installed.metadata
    return Distribution(
        about["Name"],
        __version__,
        about["Summary"],
        about["Requires-Python"],
        tuple(one for one in installed.requires or () if "extra ==" not in one),
        entry_points=tuple((one.group, one.name, one.value) for one in installed.entry_points),
    )
