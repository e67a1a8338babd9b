"""What is said of a part of the sandbox that a machine does not offer."""

from __future__ import annotations

import pytest

from autograder.kernel.sandbox import remedies


@pytest.fixture
def container(tmp_path, monkeypatch):
    """Return the file whose presence says that this is a container."""
    mark = tmp_path / ".containerenv"
    monkeypatch.setattr(remedies, "SETTINGS", tmp_path)
    monkeypatch.setattr(
        remedies, "ENGINES", {str(mark): "podman run --this", str(tmp_path / ".dockerenv"): "docker run"}
    )
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
    assert "podman" not in remedies.for_user_namespace()
    container.touch()
    assert remedies.for_user_namespace().startswith("Start this container with podman run --this")
    for other in (remedies.for_namespaces, remedies.for_mounts, remedies.for_root):
        assert "podman run --this" in other()
        assert "docker" not in other()


def test_a_switch_that_is_off_goes_before_what_a_container_needs(container):
    container.touch()
    switch = remedies.SETTINGS / "user" / "max_user_namespaces"
    switch.parent.mkdir()
    switch.write_text("0")
    assert remedies.for_user_namespace().startswith("As root: sysctl -w user.max_user_namespaces=")
