"""Reads the grader's memory through /proc/PID/mem."""
# control: process
# needs: full
# %% attack after double
with open(f"/proc/{target.grader}/mem", "rb", buffering=0) as memory:
    memory.seek(target.address)
    print(memory.read(30))
