"""Makes a process that imports this, and those that are forked from it, ignore Ctrl-C.

A terminal sends it to all processes of a command. Of `autograder grade` only the command itself acts on it, and then
ends its workers; they would print what they were in the middle of. Named in `autograder.grading.forkserver`.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
