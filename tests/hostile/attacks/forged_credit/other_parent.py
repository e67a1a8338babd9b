"""A thread goes on sending results, as if later cells had asked for them."""
# control: stock
# %% attack after double
import sys, threading, time
sys.setswitchinterval(1e-5)
def keep_sending():
    kernel, end = get_ipython().kernel, time.monotonic() + 10
    content = {"data": {"text/plain": "4"}, "metadata": {}, "execution_count": 1}
    while time.monotonic() < end:
        kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"), ident=b"execute_result")
        time.sleep(0.001)
threading.Thread(target=keep_sending, daemon=True).start()
# %% attack before test_double
import time; time.sleep(0.3)
