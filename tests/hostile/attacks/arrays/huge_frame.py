"""Forges a reply that carries a quarter of a gigabyte beside the two numbers that are asked."""
# control: naive
# %% attack in double
from autograder.kernel import serve
usual = serve.Server.handle
def handle(self, message):
    reply = usual(self, message)
    reply.attachments.append(bytes((1 << 28) - (1 << 20)))
    return reply
serve.Server.handle = handle
