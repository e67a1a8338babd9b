"""Sends replies before they are asked for, so that each question gets the answer to another one."""
# control: naive
# %% attack in double
import os, socket
from autograder.kernel import wire
def ahead():
    handle = {"value": {"ref": 1}, "about": {"type": "ndarray"}, "changed": []}
    ref = wire.encode(wire.WireMessage({"replies": [handle, handle], "printed": ""}))
    array = [wire.dump_array(np.full(2, 2.0))]
    answer = wire.encode(wire.WireMessage({"replies": [{"value": {"npy": 0}}], "printed": ""}, array))
    return ref * 2 + answer
usual = wire.encode
wire.encode = lambda message: ahead()
