"""A helper module is a named pipe: who reads it waits for ever."""
# control: copy
# layout: folder
# %% attack on the folder
import os
os.mkfifo(folder / "cs231n" / "tools.py")
with open(module, "a") as file:
    file.write("\nfrom cs231n import tools\n")
