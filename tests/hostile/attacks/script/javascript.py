"""Shows JavaScript as an output of its own kind."""
# control: stock
# %% attack after double
from IPython.display import Javascript, display
display(Javascript("alert(1) // <script>"))
