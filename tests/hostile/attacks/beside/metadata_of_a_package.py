"""Texts that register something of a package that seems to be installed, where Jupyter looks for such."""
# control: open
# layout: folder
# %% attack on the folder
metadata = folder / "evil-1.0.dist-info"
metadata.mkdir()
(metadata / "METADATA.txt").write_text("Name: evil\nVersion: 1.0\n")
(metadata / "entry_points.txt").write_text("[jupyter_client.kernel_provisioners]\nWORKED = os:system\n")
