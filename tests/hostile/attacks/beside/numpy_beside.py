"""A module with the name of what every notebook imports."""
# control: open
# layout: folder
# %% attack on the folder
(folder / "numpy").mkdir()
(folder / "numpy" / "__init__.py").write_text('print("WOR" + "KED", flush=True)\n')
