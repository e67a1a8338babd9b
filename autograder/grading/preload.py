"""Makes a process that imports this, and those that are forked from it, ignore Ctrl-C.

A terminal sends Ctrl-C to all processes of a command. Of those of `autograder grade`, only the command itself acts on
it, and then ends its workers, which would print tracebacks. `autograder.grading.forkserver` names this module.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
