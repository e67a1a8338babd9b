"""Sends half a reply and closes the channel."""
# control: naive
# %% attack in double
import socket
usual = socket.socket.sendall
def half(self, data, *rest):
    usual(self, data[: len(data) // 2])
    self.shutdown(socket.SHUT_RDWR)
socket.socket.sendall = half
