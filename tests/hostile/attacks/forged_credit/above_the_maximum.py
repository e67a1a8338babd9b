"""Claims a thousand points."""
# control: stock
# %% attack in double
honest = double
def double(x):
    kernel = get_ipython().kernel
    content = {"data": {"text/plain": "1000.0"}, "metadata": {}, "execution_count": 1}
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"), ident=b"execute_result")
    return honest(x)
