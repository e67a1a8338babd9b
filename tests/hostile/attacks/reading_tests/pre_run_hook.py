"""A hook is given every cell before it runs, and prints it."""
# control: stock
# %% attack before double
get_ipython().events.register("pre_run_cell", lambda info: print(info.raw_cell))
