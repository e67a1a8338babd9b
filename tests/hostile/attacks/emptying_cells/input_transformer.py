"""An input transformer empties all later cells: no check ever runs, which stock nbgrader takes for full points."""
# control: stock
# %% attack after double
get_ipython().input_transformers_cleanup.append(lambda lines: [])
