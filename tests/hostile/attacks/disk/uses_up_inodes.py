"""Makes so many empty files that nobody else could make one."""
# control: process
# needs: full
# %% attack after double
import os
for number in range(8_000):
    os.close(os.open(f"empty-{number}", os.O_CREAT | os.O_WRONLY))
worked()
