"""What a zygote has loaded, and what it insists on."""

from __future__ import annotations

import importlib
import json
import socket
import sys
import threading
from pathlib import Path

import nbformat
import pytest

from autograder.course.paths import KIT_ROOT
from autograder.kernel.control import Descriptors, ForkRequest
from autograder.kernel.sandbox.levels import Level
from autograder.kernel.zygote import LOADED, Zygote

SETUP = next(
    cell.source
    for cell in nbformat.read(KIT_ROOT / "source/rnn_captioning/rnn_captioning.ipynb", as_version=4).cells
    if cell.metadata.get("nbgrader", {}).get("grade_id") == "setup"
)
IMPORTED = "import sys, json\nbefore = set(sys.modules)\n{setup}\nprint(json.dumps(sorted(set(sys.modules) - before)))"


@pytest.mark.parametrize("module", LOADED)
def test_what_is_to_be_loaded_exists(module):
    importlib.import_module(module)


def test_the_notebooks_first_cell_has_nothing_left_to_import(run):
    (cell,) = run(IMPORTED.format(setup=SETUP))
    assert json.loads(cell.outputs[0].text) == []


def test_nothing_of_the_grader_is_loaded(run):
    (cell,) = run("import sys\nprint(sorted(name for name in sys.modules if name.partition('.')[0] == 'autograder'))")
    loaded = set(eval(cell.outputs[0].text))
    parts = (
        "call_server",
        "control",
        "ipykernel_app",
        "sandbox.fork",
        "sandbox.levels",
        "sandbox.policy",
        "wire",
        "zygote",
    )
    assert {name for name in loaded if not name.startswith("autograder.kernel")} == {"autograder"}
    assert not {name for name in loaded if name.endswith(("zygote_client", "provisioner", "manager"))}
    assert {f"autograder.kernel.{part}" for part in parts} - loaded == {"autograder.kernel.zygote"}  # it is __main__


def test_a_zygote_with_a_second_thread_does_not_fork():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        with ours, theirs, pytest.raises(RuntimeError, match="a zygote has one thread"):
            Zygote(ours, Level.OFF, ())._fork((ForkRequest({}, "/", {}), Descriptors({}, 0, ())))
    finally:
        over.set()
        thread.join()


def test_the_kernels_environment_holds_nothing_of_the_grader(run, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SALT", "secret-salt")
    monkeypatch.setenv("CLOUD_TOKEN", "secret-token")
    # At the full level there is no /proc, and the second line raises.
    (cell,) = run("import os\nprint(dict(os.environ))\nprint(open('/proc/self/environ').read())")
    assert "IPYTHONDIR" in str(cell.outputs)
    assert "secret-salt" not in str(cell.outputs)
    assert "CLOUD_TOKEN" not in str(cell.outputs)
    assert "AUTOGRADER" not in str(cell.outputs)


def test_a_kernel_holds_no_descriptor_of_its_zygotes(run):
    listing = (
        "import os, stat, socket\nfound = []\nfor fd in range(3, 256):\n    try:\n        mode = os.fstat(fd).st_mode\n"
        "    except OSError:\n        continue\n    if stat.S_ISSOCK(mode):\n"
        "        with socket.socket(fileno=os.dup(fd)) as one: found.append(int(one.type))\nprint(found)"
    )
    cells = run(listing, listing)
    kinds = eval(cells[0].outputs[0].text)
    assert int(socket.SOCK_SEQPACKET) not in kinds
    assert int(socket.SOCK_STREAM) in kinds


def test_standard_descriptors_lead_nowhere(run):
    (cell,) = run("import os\nprint([os.readlink(f'/proc/self/fd/{fd}') for fd in (0,)])")
    assert "/dev/null" in str(cell.outputs) or "FileNotFoundError" in str(cell.outputs)
    assert Path("/dev/null").exists()
    assert sys.stdin is not None
