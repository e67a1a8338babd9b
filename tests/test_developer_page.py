"""The pages for developers show the layers that imports are held to, and name files and functions that are there."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from autograder.course.paths import KIT_ROOT

PAGE = (KIT_ROOT / "docs" / "developer.md").read_text(encoding="utf-8")
CODE_PAGE = (KIT_ROOT / "docs" / "reference" / "code.md").read_text(encoding="utf-8")
PACKAGE = KIT_ROOT / "autograder"


def layers() -> list[list[str]]:
    """Return the packages of `autograder`, the highest layer first."""
    settings = tomllib.loads((KIT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    found = next(one for one in contracts if one["type"] == "layers" and one["containers"] == ["autograder"])
    return [re.split(r" *[:|] *", line) for line in found["layers"]]


def drawing(rows: list[list[str]]) -> str:
    """Return the layers as a Mermaid flowchart, in which each layer may import from those below it."""
    lines = ["flowchart TB"]
    for number, row in enumerate(rows):
        lines += [f"  subgraph layer{number} [ ]", "    direction LR", *(f"    {name}" for name in row), "  end"]
    lines += [f"  layer{number} --> layer{number + 1}" for number in range(len(rows) - 1)]
    return "\n".join(lines)


def test_the_picture_is_that_of_the_contract():
    made = drawing(layers())
    assert f"```mermaid\n{made}\n```" in CODE_PAGE, f"put this into docs/reference/code.md:\n{made}"


@pytest.mark.parametrize("file", sorted(set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", PAGE + CODE_PAGE))))
def test_each_file_that_is_named_is_there(file):
    assert (PACKAGE / file).is_file() or (KIT_ROOT / file).is_file()


@pytest.mark.parametrize(("file", "name"), re.findall(r"`([a-z_/]+\.py)`: `(\w+)`", PAGE))
def test_each_step_is_entered_where_the_page_says(file, name):
    made = ast.parse((PACKAGE / file).read_text(encoding="utf-8")).body
    assert name in {node.name for node in made if isinstance(node, ast.FunctionDef | ast.ClassDef)}
