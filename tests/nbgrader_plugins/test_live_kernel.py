"""What a person opens live in Jupyter: a kernel of the sandbox for what a class handed in, the stock one elsewhere."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket
from jupyter_client.session import Session

from autograder.course.course import Course
from autograder.kernel.sandbox.levels import Level, best
from autograder.marking.execution.isolation import WeakIsolationError
from autograder.marking.sanitise import KERNEL
from autograder.nbgrader_plugins.live_kernel import isolation_of
from tests.support.jupyter import Server, served
from tests.support.packaged import add_packaged

NBGRADER = ("assignment_list", "course_list", "formgrader", "validate_assignment")
EXTENSIONS = (
    "jupyter_lsp",
    "jupyterlab",
    "notebook",
    "notebook_shim",
    *map("nbgrader.server_extensions.".__add__, NBGRADER),
)
# What Python looks for when a kernel starts, or the first cell imports it.
PLANTED = ("ipykernel_launcher", "sitecustomize", "usercustomize", "numpy", "IPython", "ipykernel", "cs231n")


def printed(connection: websocket.WebSocket, code: str) -> str:
    """Run code in a kernel, and return what it prints."""
    asked = Session().msg("execute_request", {"code": code, "silent": False, "allow_stdin": False})
    connection.send(json.dumps({**asked, "channel": "shell", "buffers": []}, default=str))
    text = ""
    while True:
        message = json.loads(connection.recv())
        if message["parent_header"].get("msg_id") != asked["msg_id"]:
            continue
        text += message["content"].get("text", "") + "".join(message["content"].get("traceback", []))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return text


@pytest.fixture(scope="module")
def copied(made_course, tmp_path_factory) -> Course:
    """A copy of the tiny course, in which the server runs."""
    root = tmp_path_factory.mktemp("served") / "copy"
    shutil.copytree(made_course, root)
    return Course(root / "course")


@pytest.fixture(scope="module")
def server(copied, tmp_path_factory) -> Iterator[Server]:
    """A Jupyter server in the course's folder, with what the Makefile installs."""
    # They take long to load.
    options = [f"--ServerApp.jpserver_extensions={dict.fromkeys(EXTENSIONS, False)}"]
    with served(copied.root, tmp_path_factory.mktemp("jupyter"), options=options) as started:
        yield started


def plant(folder: Path, mark: Path) -> Path:
    """Put a notebook into a folder, and beside it modules that leave a mark when they are run."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PLANTED:
        (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write({name!r})\n")
    (folder / "arithmetic.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    return folder / "arithmetic.ipynb"


@pytest.mark.skipif(best() is not Level.FULL, reason="asks for the whole sandbox; see `autograder doctor`")
def test_nothing_that_lies_beside_a_notebook_of_a_class_is_run_by_the_person_who_opens_it(server, copied, tmp_path):
    mark = tmp_path / "mark"
    for step, kernel in [("autograded", KERNEL["name"]), ("submitted", "python3")]:
        notebook = plant(copied.classroom / step / "ada" / "arithmetic", mark)
        opened = server.open(str(notebook.relative_to(copied.root)), kernel)
        assert opened["name"] == KERNEL["name"]
        with server.connected(opened) as connection:
            seen = f"os.path.exists({str(copied.root / 'source')!r})"
            assert printed(connection, f"import cs231n.rnn_layers, numpy, os; print({seen})") == "False\n"
        server.ask("POST", f"kernels/{opened['id']}/restart")
        # As JupyterLab does: what a new kernel shows before an old connection has found it is lost.
        with server.connected(opened) as connection:
            assert printed(connection, "print('again')") == "again\n"
        server.ask("DELETE", f"kernels/{opened['id']}")
    assert not mark.exists()


def test_elsewhere_a_person_has_the_kernel_that_the_notebook_names(server, copied, tmp_path):
    mark = tmp_path / "mark"
    os.mkfifo(mark)
    notebook = plant(copied.root / "mine", mark)
    opened = server.open(str(notebook.relative_to(copied.root)), "python3")
    assert opened["name"] == "python3"
    ran = ""
    # Comes when it is run; reading a pipe ends with each module that has written, whichever is the first.
    while "ipykernel_launcher" not in ran:
        ran += mark.read_text()


def test_less_than_full_isolation_has_to_be_allowed(course, monkeypatch):
    monkeypatch.setattr("autograder.marking.execution.isolation.best", lambda: Level.NO_USERNS)
    assert isolation_of(course, course.root).level is Level.NO_USERNS
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.MarkCells.weaker_isolation = False\n")
    with pytest.raises(WeakIsolationError, match="less than full"):
        isolation_of(course, course.root)


def test_the_kernel_has_the_packages_of_the_assignment_that_the_notebooks_folder_is_named_after(course):
    folders = [
        add_packaged(course, name, factor) / "packages" / "sums" for name, factor in (("first", 2), ("second", 3))
    ]
    own = course.root / "cs231n"
    assert isolation_of(course, course.classroom / "autograded" / "ada" / "second").packages == (folders[1],)
    assert isolation_of(course, course.root / "elsewhere").packages == (own, folders[0])
