"""Asks the operating system's kernel about its network interfaces."""
# control: process
# needs: full
# %% attack after double
import socket
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as link:
    link.bind((0, 0))
    link.send((20).to_bytes(4, "little") + b"\x12\x00\x01\x03" + bytes(8) + b"\x00" * 4)
    if b"lo\x00" in link.recv(65536):
        names = socket.if_nameindex()
        if len(names) > 1:
            worked()
