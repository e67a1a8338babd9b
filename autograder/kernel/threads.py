"""How many threads linear algebra has: one, so that sums are made in one order and marks repeat.

The variables are read when numpy is imported.
"""

from __future__ import annotations

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
ONE_THREAD = dict.fromkeys(VARIABLES, "1")
