"""The module is an archive that Python could run, with a __main__.py in it."""
# control: none
# layout: folder
# %% attack on the folder
import zipfile
with zipfile.ZipFile(module, "w") as archive:
    for name in ("__main__.py", "rnn_layers.py", "cs231n/rnn_layers.py"):
        archive.writestr(name, "print('WOR' + 'KED')\nraise SystemExit")
