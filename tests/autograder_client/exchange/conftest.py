"""What asks the exchange: JupyterLab's Assignment List, and formgrader, each with a folder of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.assignment_list.handlers import AssignmentList
from traitlets.config import Config

from autograder_client.exchange import configure
from autograder_client.exchange.listing import ServerList
from tests.support.live import live

CONFIG = "from autograder_client.exchange import configure\nc = get_config()\nconfigure(c)\n"


@pytest.fixture(autouse=True)
def nothing_unsaid() -> None:
    ServerList._unsaid, ServerList._told = "", None


@pytest.fixture
def own(tmp_path_factory):
    """A server of this test's own, which may be changed."""
    with live(tmp_path_factory.mktemp("server")) as made:
        yield made


@pytest.fixture
def lab(tmp_path, monkeypatch) -> Callable[..., AssignmentList]:
    """Makes what answers JupyterLab's Assignment List, in a folder where a student works."""

    def made(config: str = CONFIG) -> AssignmentList:
        folder, settings = tmp_path / "home", tmp_path / "jupyter"
        folder.mkdir(exist_ok=True)
        settings.mkdir(exist_ok=True)
        (settings / "nbgrader_config.py").write_text(config, encoding="utf-8")
        monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(settings))
        # nbgrader takes the folder in which Jupyter was started for the one that it shows.
        monkeypatch.chdir(folder)
        manager = AssignmentList()
        manager.root_dir = str(folder)
        return manager

    return made


@pytest.fixture
def formgrader(tmp_path, monkeypatch) -> Callable[[], NbGraderAPI]:
    """Makes what formgrader's buttons call, in an instructor's course folder."""

    def made() -> NbGraderAPI:
        root = tmp_path / "course"
        root.mkdir(exist_ok=True)
        monkeypatch.chdir(root)
        config = Config()
        configure(config)
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.course_id = "vision"
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
        return NbGraderAPI(CourseDirectory(config=config), config=config)

    return made
