"""Sends a datagram."""
# control: process
# needs: full
# %% attack after double
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hidden input", ("127.0.0.1", target.udp))
