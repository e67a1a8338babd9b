"""Workers are forked from a process that has imported what they need."""

from __future__ import annotations

import multiprocessing
import os
from importlib.util import find_spec

from autograder.grading import forkserver
from autograder.kernel.threads import ONE_THREAD


def test_what_is_named_exists_and_ctrl_c_is_ignored_before_anything_else_is_imported():
    assert all(find_spec(name) is not None for name in forkserver.PRELOADED)
    assert forkserver.PRELOADED[0] == "autograder.grading.preload"


def test_it_is_imported_with_one_thread_of_numpys(monkeypatch):
    named = []
    monkeypatch.setattr(multiprocessing, "set_forkserver_preload", named.extend)
    for name in ONE_THREAD:
        monkeypatch.setenv(name, "8")
    forkserver.preload()
    assert named == forkserver.PRELOADED
    assert {name: os.environ.get(name) for name in ONE_THREAD} == ONE_THREAD


def test_where_there_is_no_such_process_none_is_started(monkeypatch):
    monkeypatch.setattr(forkserver, "METHOD", "spawn")
    monkeypatch.setattr(forkserver, "preload", lambda: 1 / 0)
    forkserver.begin()
