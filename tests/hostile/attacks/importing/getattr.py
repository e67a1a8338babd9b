"""The module has no function of the name, but makes one when it is asked: the solution's."""
# control: inside
# layout: folder
# needs: full
# %% attack after halve
del double
def __getattr__(name):
    if name != "double":
        raise AttributeError(name)
    import json, numpy as np
    solution = {"np": np}
    for cell in json.load(open(target.solutions))["cells"]:
        if "def double" in "".join(cell["source"]):
            exec("".join(cell["source"]), solution)
    return solution["double"]
