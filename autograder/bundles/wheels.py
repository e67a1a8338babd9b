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
from pathlib import Path

from autograder import __version__
from autograder.bundles.archive import write_zip
from autograder.course.paths import KIT_ROOT, PACKAGE

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
        scripts: The functions that its commands run, by the commands' names.
    """

    name: str
    version: str
    summary: str
    python: str
    requires: tuple[str, ...]
    extras: tuple[str, ...] = ()
    scripts: tuple[tuple[str, str], ...] = ()

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
        if self.scripts:
            lines = ["[console_scripts]", *(f"{name} = {function}" for name, function in self.scripts), ""]
            packed[f"{about}/entry_points.txt"] = "\n".join(lines).encode()
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
    if checkout.is_file():
        # What is installed of a checkout may be of before its last change.
        said = tomllib.loads(checkout.read_text(encoding="utf-8"))["project"]
        name, summary, python, requires = (
            said[key] for key in ("name", "description", "requires-python", "dependencies")
        )
    else:
        names = metadata.packages_distributions()[PACKAGE.name]
        installed = metadata.distribution(names[0])
        name, summary = installed.metadata["Name"], installed.metadata["Summary"]
        python = installed.metadata["Requires-Python"]
        requires = [one for one in installed.requires or () if "extra ==" not in one]
    scripts = (("autograder", "autograder.cli:main"),)
    return Distribution(name, __version__, summary, python, tuple(requires), scripts=scripts)
