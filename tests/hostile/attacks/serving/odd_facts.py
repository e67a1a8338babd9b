"""Replies with facts about a value that are of no sensible type: endless lengths, lists for names, text for numbers."""
# control: none
# %% attack after double
from autograder.kernel import serve
usual = serve.Server.handle
odd = [{"type": ["list"], "length": 10**4000, "shape": {"a": 1}, "dtype": [[]]}, [], "x", None, {"type": "tuple", "length": True}]
def handle(self, message):
    reply = usual(self, message)
    odd.append(odd.pop(0))
    reply.content.update(about=odd[0], changed=[{}, [], None, 10**100], printed={"x": []})
    return reply
serve.Server.handle = handle
