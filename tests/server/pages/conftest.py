"""A server whose database is filled, and browsers in which people have signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from autograder.server.app import make_app
from autograder.server.settings import Settings
from tests.support.seeded import Browser, Seeded, seed

URL = "https://handin.example.edu"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory) -> Iterator[Seeded]:
    """A server in which each state of an attempt occurs; its tests share it."""
    made = seed(tmp_path_factory.mktemp("server"), settings=Settings(url=URL), crowd=12)
    yield made
    made.school.database.close()


@pytest.fixture(scope="module")
def app(seeded):
    """Its web application."""
    return make_app(seeded.server)


@pytest.fixture
def browser(seeded, app) -> Callable[..., Browser]:
    """Opens a browser in which a person has signed in; nobody has with an empty login."""

    def opened(login: str = "", language: str = "en") -> Browser:
        client = TestClient(app, base_url=URL, follow_redirects=False, raise_server_exceptions=True)
        client.headers.update({"Accept": "text/html", "Accept-Language": language})
        return Browser(client, seeded, login)

    return opened
