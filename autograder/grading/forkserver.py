"""Starts the process that workers of this machine are forked from: it has imported all that they need.

Importing this module is cheap, so that the process can be started before anything else: it then imports while this one
does.
"""

from __future__ import annotations

import multiprocessing
import os
import sys

from autograder.kernel.threads import ONE_THREAD

# macOS's own libraries do not outlive a fork, and Windows has none.
METHOD = "forkserver" if sys.platform == "linux" else "spawn"
PRELOADED = [
    "autograder.grading.preload",
    "distributed",
    "autograder.grading.worker",
    "autograder.grading.cluster",
]


def preload() -> None:
    """Set what the process that workers are forked from imports."""
    multiprocessing.set_forkserver_preload(PRELOADED)
    # Inherited by all workers, and read when they import numpy; a process with threads of numpy's must not be forked.
    os.environ.update(ONE_THREAD)


def begin() -> None:
    """Start that process without waiting for it; it ends with this one."""
    if METHOD == "forkserver":
        from multiprocessing import forkserver

        preload()
        forkserver.ensure_running()
