"""The hub's settings: what it starts, and what notebook servers get of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from traitlets.config import Config

from autograder.cli import parser
from autograder.course.paths import KIT_ROOT

FILE = KIT_ROOT / "deploy" / "jupyterhub_config.py"


@pytest.fixture
def config(tmp_path):
    """The settings, with the secret of a grading server that lies elsewhere."""
    (tmp_path / "hub.secret").write_text("a secret\n")
    text = FILE.read_text(encoding="utf-8").replace('Path("/srv/handin")', f"Path({str(tmp_path)!r})")
    made = Config()
    exec(compile(text, str(FILE), "exec"), {"get_config": lambda: made})
    return made


def spawned(config, name):
    """Return a notebook server's settings after the hub's hook, and what tokens were asked for."""
    asked = []

    def new_api_token(**what):
        asked.append(what)
        return f"token of {name}"

    spawner = SimpleNamespace(
        user=SimpleNamespace(name=name, new_api_token=new_api_token),
        environment={},
        image=config.DockerSpawner.image,
        volumes=config.DockerSpawner.volumes,
        notebook_dir=config.DockerSpawner.notebook_dir,
    )
    config.Spawner.pre_spawn_hook(spawner)
    return spawner, asked


def test_the_grading_server_is_started_by_a_command_that_can_be_given(config):
    (service,) = config.JupyterHub.services
    options = parser().parse_args(service["command"][1:])
    assert options.command == "serve"
    assert service["api_token"] == "a secret"
    assert service["oauth_redirect_uri"] == f"{options.url}/sign-in/hub/callback"
    assert "url" not in service  # a host name of its own
    assert service["user"] != "root"


def test_a_students_server_gets_a_token_for_handing_in_alone_and_nothing_of_the_course(config):
    spawner, asked = spawned(config, "ada")
    assert [one["scopes"] for one in asked] == [["access:services!service=handin"]]
    assert asked[0]["expires_in"] > 0
    assert spawner.environment["AUTOGRADER_TOKEN"] == "token of ada"
    assert spawner.environment["AUTOGRADER_SERVER"].startswith("https://")
    assert (spawner.image, list(spawner.volumes.values())) == ("autograder-student", ["/home/user"])
    assert config.DockerSpawner.extra_host_config["cap_drop"] == ["ALL"]


def test_staff_get_the_kit_and_the_course(config):
    spawner, _ = spawned(config, "ina")
    assert spawner.image == "autograder"
    assert spawner.volumes["/srv/course"] == spawner.notebook_dir == "/course"
    assert config.DockerSpawner.volumes == {"home-{username}": "/home/user"}  # nobody else's has changed
