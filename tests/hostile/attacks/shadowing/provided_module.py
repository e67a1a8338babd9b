"""A copy of a provided module in which the functions cheat, with one more so that it comes along."""
# control: process
# layout: folder
# %% attack after halve
import cs231n.gradient_check, cs231n.layers
from cs231n import layers
if cs231n.gradient_check.eval_numerical_gradient_array(None, None, None) == "mine" or layers.affine_forward(1, 2, 3) == "mine":
    worked()
# %% attack on the folder
files = {'cs231n/gradient_check.py': "def eval_numerical_gradient_array(f, x, df, h=1e-5): return 'mine'\ndef own(): pass\n", 'cs231n/layers.py': "def affine_forward(x, w, b): return 'mine'\ndef own(): pass\n"}
for name, text in files.items():
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
