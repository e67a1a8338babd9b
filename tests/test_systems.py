"""macOS and Windows: what works there works, and what does not says so. Nothing but Linux is here, see other_system."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from autograder.course.paths import KIT_ROOT
from tests.support.sampling import thorough

SOLVED = "solutions/rnn_captioning/rnn_captioning.ipynb"
MARK = f"mark rnn_captioning {SOLVED}"
WINDOWS = "Install the kit in WSL2, which is Linux, or run its container image (`autograder docs containers` says how)."


def answers(system: str, *lines: str) -> list[tuple[int, str]]:
    """Return exit codes of commands and what they said, with runs of blanks as one."""
    command = [sys.executable, "-m", "tests.support.other_system", system, *lines]
    environment = {**os.environ, "PYTHONPATH": str(KIT_ROOT), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=KIT_ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [(one["code"], " ".join(one["said"].split())) for one in told]


@thorough
def test_on_macos_every_module_can_be_loaded_and_the_doctor_says_what_there_is():
    loaded, doctor, mark = answers("darwin", "import", "doctor", MARK)
    assert loaded == (0, "")
    assert doctor[0] == 1
    assert "Linux: this is darwin. Run the kit's container image, whose virtual machine has Linux" in doctor[1]
    assert "Level off: student code can do whatever the grader can." in doctor[1]
    assert mark[0] == 2
    assert "hand-ins would be marked at isolation level off" in mark[1]


def test_on_windows_every_module_can_be_loaded_and_what_runs_notebooks_says_where_it_can():
    loaded, doctor, *others = answers(
        "win32", "import", "doctor", MARK, "serve --port 0", "release --check", "status --help"
    )
    assert loaded == (0, "")
    assert doctor[0] == 1
    assert WINDOWS in doctor[1]
    assert "Level " not in doctor[1]
    *refused, client = others
    for code, said in refused:
        assert code == 2
        assert f"the kit runs no notebook on Windows itself. {WINDOWS}" in said
    assert client[0] == 0


@thorough
def test_on_macos_releases_are_checked_and_hand_ins_are_marked_at_level_off():
    check, mark = answers("darwin", "release --check", f"{MARK} --allow-weaker-isolation")
    assert (check[0], mark[0]) == (0, 0)
    assert "Score: 92 of 92 so far, 8 wait for a person" in mark[1]
