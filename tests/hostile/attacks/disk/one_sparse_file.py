"""Makes a file of a size that no disk has."""
# control: process
# %% attack after double
try:
    with open("sparse", "wb") as file:
        file.truncate(60 << 20)
    if target.token in __import__("os").getcwd() and not "ipykernel" in __import__("sys").modules:
        worked()
except OSError:
    pass
