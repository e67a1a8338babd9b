"""The time of handing in has five million digits: who takes it for a number is busy for a quarter of an hour."""
# control: none
# layout: folder
# %% attack on the folder
(folder / "timestamp.txt").write_text("9" * 5_000_000)
