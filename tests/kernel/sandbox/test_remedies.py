"""What is said of a part of the sandbox that a machine does not offer."""

from __future__ import annotations

import pytest

from autograder.kernel.sandbox import remedies


@pytest.fixture
def container(tmp_path, monkeypatch):
    """Return the file whose presence says that this is a container."""
    mark = tmp_path / ".dockerenv"
    monkeypatch.setattr(remedies, "SETTINGS", tmp_path)
    monkeypatch.setattr(remedies, "CONTAINER_MARKS", (str(mark),))
    return mark


@pytest.mark.parametrize(("name", "off", "command"), remedies.SWITCHES)
def test_a_switch_that_is_off_is_named(tmp_path, monkeypatch, name, off, command):
    monkeypatch.setattr(remedies, "SETTINGS", tmp_path)
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{off}\n")
    assert command in remedies.for_user_namespace()
    file.write_text("7\n")
    assert command not in remedies.for_user_namespace()


def test_in_a_container_its_options_are_named(container):
    assert remedies.for_user_namespace().startswith("Nothing that is known to refuse it is set here")
    container.touch()
    assert remedies.for_user_namespace() == remedies.IN_CONTAINER


def test_a_switch_that_is_off_goes_before_what_a_container_needs(container):
    container.touch()
    switch = remedies.SETTINGS / "user" / "max_user_namespaces"
    switch.parent.mkdir()
    switch.write_text("0")
    assert remedies.for_user_namespace().startswith("As root: sysctl -w user.max_user_namespaces=")
