"""Opens a TCP connection."""
# control: process
# needs: full
# %% attack after double
import socket
socket.create_connection(("127.0.0.1", target.tcp), timeout=1)
