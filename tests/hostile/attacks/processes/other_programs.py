"""Runs a shell command."""
# control: process
# needs: full
# %% attack after double
import subprocess
print(subprocess.run(["sh", "-c", "echo WOR''KED"], capture_output=True, text=True).stdout)
