"""A notebook whose JSON is nested deeper than the reader's stack."""
# control: stock
# %% attack on the file
file.write_text("[" * 200_000)
