"""A grading server, and a machine on which nobody has signed in yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from autograder_client.http import Server
from autograder_client.settings import Settings
from tests.support.live import Live, live

# A fortnight from the server's time: nothing is late, and nothing is limited.
OPEN = "[rnn_captioning]\ndue = 2026-12-13 23:59:00\n"


@pytest.fixture(scope="module")
def handin(tmp_path_factory) -> Iterator[Live]:
    """A server with attempts; its tests share it."""
    with live(tmp_path_factory.mktemp("server"), 'zone = "UTC"\n' + OPEN) as made:
        yield made


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path) -> None:
    """Settings of nobody."""
    for name in ("AUTOGRADER_SERVER", "AUTOGRADER_TOKEN", "AUTOGRADER_COURSE", "JUPYTERHUB_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    # What other tests leave waiting in a folder is not handed in here.
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sign_in(monkeypatch, handin) -> Callable[[str], Server]:
    """Signs a person in on this machine, and returns the server as they see it."""

    def signed_in(login: str) -> Server:
        monkeypatch.setenv("AUTOGRADER_SERVER", handin.url)
        monkeypatch.setenv("AUTOGRADER_TOKEN", handin.token(login))
        return Server(Settings(handin.url, handin.token(login)))

    return signed_in
