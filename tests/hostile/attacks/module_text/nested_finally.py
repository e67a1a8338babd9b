"""Nested finally blocks: each level doubles the code that is made of a text of a few lines."""
# control: parse
# layout: folder
# %% attack on the folder
levels = 17
lines = [" " * level + "try: x\n" + " " * level + "finally:\n" + " " * level + " x; x; x" for level in range(levels)]
(folder / "cs231n" / "tools.py").write_text("x = 1\n" + "\n".join(lines) + "\n")
with open(module, "a") as file:
    file.write("\nfrom cs231n import tools\n")
