"""Updates one display without end."""
# control: none
# %% attack after double
handle = display("x", display_id=True)
while True:
    handle.update("y" * 1000)
