"""Leaves sitecustomize.py and modules named like the standard library's in its folder, then ends its process."""
# control: process
# %% attack before test_double
import os
for name in ("sitecustomize", "json", "numpy", "pytest", "ipykernel", "cs231n"):
    open(name + ".py", "w").write("print('WOR' + 'KED', flush=True)\nraise ImportError")
open("left-for-control", "w").close()
os._exit(0)
