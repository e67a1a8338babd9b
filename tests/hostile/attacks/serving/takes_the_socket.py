"""Takes the descriptor of the grader's channel and answers there itself, from a thread."""
# control: none
# %% attack after double
import os, socket, stat, threading
from autograder.kernel import wire
def taken(number):
    while True:
        os.write(number, wire.encode(wire.Message({"value": {"ref": 1}, "about": {"type": "passed"}, "changed": []})))
for number in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            with socket.socket(fileno=os.dup(number)) as one:
                if one.family == socket.AF_UNIX and not one.getsockname() and not one.getpeername():
                    threading.Thread(target=taken, args=[number], daemon=True).start()
    except OSError:
        pass
