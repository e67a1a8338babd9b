"""Sends a message whose JSON is nested deeper than a reader can follow."""
# control: stock
# %% attack after double
kernel = get_ipython().kernel
kernel.session.pack = lambda value: b"[" * 100_000 + b"]" * 100_000
kernel.send_response(kernel.iopub_socket, "stream", {"name": "stdout", "text": "x"})
