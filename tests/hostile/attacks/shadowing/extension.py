"""Beside the source lies a library of the same name, which Python takes before it."""
# control: none
# layout: folder
# %% attack on the folder
import importlib.machinery
for suffix in importlib.machinery.EXTENSION_SUFFIXES:
    module.with_suffix(suffix).write_bytes(b"\x7fELF" + bytes(4096))
