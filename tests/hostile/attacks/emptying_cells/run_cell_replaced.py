"""The shell's own way to run a cell is replaced by one that runs nothing."""
# control: stock
# %% attack after double
shell = get_ipython()
usual = type(shell).run_cell_async

async def nothing(self, cell, *arguments, **settings):
    return await usual(self, "", *arguments, **settings)

type(shell).run_cell_async = nothing
