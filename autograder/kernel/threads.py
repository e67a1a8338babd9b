"""Sets how many threads linear algebra has: one, so that sums are made in one order and marks repeat.

The variables are read when numpy is imported. They must be set before that; a zygote also must not have any threads of
theirs, because only the thread that forks lives on in the fork.
"""

from __future__ import annotations

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
ONE_THREAD = dict.fromkeys(VARIABLES, "1")
