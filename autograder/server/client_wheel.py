"""Packs what students install, `autograder_client`, as a wheel: the server offers it, so that `pip install URL` works.

A wheel of Python files alone is a zip file with three texts more (PyPA's specification of binary distributions). So no
tool has to be there to make it, and the client that a server offers is the one that it was tried with.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import autograder_client

NAME = "autograder_client"
# Python of images for students.
PYTHON = "3.9"
METADATA = """\
Metadata-Version: 2.1
Name: autograder-client
Version: {version}
Summary: Hands in to an autograder server, from a terminal and from JupyterLab's Assignment List.
Requires-Python: >={python}
Requires-Dist: requests>=2.28
Provides-Extra: receipts
Requires-Dist: cryptography>=41; extra == "receipts"
Provides-Extra: jupyterlab
Requires-Dist: nbgrader>=0.9; extra == "jupyterlab"
"""
WHEEL = "Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
SCRIPTS = "[console_scripts]\nautograder-client = autograder_client.cli:main\n"
# Zip files know no earlier time; so the same files are always the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def wheel_name() -> str:
    """Return the wheel's file name, which pip reads name and version from."""
    return f"{NAME}-{autograder_client.__version__}-py3-none-any.whl"


@cache
def wheel() -> bytes:
    """Return the wheel."""
    folder, version = Path(autograder_client.__file__).parent, autograder_client.__version__
    files = {f"{NAME}/{one.relative_to(folder).as_posix()}": one.read_bytes() for one in folder.rglob("*.py")}
    about = f"{NAME}-{version}.dist-info"
    files[f"{about}/METADATA"] = METADATA.format(version=version, python=PYTHON).encode()
    files[f"{about}/WHEEL"] = WHEEL.encode()
    files[f"{about}/entry_points.txt"] = SCRIPTS.encode()
    record = [f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in sorted(files.items())]
    files[f"{about}/RECORD"] = "".join([*record, f"{about}/RECORD,,\n"]).encode()
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            zipped.writestr(entry, data)
    return stream.getvalue()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def main() -> None:
    """Write the wheel into the folder that the command line names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / wheel_name()).write_bytes(wheel())
    print(folder / wheel_name())


if __name__ == "__main__":
    main()
