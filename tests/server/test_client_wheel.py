"""What students install: pip takes the wheel, it runs without the kit, and a server offers it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile

import pytest
from fastapi.testclient import TestClient

from autograder.server.app import make_app
from autograder.server.client_wheel import main, wheel, wheel_name
from tests.support.school import make_school


@pytest.fixture
def client(tmp_path):
    school = make_school(tmp_path)
    with TestClient(make_app(school.server)) as made:
        yield made
    school.database.close()


def test_pip_installs_it_and_it_runs_without_the_kit(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["", str(tmp_path / "dist")])
    main()
    place = tmp_path / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(place)]
    subprocess.run([*command, str(tmp_path / "dist" / wheel_name())], check=True, timeout=120)
    asked = (
        f"import sys; sys.path.insert(0, {str(place)!r})\n"
        "import autograder_client.commands as it\n"
        "assert it.__file__.startswith(sys.path[0]), it.__file__\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'autograder'])"
    )
    ran = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True, timeout=120)
    assert ran.stdout.strip() == "[]"
    assert (place / "bin" / "autograder-client").is_file()


def test_nothing_of_the_kit_is_in_it(tmp_path):
    file = tmp_path / wheel_name()
    file.write_bytes(wheel())
    with zipfile.ZipFile(file) as zipped:
        assert {name.split("/")[0].split("-")[0] for name in zipped.namelist()} == {"autograder_client"}


def test_a_server_says_how_it_is_installed_and_gives_it_to_anybody(client):
    page = client.get("/client/").text
    for_terminals, for_jupyterlab = re.findall(r'pip install "(\S+ @ http://127\.0\.0\.1:8765/client/\S+)"', page)
    assert for_terminals.startswith("autograder-client[receipts] @ ")
    assert for_jupyterlab.startswith("autograder-client[jupyterlab,receipts] @ ")
    address = for_terminals.partition(":8765")[2]
    answer = client.get(address)
    assert answer.content == wheel()
    assert answer.headers["Content-Disposition"].endswith(wheel_name())


def test_nothing_else_is_there(client):
    assert client.get("/client/other-1.0-py3-none-any.whl").status_code == 404
