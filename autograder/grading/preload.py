"""Importing this makes a process, and those that are forked from it, deaf to Ctrl-C.

A terminal sends it to all processes of a command. Of `autograder grade` only the command itself heeds it, and then ends
its workers; they would print what they were in the middle of. Named in `autograder.grading.forkserver`.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
