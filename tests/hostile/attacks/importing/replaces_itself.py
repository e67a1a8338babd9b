"""The module puts another object in its place, which has the solution's functions."""
# control: inside
# layout: folder
# needs: full
# %% attack after halve
import json, numpy as np
solution = {"np": np}
for cell in json.load(open(target.solutions))["cells"]:
    if "def double" in "".join(cell["source"]):
        exec("".join(cell["source"]), solution)

import sys, types
class Solved(types.ModuleType):
    double, halve = staticmethod(solution["double"]), staticmethod(halve)
sys.modules[__name__] = Solved(__name__)
