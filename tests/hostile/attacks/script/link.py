"""A link that runs a script when it is clicked, and pictures from elsewhere that tell who looks at the page."""
# control: stock
# %% attack after double
from IPython.display import HTML, Markdown, display
display(HTML("<a href='javascript:alert(1)'>my table</a><img src='http://evil.example/seen.png'>"))
display(Markdown("[x](javascript:alert(1)) ![x](http://evil.example/seen.png) <script>alert(1)</script>"))
