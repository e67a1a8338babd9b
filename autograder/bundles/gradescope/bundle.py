"""Makes the zip that an instructor uploads to Gradescope."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.bundles.course_files import course_files, kit_files
from autograder.bundles.pins import NEWEST, pinned
from autograder.bundles.wheels import kit
from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.handing_in import Rules, read_rules
from autograder.course.zip_file import write_zip

HERE = Path(__file__).parent
PROGRAMS = ("setup.sh", "run_autograder")
SETTINGS = "settings.json"
# Says that no wheel has to be fetched.
COMPLETE = "wheels/complete"
# What images of the last years can load: Ubuntu 20.04 and later.
PLATFORMS = ("manylinux_2_31_x86_64", "manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
DOWNLOAD_SECONDS = 1800


class Settings(msgspec.Struct, frozen=True):
    """What the program in the container is told.

    Attributes:
        assignment: The assignment's name.
        rules: Its rules of handing in.
        unisolated: Whether it may mark where there is no isolation at all.
    """

    assignment: str
    rules: Rules
    unisolated: bool = False


@dataclass(frozen=True)
class BundleRequest:
    """What is asked for.

    Attributes:
        python: The version of Python in the container, such as ``3.12``.
        wheels: Whether all that is needed is packed, so that no network is needed there.
        unisolated: Whether hand-ins are marked even where there is no isolation at all.
    """

    python: str = "{}.{}".format(*sys.version_info)
    wheels: bool = False
    unisolated: bool = False


def write_bundle(
    assignment: Assignment, file: Path, request: BundleRequest, tell: Callable[[str], None] = lambda text: None
) -> None:
    """Write the zip; nobody but its owner can read it.

    Args:
        assignment: What is to be marked.
        file: The zip.
        request: What is asked for.
        tell: Is told what is done next.

    Raises:
        CourseError: Something of the assignment is missing, or wheels could not be had.
    """
    tell("Packing the kit and the assignment")
    pins = pinned([*kit().requires, *assignment.requirements], request.python)
    rules = read_rules(assignment.course)[assignment.name]
    files: dict[str, bytes | Path] = {
        **{name: (HERE / name).read_bytes() for name in PROGRAMS},
        **{f"course/{name}": data for name, data in course_files(assignment).items()},
        SETTINGS: msgspec.json.encode(Settings(assignment.name, rules, request.unisolated)),
        "python-version": f"{pins.python}\n".encode(),
        "requirements.txt": "".join(f"{line}\n" for line in pins.lines).encode(),
        f"wheels/kit/{kit().file_name}": kit().wheel(kit_files()),
    }
    with tempfile.TemporaryDirectory() as folder:
        if request.wheels:
            tell("Fetching wheels")
            fetched = fetch_wheels(pins.lines, request.python, Path(folder))
            files |= {f"wheels/{one.name}": one for one in fetched} | {COMPLETE: b""}
        with _draft(file) as draft:
            write_zip(draft, files, PROGRAMS)


@contextmanager
def _draft(file: Path) -> Iterator[Path]:
    """Yield a file that takes the place of another when the context ends well: who uploads it, uploads it whole."""
    draft = file.with_name(f".{file.name}.draft")
    # It holds the solution, the hidden tests and the salt.
    os.close(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    try:
        yield draft
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def fetch_wheels(requirements: list[str], python: str, folder: Path) -> list[Path]:
    """Return wheels for Linux of all that is needed, fetched by pip from the package index that it is set to.

    Raises:
        CourseError: pip could not get them; the message has its last words.
    """
    asked = folder / "requirements.txt"
    asked.write_text("".join(f"{line}\n" for line in requirements), encoding="utf-8")
    got = folder / "got"
    platforms = [word for one in PLATFORMS for word in ("--platform", one)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    place = ["--python-version", f"{python}.{NEWEST}", *platforms, "--dest", str(got)]
    ran = subprocess.run(
        [*command, *place, "--requirement", str(asked)],
        capture_output=True,
        text=True,
        timeout=DOWNLOAD_SECONDS,
        check=False,
    )
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CourseError(
            f"pip could not fetch the wheels for Python {python} on Linux ({last}): bundle without --wheels, and they "
            "are fetched when the image is built"
        )
    return sorted(got.iterdir())
