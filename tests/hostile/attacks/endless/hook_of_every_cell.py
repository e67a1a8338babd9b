"""A cell that ends, and leaves behind what keeps every later cell of its kernel from beginning."""
# control: none
# %% attack before double
def forever(lines):
    while True:
        try:
            while True: pass
        except BaseException: pass
get_ipython().input_transformers_cleanup.append(forever)
