"""Takes in each of several processes what one may have."""
# control: process
# needs: full
# %% attack after double
import os
children = 0
for _ in range(4):
    if not os.fork():
        room = np.ones(16 << 20, dtype=np.uint8)
        os._exit(7)
    children += os.WEXITSTATUS(os.wait()[1]) == 7
if children == 4:
    worked()
