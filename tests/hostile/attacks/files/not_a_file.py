"""Hands in a named pipe, which would keep the reader waiting for ever."""
# control: copy
# %% attack on the file
import os
file.unlink()
os.mkfifo(file)
