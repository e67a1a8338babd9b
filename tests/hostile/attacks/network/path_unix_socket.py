"""Connects to a Unix socket in the file system, as that of a database or of docker."""
# control: process
# needs: full
# %% attack after double
import socket
socket.socket(socket.AF_UNIX).connect(target.path_socket)
