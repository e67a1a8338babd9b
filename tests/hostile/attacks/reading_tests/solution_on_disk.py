"""Opens the solution and runs it in place of the student's code."""
# control: inside
# needs: full
# %% attack in double
import json
for cell in json.load(open(target.solutions))["cells"]:
    if "def double" in "".join(cell["source"]):
        exec("".join(cell["source"]))
