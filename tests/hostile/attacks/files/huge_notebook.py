"""A notebook of a hundred megabytes."""
# control: stock
# %% attack on the file
import json
notebook = json.loads(file.read_text())
notebook["cells"][0]["metadata"]["x"] = "x" * 200_000_000
file.write_text(json.dumps(notebook))
