"""Who writes hidden tests can run them with pytest on a folder of module files, in one process."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course.paths import ASSIGNMENTS, KIT_ROOT
from autograder.testing import plugin
from autograder.testing.student import Student, kind

HIDDEN = ASSIGNMENTS / "rnn_captioning" / "hidden"


def test_the_tests_get_the_functions_of_the_folder(monkeypatch):
    monkeypatch.chdir(KIT_ROOT)
    made = plugin.fixtures_for(KIT_ROOT / "solutions/rnn_captioning", [str(HIDDEN / "test_rnn_step_forward.py")])
    assert made._assignment.name == "rnn_captioning"
    assert kind(Student(made._access.link).rnn_step_forward) == "function"


@pytest.mark.parametrize("tests", [[], [str(HIDDEN), str(ASSIGNMENTS / "another" / "hidden")]])
def test_the_tests_of_one_assignment_are_named(tests, tmp_path):
    with pytest.raises(pytest.UsageError, match="the hidden tests of one assignment"):
        plugin.fixtures_for(tmp_path, tests)


def test_without_a_folder_nothing_is_registered(monkeypatch):
    monkeypatch.setattr(plugin, "fixtures_for", lambda *_arguments: pytest.fail("it was asked for"))
    config: Any = SimpleNamespace(getoption=lambda _name: None)
    plugin.pytest_configure(config)


def test_the_folder_and_the_paths_are_those_of_the_command_line(monkeypatch):
    registered = []
    monkeypatch.setattr(plugin, "fixtures_for", lambda folder, tests: (folder.name, tests))
    manager = SimpleNamespace(register=lambda made, name: registered.append((made, name)))
    config: Any = SimpleNamespace(getoption=lambda _name: "a/b", args=["x"], pluginmanager=manager)
    plugin.pytest_configure(config)
    assert registered == [(("b", ["x"]), "hand-in")]
