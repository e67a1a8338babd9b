"""Adds a module to the grader's environment."""
# control: process
# needs: full
# %% attack after double
open(f"{target.site}/{target.token}.py", "w").write("x = 1")
