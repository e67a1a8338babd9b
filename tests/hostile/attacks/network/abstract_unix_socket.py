"""Connects to a Unix socket without a path."""
# control: process
# needs: full
# %% attack after double
import socket
socket.socket(socket.AF_UNIX).connect("\0" + target.abstract)
