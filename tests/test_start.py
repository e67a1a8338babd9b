"""What every command loads before it begins."""

from __future__ import annotations

import subprocess
import sys

GRAMMARS = "import autograder, nbformat, sys; print('lark' in sys.modules, nbformat.validator.get_validator(4) is None)"
HELP = "import sys; from autograder.cli import parser; parser(); print(*sys.modules)"


def test_reading_notebooks_waits_for_no_grammar_that_their_schema_does_not_need():
    done = subprocess.run([sys.executable, "-c", GRAMMARS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_help_and_errors_of_usage_wait_for_nothing_that_commands_need():
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    ours = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("autograder.")}
    assert ours == {"autograder.cli", "autograder.commands"}
    assert not loaded & {"nbformat", "nbgrader", "numpy", "rich", "sqlalchemy", "traitlets"}
