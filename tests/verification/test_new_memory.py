"""In trials, memory that nobody has written into holds what nobody computes."""

from __future__ import annotations

import subprocess
import sys

import pytest

# In a process of its own: numpy stays as it is here.
SCRIPT = """
import numpy as np
from autograder.verification.new_memory import fill_new_arrays
fill_new_arrays()
{code}
"""


@pytest.mark.parametrize(
    "code",
    [
        "assert np.isnan(np.empty((2, 3))).all()",
        "assert np.isnan(np.empty_like(np.ones(3, np.float32))).all()",
        "assert (np.empty(2, dtype=np.int32) == np.iinfo(np.int32).max).all()",
        "assert np.empty(2, dtype=bool).all()",
        "assert np.empty(2, dtype=object)[0] is None",
        "assert np.zeros(3).sum() == 0 and np.concatenate([np.ones(1), np.ones(2)]).sum() == 3",
        "assert np.empty.__name__ == 'empty'",
    ],
)
def test_new_arrays_hold_what_nobody_computes(code):
    subprocess.run([sys.executable, "-c", SCRIPT.format(code=code)], check=True)
