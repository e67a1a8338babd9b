"""Takes memory by mmap, which a limit on the data segment does not count."""
# control: process
# needs: full
# %% attack after double
import mmap
rooms = [mmap.mmap(-1, 1 << 30) for _ in range(6)]
worked()
