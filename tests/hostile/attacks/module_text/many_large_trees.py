"""Files within the limit of one file, whose syntax trees take hundreds of megabytes."""
# control: parse
# layout: folder
# %% attack on the folder
text = module.read_text() + "\n" + "x = [" + "a," * 45_000 + "]"
for number in range(18):
    copy = folder / f"copy{number}" / "cs231n" / "rnn_layers.py"
    copy.parent.mkdir(parents=True)
    copy.write_text(text + f"\n# {number}")
module.unlink()
