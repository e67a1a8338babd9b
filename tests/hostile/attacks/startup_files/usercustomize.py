"""Adds a usercustomize module to the home folder, which every later Python process imports."""
# control: process
# needs: full
# %% attack after double
import os, sys
folder = f"{target.home}/.local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
os.makedirs(folder)
open(folder + "/usercustomize.py", "w").write("x = 1")
