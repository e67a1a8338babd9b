"""What every command loads before it begins."""

from __future__ import annotations

import subprocess
import sys

GRAMMARS = "import autograder, nbformat, sys; print('lark' in sys.modules, nbformat.validator.get_validator(4) is None)"


def test_reading_notebooks_waits_for_no_grammar_that_their_schema_does_not_need():
    done = subprocess.run([sys.executable, "-c", GRAMMARS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
