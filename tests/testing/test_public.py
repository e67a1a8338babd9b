"""What an assignment's own files import of the kit."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import testing
from autograder.course.paths import ASSIGNMENTS

ALLOWED = ("autograder.testing", "autograder.assignments")


def imported(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_every_public_name_is_found_where_it_is_said_to_be_defined():
    assert sorted(testing.__all__) == sorted(name for names in testing.HOMES.values() for name in names)
    assert all(getattr(testing, name) is not None for name in testing.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        testing.nothing  # noqa: B018


def test_an_assignment_imports_nothing_else_of_the_kit():
    files = sorted(ASSIGNMENTS.rglob("*.py"))
    assert len(files) > 100
    strange = {
        (file.relative_to(ASSIGNMENTS).as_posix(), name)
        for file in files
        for name in imported(file)
        if name.split(".")[0] == "autograder" and name != ALLOWED[0] and not name.startswith(f"{ALLOWED[1]}.")
    }
    assert strange == set()


def test_what_only_needs_a_part_of_the_package_loads_no_more_than_that():
    code = "import sys, autograder.testing; print([x for x in ('numpy', 'pytest', 'msgspec') if x in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
