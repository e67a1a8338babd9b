"""Packages loaded from several folders under a name of their own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course.package_overlay import load_overlay, loaded, public_names

NAME = "_overlaid_for_test"


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[list[Path]]:
    """An upper folder with one file and a lower folder with a whole package."""
    upper, lower = tmp_path / "upper", tmp_path / "lower"
    for folder in (upper, lower, lower / "sub", upper / "sub", lower / "data"):
        folder.mkdir(exist_ok=True)
    (lower / "__init__.py").write_text("origin = 'lower'\n")
    (lower / "a.py").write_text("value = 'lower a'\nonly = 1\n")
    (lower / "b.py").write_text("from .a import value as of_a\nvalue = 'lower b'\n")
    (lower / "sub" / "__init__.py").write_text("")
    (lower / "sub" / "c.py").write_text("from ..a import value as of_a\n")
    (upper / "a.py").write_text("value = 'upper a'\n")
    (upper / "sub" / "d.py").write_text("from .c import of_a\n")
    yield [upper, lower]
    for name in [key for key in list(sys.modules) if key.startswith(NAME)]:
        del sys.modules[name]


def test_the_first_folder_that_has_a_module_wins(folders):
    load_overlay(NAME, folders)
    names = public_names(NAME, ["b"])
    assert (names["value"], names["of_a"]) == ("lower b", "upper a")


def test_subpackages_are_overlaid_too(folders):
    load_overlay(NAME, folders)
    assert public_names(NAME, ["sub.d"])["of_a"] == "upper a"


def test_later_modules_win(folders):
    load_overlay(NAME, folders)
    assert public_names(NAME, ["b", "a"])["value"] == "upper a"
    assert public_names(NAME, ["a", "b"])["value"] == "lower b"


def test_loading_again_sees_what_has_changed(folders):
    load_overlay(NAME, folders)
    public_names(NAME, ["a"])
    (folders[0] / "a.py").write_text("value = 'another value'\n")
    load_overlay(NAME, folders)
    assert public_names(NAME, ["a"])["value"] == "another value"


def test_packages_are_found_while_others_are_imported(monkeypatch):
    class Key(str):
        __slots__ = ()

        def startswith(self, *_args):  # as if another thread came in just here
            monkeypatch.setitem(sys.modules, f"{NAME}_{len(sys.modules)}", None)
            return False

    monkeypatch.setitem(sys.modules, Key(f"{NAME}_key"), None)
    monkeypatch.setitem(sys.modules, f"{NAME}.a", None)
    assert loaded(NAME) == [f"{NAME}.a"]


def test_the_package_of_the_same_files_that_others_import_is_left_alone(folders, monkeypatch):
    monkeypatch.syspath_prepend(folders[1].parent)
    lower = importlib.import_module("lower")
    importlib.import_module("lower.a")

    load_overlay(NAME, folders)
    assert public_names(NAME, ["a"])["value"] == "upper a"
    assert lower.a.value == "lower a"
    for name in ("lower.a", "lower"):
        del sys.modules[name]


def test_a_folder_that_does_not_exist_is_named(folders, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no package folder .*nowhere"):
        load_overlay(NAME, [tmp_path / "nowhere", *folders])
