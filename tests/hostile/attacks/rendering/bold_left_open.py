"""Leaves hundreds of elements open, each of which a parser of HTML opens again in every paragraph that follows."""
# control: none
# %% attack before double
from IPython.display import HTML, Markdown, display
opened = "".join(f"<b title={number}>" for number in range(480))
display(HTML("<p>" + opened + "</p><p>x" * 5000))
display(HTML("<p>" + opened.replace("title=", 'title="<').replace(">", '">') + "</p><p>x" * 5000))
display(Markdown("<p>" + opened[:1900] + "</p><p>x" * 260))
# %% double
def double(x):
    return 2 * x
