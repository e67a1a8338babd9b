"""Wheels without a tool: pip takes them, the same files are the same bytes, and the kit's is whole."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from io import BytesIO

from autograder import __version__
from autograder.bundles.course_files import kit_files
from autograder.bundles.wheels import Distribution, kit, package_files

COMMAND = ("console_scripts", "two", "two.here:main")
TWO = Distribution("two-parts", "1.2", "Two parts.", ">=3.9", ("math-core",), entry_points=(COMMAND,))
FILES = {"two/__init__.py": b"", "two/here.py": b"def main(): print('here')\n"}


def names(data: bytes) -> set[str]:
    with zipfile.ZipFile(BytesIO(data)) as zipped:
        return set(zipped.namelist())


def test_pip_installs_a_wheel_with_its_commands(tmp_path):
    (tmp_path / TWO.file_name).write_bytes(TWO.wheel(FILES))
    place = tmp_path / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(place)]
    subprocess.run([*command, str(tmp_path / TWO.file_name)], check=True, timeout=120)
    ran = subprocess.run(
        [str(place / "bin" / "two")],
        env={"PYTHONPATH": str(place)},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stdout == "here\n"


def test_the_same_files_are_the_same_bytes():
    assert TWO.wheel(FILES) == TWO.wheel(dict(reversed(FILES.items())))


def test_what_python_has_cached_is_left_out(tmp_path):
    package = tmp_path / "one"
    (package / "__pycache__").mkdir(parents=True)
    (package / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"")
    (package / "deep").mkdir()
    (package / "deep" / "a.toml").write_text("a = 1\n")
    assert dict(package_files(package)) == {"one/deep/a.toml": b"a = 1\n"}


def test_the_kits_wheel_has_its_version_and_what_it_needs():
    wheel = kit().wheel(kit_files())
    with zipfile.ZipFile(BytesIO(wheel)) as zipped:
        (about,) = [name for name in zipped.namelist() if name.endswith(".dist-info/METADATA")]
        said = zipped.read(about).decode()
        (points,) = [zipped.read(name).decode() for name in zipped.namelist() if name.endswith("/entry_points.txt")]
    assert f"\nVersion: {__version__}\n" in said
    assert "\nRequires-Dist: nbgrader>=" in said
    assert points.count("[jupyter_client.kernel_provisioners]\nautograder-live = ") == 1
    assert {"autograder/cli.py", "autograder/course/results.schema.json", "autograder_client/cli.py"} <= names(wheel)


def test_no_assignment_is_in_it():
    held = kit_files()
    assert [name for name in held if name.startswith("autograder/assignments/")] == [
        "autograder/assignments/__init__.py"
    ]
    assert {name.split("/")[0] for name in held} == {"autograder", "autograder_client"}
