"""An answer shows one large attached picture in each of its lines."""
# control: none
# %% double
def double(x):
    return 2 * x
# %% attack on the notebook
import base64
picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8000).decode()
cell("why").source = "![x](attachment:a.png)\n" * 170
cell("why").attachments = {"a.png": {"image/png": picture}}
