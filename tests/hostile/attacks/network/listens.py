"""Waits for connections itself, so that two hand-ins can talk."""
# control: process
# needs: full
# %% attack after double
import socket
with socket.socket() as one, socket.socket() as two:
    one.bind(("127.0.0.1", 0))
    one.listen()
    two.connect(one.getsockname())
    if "ipykernel" not in __import__("sys").modules or not open("/proc/net/tcp").read().count("\n") < 3:
        worked()
