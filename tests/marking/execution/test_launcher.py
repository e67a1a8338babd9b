"""Kernels where the system has no pidfds: as Jupyter starts them, and never shut in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import nbformat
import psutil
import pytest

from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution import launcher
from autograder.marking.execution.isolation import Isolation
from autograder.marking.execution.launcher import PlainProcess, kernel_environment, kernel_manager
from autograder.marking.execution.outcome import Outcome
from autograder.marking.execution.session import Session
from autograder.testing.student import Student, plain


@pytest.fixture
def no_forks(monkeypatch):
    monkeypatch.setattr(launcher, "FORKS", False)


@pytest.fixture
def session(no_forks, scratch, limits):
    folder = scratch / "kernel"
    folder.mkdir()
    cells = [nbformat.v4.new_code_cell(source) for source in ("def f(): return 7", "while True: pass", "f()")]
    made = Session(nbformat.v4.new_notebook(cells=cells), folder, limits, Isolation(Level.OFF))
    yield made
    made.close()
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def test_a_session_runs_cells_and_calls_and_ends_what_is_endless(session):
    assert [session.run(0), session.run(1), session.run(2)] == [Outcome.FINISHED, Outcome.STOPPED, Outcome.FINISHED]
    session.call_link().restart_meter()
    assert plain(Student(session.call_link).f()) == 7
    pid = session._process.pid
    session.close()
    assert not psutil.pid_exists(pid)


def test_no_other_level_than_off_is_to_be_had(no_forks, tmp_path):
    with pytest.raises(ValueError, match="on Linux only, level full is not to be had"):
        kernel_manager(tmp_path, Isolation(Level.FULL))


def test_a_plain_process_is_signalled_with_its_group_and_its_time_is_counted():
    code = "import time; sum(range(3_000_000)); print(flush=True); time.sleep(3600)"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        process = PlainProcess(child.pid)
        assert process.alive
        assert process.cpu_seconds() > 0
        process.signal(signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL
    process.signal(signal.SIGKILL)
    assert not process.alive
    assert process.cpu_seconds() == 0


def test_the_environment_is_ours_without_the_graders_own_and_with_the_assignments_packages_first(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SALT", "secret")
    isolation = Isolation(Level.OFF, variables={"NUMBERS": "/data"}, packages=(tmp_path / "mine" / "sums",))
    made = kernel_environment(tmp_path, isolation)
    assert made["PYTHONPATH"].split(os.pathsep) == [str(tmp_path / "mine"), str(KIT_ROOT)]
    assert made["IPYTHONDIR"].startswith(str(tmp_path))
    assert made["PATH"] == os.environ["PATH"]
    assert made["NUMBERS"] == "/data"
    assert "AUTOGRADER_SALT" not in made
