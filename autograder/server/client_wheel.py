"""Packs what students install, `autograder_client`, as a wheel: the server offers it, so that `pip install URL` works.

No tool has to be there to make it, and the client that a server offers is the one that it was tried with.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import autograder_client
from autograder.bundles.wheels import Distribution, package_files

CLIENT = Distribution(
    name="autograder-client",
    version=autograder_client.__version__,
    summary="Hands in to an autograder server, from a terminal and from JupyterLab's Assignment List.",
    # Python of images for students.
    python=">=3.9",
    requires=(
        "requests>=2.28",
        'cryptography>=41; extra == "receipts"',
        'nbgrader>=0.9; extra == "jupyterlab"',
    ),
    extras=("receipts", "jupyterlab"),
    entry_points=(("console_scripts", "autograder-client", "autograder_client.cli:main"),),
)


def wheel_name() -> str:
    """Return the wheel's file name, which pip reads name and version from."""
    return CLIENT.file_name


@cache
def wheel() -> bytes:
    """Return the wheel."""
    files = dict(package_files(Path(autograder_client.__file__).parent))
    return CLIENT.wheel({name: data for name, data in files.items() if name.endswith(".py")})


def main() -> None:
    """Write the wheel into the folder that the command line names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / wheel_name()).write_bytes(wheel())
    print(folder / wheel_name())


if __name__ == "__main__":
    main()
