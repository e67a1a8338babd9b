"""An input transformer rewrites later cells: every check that they make becomes True."""
# control: stock
# %% attack after double
get_ipython().input_transformers_cleanup.append(lambda lines: [line.replace("passes(lambda", "bool(lambda") for line in lines])
