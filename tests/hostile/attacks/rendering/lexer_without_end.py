"""A text cell, and an output, name a language whose lexer takes for ever for a line."""
# control: none
# %% attack before double
from IPython.display import Markdown, display
display(Markdown("```scala\n" + "\\" * 70 + "\n```"))
display(Markdown("```cpp\na" + " " * 19900 + "\n```"))
# %% double
def double(x):
    return 2 * x
