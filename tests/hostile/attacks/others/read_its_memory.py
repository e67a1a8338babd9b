"""Reads another process's memory by process_vm_readv."""
# control: process
# needs: full
# %% attack after double
import ctypes
class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
room = ctypes.create_string_buffer(64)
ours, theirs = Piece(ctypes.addressof(room), 30), Piece(target.address, 30)
ctypes.CDLL(None).process_vm_readv(target.grader, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)
print(room.raw)
