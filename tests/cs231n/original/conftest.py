import pytest

from cs231n.datasets.original.fetch import Pace
from tests.cs231n.original.packs import members, write_files, zipped
from tests.cs231n.original.server import running

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """A small pack, as the archive's members."""
    return members(write_files(tmp_path_factory.mktemp("pack")))


@pytest.fixture(scope="session")
def archive(files):
    return zipped(files)


@pytest.fixture
def server(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with running() as server:
        yield server


@pytest.fixture
def waits():
    """How many seconds the download would have waited, each time."""
    return []


@pytest.fixture
def pace(waits):
    return Pace(timeout=10, attempts=3, headway=1, first_wait=1, longest_wait=9, sleep=waits.append)
