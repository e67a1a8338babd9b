"""Ctrl-C reaches the command, and not the processes that it has started."""

from __future__ import annotations

import subprocess
import sys

from autograder.course.paths import KIT_ROOT


def test_who_has_imported_it_ignores_ctrl_c():
    code = "import os, signal, autograder.grading.preload; os.kill(os.getpid(), signal.SIGINT); print('lives')"
    done = subprocess.run([sys.executable, "-c", code], cwd=KIT_ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "lives\n")
