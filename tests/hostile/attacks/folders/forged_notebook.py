"""The notebook with the answers, beside the module files, holds graded cells with full points in their outputs."""
# control: stock
# layout: folder
# %% attack on the folder
import nbformat
from pathlib import Path
released = Path(target.solutions).parents[2] / "release" / "arithmetic" / "arithmetic.ipynb"
notebook = nbformat.read(released, as_version=4)
for cell in notebook.cells:
    known = cell.metadata.get("nbgrader", {})
    if known.get("grade") and cell.cell_type == "code":
        known["points"] = 1000
        cell.source = "from IPython.core.displayhook import DisplayHook\nDisplayHook.compute_format_data = lambda *_: ({'text/plain': '900'}, {})"
        cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "1000"}, execution_count=1)]
    elif known.get("grade"):
        cell.source = "Because. <script>alert(1)</script> [x](javascript:alert(1))"
nbformat.write(notebook, folder / "arithmetic.ipynb")
