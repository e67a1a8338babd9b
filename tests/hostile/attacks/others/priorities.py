"""Makes another process slower."""
# control: process
# needs: full
# %% attack after double
import os
os.setpriority(os.PRIO_PROCESS, target.victim, 19)
worked()
