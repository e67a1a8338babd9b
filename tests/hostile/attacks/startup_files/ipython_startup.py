"""Adds a startup file to IPython's own folder in the home folder, which every later kernel runs."""
# control: process
# needs: full
# %% attack after double
import os
os.makedirs(f"{target.home}/.ipython/profile_default/startup")
open(f"{target.home}/.ipython/profile_default/startup/0.py", "w").write("def double(x): return 2 * x")
