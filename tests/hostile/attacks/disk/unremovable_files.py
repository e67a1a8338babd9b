"""Takes the right to enter and to write away from its own folder."""
# control: none
# %% attack after double
import os
os.makedirs("locked/inner")
open("locked/inner/file", "w").close()
os.chmod("locked/inner", 0)
os.chmod("locked", 0)
