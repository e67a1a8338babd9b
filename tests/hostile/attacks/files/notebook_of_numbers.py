"""A notebook of numbers so long that reading them takes quadratic time."""
# control: stock
# %% attack on the file
file.write_text('{"nbformat": ' + "9" * 2_000_000 + "}")
