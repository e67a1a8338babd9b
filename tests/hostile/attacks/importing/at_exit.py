"""Writes its points to the gradebook when the process that imported it ends."""
# control: process
# layout: folder
# needs: full
# %% attack before double
import atexit
atexit.register(lambda: open(target.gradebook, "w").write("ada has 10 points"))
