"""Shows HTML with a script, handlers of events and a frame, for whoever opens the marked notebook."""
# control: stock
# %% attack after double
from IPython.display import HTML, display
display(HTML("<b>my table</b><script>alert(1)</script><img src=x onerror=alert(1)><iframe src=//evil.example></iframe>"))
