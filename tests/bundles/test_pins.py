"""The exact versions of what the kit needs: those that are installed here, for Linux and another Python."""

from __future__ import annotations

from email import message_from_string
from importlib import metadata
from types import SimpleNamespace

from packaging.requirements import Requirement

from autograder.bundles.pins import pinned
from autograder.bundles.wheels import kit


def test_all_that_the_kit_needs_is_pinned_to_what_is_installed():
    pins = dict(line.split("==") for line in pinned(kit().requires, "3.11").lines)
    assert pins["numpy"] == metadata.version("numpy")
    assert {Requirement(one).name for one in kit().requires} <= set(pins)
    # What is needed by what is needed.
    assert pins["jupyterlab"] == metadata.version("jupyterlab")


def test_a_requirement_of_another_system_or_python_is_left_out():
    asked = ["packaging; sys_platform == 'win32'", "numpy; python_version < '3.12'"]
    assert pinned(asked, "3.12").lines == []
    assert pinned(asked, "3.11").lines == [f"numpy=={metadata.version('numpy')}"]


def test_extras_are_followed():
    plain = pinned(["uvicorn"], "3.11").lines
    assert set(plain) < set(pinned(["uvicorn[standard]", "sqlalchemy"], "3.11").lines)


def test_what_is_not_installed_is_left_to_pip():
    assert pinned(["no-such-thing-anywhere>=1"], "3.11").lines == []


def test_it_says_which_release_of_python_takes_all_of_them(monkeypatch):
    known = {"one": "Requires-Python: >=3.9,!=3.12.0", "two": "Requires-Python: >=3.12.2", "three": ""}

    def distribution(name):
        return SimpleNamespace(version="1.0", requires=None, metadata=message_from_string(known[name]))

    monkeypatch.setattr(metadata, "distribution", distribution)
    assert pinned(["one", "three"], "3.12").python == "3.12.1"
    assert pinned(["one", "two"], "3.12").python == "3.12.2"
    assert pinned(["one", "two"], "3.13").python == "3.13.0"
