"""`autograder docs`: the documentation is found in a checkout and in an environment, and a page by what people type."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from autograder import manual
from autograder.cli import main
from autograder.course.paths import KIT_ROOT, PACKAGE

NAMED = re.compile(r"`autograder docs ([a-z-]+)`")


def test_all_pages_are_listed_with_their_titles(capsys):
    assert main(["docs"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^instructor +For instructors$", said, re.MULTILINE)
    assert re.search(r"^stand-ins +A mistake costs once$", said, re.MULTILINE)
    assert said.index("\nta ") < said.index("\nadopting ")


@pytest.mark.parametrize("page", ["stand-ins", "stand-ins.md", "docs/reference/stand-ins.md#what-tests-see-of-it"])
def test_a_page_is_shown_by_its_name_or_its_path(page, capsys):
    assert main(["docs", page]) == 0
    assert capsys.readouterr().out == (KIT_ROOT / "docs" / "reference" / "stand-ins.md").read_text(encoding="utf-8")


def test_a_page_that_is_none_is_named(capsys):
    assert main(["docs", "nothing"]) == 2
    assert "no page 'nothing': `autograder docs` lists them" in capsys.readouterr().err


def test_no_name_stands_for_two_pages():
    assert len(manual.pages()) == len([*(KIT_ROOT / "docs").glob("*.md"), *(KIT_ROOT / "docs/reference").glob("*.md")])


class Held:
    """A file of an installed distribution."""

    def __init__(self, place: Path, root: Path) -> None:
        self.suffix, self._place, self._root = place.suffix, place, root

    def as_posix(self) -> str:
        return f"../../../{self._place.relative_to(self._root).as_posix()}"

    def locate(self) -> Path:
        return self._place


def test_of_an_installed_kit_the_pages_lie_in_the_environment(tmp_path, monkeypatch, capsys):
    folder = tmp_path / manual.INSTALLED / "reference"
    folder.mkdir(parents=True)
    (folder / "stand-ins.md").write_text("# Installed\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "notes.md").touch()
    held = [Held(file, tmp_path) for file in sorted(tmp_path.rglob("*.md"))]
    monkeypatch.setattr(manual, "KIT_ROOT", tmp_path / "site-packages")
    monkeypatch.setattr(manual, "files", lambda name: held if name == manual.DISTRIBUTION else [])
    assert [*manual.pages()] == ["stand-ins"]
    assert main(["docs", "stand-ins"]) == 0
    assert capsys.readouterr().out == "# Installed\n"


def test_a_kit_without_its_pages_says_so(tmp_path, monkeypatch, capsys):
    def none(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(manual, "KIT_ROOT", tmp_path)
    monkeypatch.setattr(manual, "files", none)
    assert main(["docs"]) == 2
    assert "without its documentation" in capsys.readouterr().err


def test_every_page_that_the_kit_names_is_there():
    texts = {file: file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")}
    named = {name for text in texts.values() for name in NAMED.findall(text)}
    assert {"adopting", "containers", "stand-ins"} <= named <= {*manual.pages()}
    # A kit that was installed has no such folder.
    quoted = {
        file.name for file, text in texts.items() if re.search(r'"[^"\n]*docs/(reference/)?[a-z-]+\.md[^"\n]*"', text)
    }
    assert quoted == set()
