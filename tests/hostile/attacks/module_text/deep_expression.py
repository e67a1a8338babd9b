"""An expression nested deeper than Python can read."""
# control: parse
# layout: folder
# %% attack on the folder
with open(module, "a") as file:
    file.write("\nx = " + "-" * 60_000 + "1\n")
