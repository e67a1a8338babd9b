"""A wheel of the kit has all that the kit has: what is no module is named by pyproject.toml."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

from autograder.course.paths import KIT_ROOT


def test_every_file_of_a_package_that_git_knows_and_that_is_no_module_is_named_as_data():
    settings = tomllib.loads((KIT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    listed = subprocess.run(
        ["git", "ls-files", "-z", *settings["package-data"]], cwd=KIT_ROOT, capture_output=True, text=True, check=True
    )
    files = {
        Path(name) for name in listed.stdout.split("\0") if not name.endswith(".py") and (KIT_ROOT / name).is_file()
    }
    assert files
    data = {
        found.relative_to(KIT_ROOT)
        for package, patterns in settings["package-data"].items()
        for pattern in patterns
        for found in (KIT_ROOT / package).glob(pattern)
    }
    assert sorted(map(str, files - data)) == []
