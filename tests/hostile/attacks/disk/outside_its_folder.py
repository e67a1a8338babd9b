"""Writes beside the course."""
# control: process
# needs: full
# %% attack after double
open(target.outside + "/left-here", "w").write("x")
