"""A grading server that answers on a port of this machine while a test needs it; nothing is marked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from autograder.server.app import make_app
from autograder.server.settings import Settings
from tests.support.seeded import RULES, Seeded, seed


@dataclass
class Live:
    """A server that answers.

    Attributes:
        seeded: Its people and attempts.
        url: Its address.
    """

    seeded: Seeded
    url: str

    def token(self, login: str) -> str:
        """Return a person's token."""
        return self.seeded.school.tokens[login]


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()


@contextmanager
def live(folder: Path, rules: str = RULES) -> Iterator[Live]:
    """Run a server with the attempts of `tests.support.seeded`.

    Args:
        folder: An empty folder.
        rules: The course's ``handing_in.toml``.
    """
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        seeded = seed(folder, rules=rules, settings=Settings(url=url))
        server = _Server(uvicorn.Config(make_app(seeded.server), log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            if not server.answers.wait(60):
                raise RuntimeError("the server does not start")
            yield Live(seeded, url)
        finally:
            server.should_exit = True
            thread.join()
            seeded.school.database.close()
