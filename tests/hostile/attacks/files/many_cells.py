"""A notebook with a hundred thousand cells."""
# control: none
# %% attack on the file
import json
notebook = json.loads(file.read_text())
notebook["cells"] += [{"cell_type": "markdown", "id": f"m{number}", "metadata": {}, "source": ""} for number in range(100_000)]
file.write_text(json.dumps(notebook))
