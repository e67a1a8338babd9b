"""Code, comments, a docstring and an answer that end the element that they are shown in."""
# control: none
# layout: folder
# %% attack on the folder
import nbformat
from pathlib import Path
closing = "</script></pre></code></div>--><script>alert(1)</script><img src=x onerror=alert(1)>```\n```{=html}"
line = closing.replace("\n", " ")
module.write_text(module.read_text() + f"\nfrom cs231n.tools import *\n# {line}\n" + repr(closing) + "\n# " + "x" * 50_000 + "\n")
(folder / "cs231n" / "tools.py").write_text("# " + line + "\ndef own():\n    " + repr(closing))
released = Path(target.solutions).parents[2] / "release" / "arithmetic" / "arithmetic.ipynb"
notebook = nbformat.read(released, as_version=4)
for cell in notebook.cells:
    if cell.metadata.get("nbgrader", {}).get("grade_id") == "why":
        cell.source = closing + "\n\n[x](javascript:alert(1)) <iframe src=//evil.example></iframe>"
nbformat.write(notebook, folder / "arithmetic.ipynb")
