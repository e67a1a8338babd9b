"""The process that workers of this machine are forked from: it has imported all that they need.

It is cheap to name here, so that it can be started before anything else: it imports while this process does.
"""

from __future__ import annotations

import multiprocessing
import os

from autograder.kernel.threads import ONE_THREAD

METHOD = "forkserver"
PRELOADED = [
    "autograder.grading.preload", "distributed", "autograder.grading.worker", "autograder.grading.cluster",
]  # fmt: skip


def preload() -> None:
    """Say what the process that workers are forked from imports."""
    multiprocessing.set_forkserver_preload(PRELOADED)
    os.environ.update(ONE_THREAD)


def begin() -> None:
    """Start it, without waiting for it; it ends with this process."""
    if METHOD in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver

        preload()
        forkserver.ensure_running()
