"""Shows a picture, as SVG, that holds a script."""
# control: stock
# %% attack after double
from IPython.display import SVG, display
display({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"}, raw=True)
