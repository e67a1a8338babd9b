"""Files that may and that may not lie beside a marked notebook."""

from __future__ import annotations

from pathlib import Path

from autograder.nbgrader_plugins.attachments import TEXT_MAX

PNG, PDF = b"\x89PNG\r\n\x1a\n" + b"...", b"%PDF-1.7"
FIT = {
    "plot.png": PNG,
    "images/a plot.PNG": PNG,
    "images/p.jpg": b"\xff\xd8\xff...",
    "p.jpeg": b"\xff\xd8\xff...",
    "p.gif": b"GIF89a...",
    "p.webp": b"RIFF\0\0\0\0WEBP...",
    "notes.txt": b"mine",
    "README.md": b"# mine",
    "timestamp.txt": b"2026-03-01 12:00:00 UTC",
    "\u56fe.png": PNG,
    "Screenshot at 9.41\u202fAM.png": PNG,
}
UNFIT = {
    # run by whoever starts a kernel beside them, or imports anything there
    "ipykernel_launcher.py": b"",
    "numpy.py": b"",
    "sitecustomize.py": b"",
    "cs231n/__init__.py": b"",
    "x.pth": b"",
    "numpy.cpython-311-x86_64-linux-gnu.so": b"\x7fELF",
    "numpy.pyc": b"",
    "a.zip": b"PK",
    # read by whoever imports, or by Jupyter
    "evil.dist-info/entry_points.txt": b"[jupyter_client.kernel_provisioners]",
    "evil.egg-info/entry_points.txt": b"",
    "share/jupyter/kernels/python3/kernel.json": b"{}",
    "jupyter_server_config.py": b"",
    "nbgrader_config.py": b"",
    "jupyter_server_config.json": b"{}",
    ".ipython/profile_default/startup/notes.txt": b"",
    ".hidden.txt": b"",
    # hide what is installed
    "numpy/notes.txt": b"",
    "cs231n/plot.png": PNG,
    "json/plot.png": PNG,
    # run by a browser
    "arithmetic.html": b"<script>",
    "plot.svg": b"<svg onload=x>",
    "script.js": b"",
    "page.pdf": PDF,
    # not what they are called
    "html.png": b"<script>",
    "svg.gif": b"<svg>",
    "page.webp": b"RIFF\0\0\0\0WAVE",
    # not for a terminal
    "a\x1b[2J.txt": b"",
    "a\u202egnp.txt": b"",
    "-rf.txt": b"",
    "a\nb.txt": b"",
    "/".join(["deep" * 20] * 6 + ["a.txt"]): b"",
    "long.txt": b"x" * (TEXT_MAX + 1),
    "no_ending": b"",
    "other.ipynb": b"{}",
}


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() or path.is_symlink()}
