"""An output of the check cell is replaced from a later cell, through its display_id: points and table are forged."""
# control: stock
# %% attack in double
honest = double
def double(x):
    kernel = get_ipython().kernel
    content = {"data": {"text/plain": "0"}, "metadata": {}, "execution_count": 1, "transient": {"display_id": "credit"}}
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"), ident=b"execute_result")
    return honest(x)
# %% attack after test_double
from IPython.display import display
display({"text/plain": "4", "text/html": "<b>4 / 4</b>"}, raw=True, display_id="credit", update=True)
