"""A module with the name of what starts kernels: it runs when somebody opens the marked notebook."""
# control: open
# layout: folder
# %% attack on the folder
(folder / "ipykernel_launcher.py").write_text('print("WOR" + "KED", flush=True)\n')
