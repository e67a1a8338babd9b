"""Stops another process."""
# control: process
# needs: full
# %% attack after double
import os, signal; os.kill(target.victim, signal.SIGSTOP)
