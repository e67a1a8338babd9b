"""A thread goes on sending results, as if later cells had asked for them."""
# control: stock
# %% attack after double
import threading, time
def keep_sending():
    kernel = get_ipython().kernel
    content = {"data": {"text/plain": "4"}, "metadata": {}, "execution_count": 1}
    for _ in range(500):
        kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"), ident=b"execute_result")
        time.sleep(0.01)
threading.Thread(target=keep_sending, daemon=True).start()
# %% attack before test_double
import time; time.sleep(0.3)
