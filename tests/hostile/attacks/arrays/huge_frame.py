"""Forges a reply that carries a quarter of a gigabyte beside the two numbers that are asked."""
# control: naive
# %% attack in double
from autograder.kernel import call_server
usual = call_server.Server.handle
def handle(self, message):
    reply = usual(self, message)
    reply.attachments.append(bytes((1 << 28) - (1 << 20)))
    return reply
call_server.Server.handle = handle
