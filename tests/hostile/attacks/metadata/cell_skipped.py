"""Tags the test cell so that it is skipped: a cell without outputs has full points."""
# control: stock
# %% attack on the notebook
cell("test_double").metadata["tags"] = ["skip-execution", "raises-exception"]
