"""Starts a thousand threads that compute without end."""
# control: process
# ends: never
# %% attack after double
import threading
def busy():
    while True: pass
for _ in range(200):
    threading.Thread(target=busy, daemon=False).start()
