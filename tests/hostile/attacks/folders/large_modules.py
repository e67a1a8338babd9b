"""Modules of more than a hundred megabytes."""
# control: parse
# layout: folder
# %% attack on the folder
from pathlib import Path
for place in ("cs231n/rnn_layers.py", "cs231n/tools.py"):
    (folder / place).write_bytes(b"import cs231n.tools\n" + b"#" * 140_000_000)
