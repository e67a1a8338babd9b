"""Forks as often as it can; here forty times, and each child would go on."""
# control: process
# needs: full
# %% attack after double
import os, time
children = []
for _ in range(40):
    child = os.fork()
    if not child:
        time.sleep(60)
        os._exit(0)
    children.append(child)
worked()
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
